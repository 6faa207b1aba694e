#include "persistence/watermark.h"

#include <fstream>

#include <gtest/gtest.h>

#include "persistence/errc.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {
namespace {

class WatermarkTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (dir_.path() / "watermark").string(); }

  // What a new process finds.
  [[nodiscard]] std::optional<CommitMark> found() const {
    return Watermark::open(path()).value().mark();
  }

  static CommitMark mark(std::uint64_t writes) { return {writes / 2, writes, writes * 17}; }

  void flip(std::streamoff at) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 0x40);
    file.seekp(at);
    file.put(byte);
  }

  support::TempDir dir_;
};

constexpr std::streamoff kSecondSlot = 4096;

TEST_F(WatermarkTest, ANewFileHasNoMark) {
  EXPECT_FALSE(found().has_value());
}

TEST_F(WatermarkTest, KeepsTheNewestWithAndWithoutSync) {
  {
    auto watermark = Watermark::open(path()).value();
    for (const std::uint64_t writes : {5U, 9U}) {
      ASSERT_FALSE(watermark.note(mark(writes)));
      ASSERT_FALSE(watermark.sync());
    }
    ASSERT_FALSE(watermark.note(mark(12)));
    ASSERT_FALSE(watermark.note(mark(13)));
  }
  EXPECT_EQ(found(), mark(13));
}

TEST_F(WatermarkTest, ATornSlotLeavesTheOneThatWasSyncedBefore) {
  {
    auto watermark = Watermark::open(path()).value();
    ASSERT_FALSE(watermark.note(mark(5)));
    ASSERT_FALSE(watermark.sync());
    for (std::uint64_t writes = 6; writes < 20; ++writes) {
      ASSERT_FALSE(watermark.note(mark(writes)));  // All into the second slot.
    }
  }
  flip(kSecondSlot + 20);
  EXPECT_EQ(found(), mark(5));
}

TEST_F(WatermarkTest, AReopenedFileIsWrittenIntoTheOtherSlot) {
  {
    auto watermark = Watermark::open(path()).value();
    ASSERT_FALSE(watermark.note(mark(5)));
  }
  {
    auto watermark = Watermark::open(path()).value();
    ASSERT_FALSE(watermark.note(mark(8)));
  }
  EXPECT_EQ(found(), mark(8));
  flip(kSecondSlot + 20);
  EXPECT_EQ(found(), mark(5));
}

TEST_F(WatermarkTest, AFileWithoutAValidSlotIsDamage) {
  {
    auto watermark = Watermark::open(path()).value();
    ASSERT_FALSE(watermark.note(mark(5)));
    ASSERT_FALSE(watermark.sync());
  }
  flip(3);
  EXPECT_EQ(Watermark::open(path()).error(), JournalErrc::Damaged);
  std::ofstream(path(), std::ios::trunc) << "short";
  EXPECT_EQ(Watermark::open(path()).error(), JournalErrc::Damaged);
}

TEST_F(WatermarkTest, AFolderInItsPlaceIsAnError) {
  EXPECT_FALSE(Watermark::open(dir_.path().string()));
}

}  // namespace
}  // namespace swarmboard::persistence
