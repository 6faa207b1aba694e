#include "persistence/watermark.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {
namespace {

TEST(Watermark, StartsAtZeroAndKeepsTheNewest) {
  const support::TempDir dir;
  const std::string path = (dir.path() / "watermark").string();
  {
    auto watermark = Watermark::open(path).value();
    EXPECT_EQ(watermark.commit_no(), 0U);
    for (std::uint64_t commit_no : {5U, 9U, 12U}) {
      EXPECT_FALSE(watermark.store(commit_no));
    }
  }
  EXPECT_EQ(Watermark::open(path).value().commit_no(), 12U);
}

TEST(Watermark, ATornSlotLeavesTheOneBefore) {
  const support::TempDir dir;
  const std::string path = (dir.path() / "watermark").string();
  {
    auto watermark = Watermark::open(path).value();
    EXPECT_FALSE(watermark.store(5));  // First slot.
    EXPECT_FALSE(watermark.store(9));  // Second slot.
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(64 + 10);
    file.put('\x7f');
  }
  auto watermark = Watermark::open(path).value();
  EXPECT_EQ(watermark.commit_no(), 5U);
  EXPECT_FALSE(watermark.store(11));
  EXPECT_EQ(Watermark::open(path).value().commit_no(), 11U);
}

TEST(Watermark, AFolderInItsPlaceIsAnError) {
  const support::TempDir dir;
  EXPECT_FALSE(Watermark::open(dir.path().string()));
}

}  // namespace
}  // namespace swarmboard::persistence
