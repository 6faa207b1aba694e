#include "persistence/keyframe_keep.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace swarmboard::persistence {
namespace {

// Adds keyframes one after the other, as a journal does, and returns what is left.
std::vector<std::uint64_t> keep(std::uint64_t count, std::size_t kept_max) {
  std::vector<KeyframePosition> kept;
  for (std::uint64_t seq = 1; seq <= count; ++seq) {
    kept.push_back({seq * 100, 1});
    for (const KeyframePosition& old : keyframes_to_drop(kept, 1, kept_max)) {
      std::erase_if(kept, [&](const KeyframePosition& one) { return one.seq == old.seq; });
    }
  }
  std::vector<std::uint64_t> seqs;
  for (const KeyframePosition& one : kept) {
    seqs.push_back(one.seq);
  }
  return seqs;
}

TEST(KeyframeKeep, KeepsAllWhileThereAreFew) {
  EXPECT_EQ(keep(10, 24).size(), 10U);
}

TEST(KeyframeKeep, KeepsTheNewestAndSpreadsTheOthers) {
  const std::vector<std::uint64_t> seqs = keep(1'000, 24);
  ASSERT_EQ(seqs.size(), 24U);
  EXPECT_EQ(seqs[23], 100'000U);
  EXPECT_EQ(seqs[22], 99'900U);
  EXPECT_EQ(seqs[20], 99'700U);
  std::uint64_t widest = seqs[0];
  for (std::size_t i = 1; i < seqs.size(); ++i) {
    widest = std::max(widest, seqs[i] - seqs[i - 1]);
  }
  EXPECT_LE(widest, 100'000U / 5) << "no part of the past is far from a keyframe";
}

TEST(KeyframeKeep, DropsOtherStateVersions) {
  const auto dropped = keyframes_to_drop({{1, 1}, {2, 1}, {3, 2}}, 2, 24);
  ASSERT_EQ(dropped.size(), 2U);
  EXPECT_EQ(dropped[0].seq, 1U);
  EXPECT_EQ(dropped[1].seq, 2U);
}

}  // namespace
}  // namespace swarmboard::persistence
