#include "persistence/commit_pace.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kLimitUs = 6'000;

// Runs the pace for two seconds in which the process uses `percent` of a core.
std::int64_t pause_at(std::int64_t percent) {
  CommitPace pace(kLimitUs);
  std::int64_t pause_us = 0;
  for (std::int64_t now_us = 1'000'000; now_us <= 3'000'000; now_us += 10'000) {
    pause_us = pace.next_pause_us(now_us, now_us * percent / 100);
  }
  return pause_us;
}

TEST(CommitPace, NeverWaitsWhileTheCoreIsIdle) {
  EXPECT_EQ(pause_at(0), 0);
  EXPECT_EQ(pause_at(20), 0);
}

TEST(CommitPace, WaitsLongerAsTheLoadRisesUpToTheLimit) {
  EXPECT_GT(pause_at(45), 0);
  EXPECT_LT(pause_at(45), pause_at(60));
  EXPECT_NEAR(static_cast<double>(pause_at(70)), kLimitUs / 3.0, 20);
  EXPECT_LT(pause_at(70), pause_at(85));
  EXPECT_NEAR(static_cast<double>(pause_at(95)), kLimitUs, 20);
  EXPECT_NEAR(static_cast<double>(pause_at(190)), kLimitUs, 20);
}

TEST(CommitPace, SettlesWhereALongerPauseTakesLoadAway) {
  CommitPace pace(kLimitUs);
  std::int64_t cpu_us = 0;
  std::int64_t pause_us = 0;
  std::int64_t least = kLimitUs;
  std::int64_t most = 0;
  for (std::int64_t now_us = 1'000'000; now_us <= 9'000'000; now_us += 10'000) {
    // Half of the work is done once a commit: the longer the pause, the less often.
    cpu_us += 10'000 * (50 + 50 * 2'000 / (2'000 + pause_us)) / 100;
    pause_us = pace.next_pause_us(now_us, cpu_us);
    if (now_us > 5'000'000) {
      least = std::min(least, pause_us);
      most = std::max(most, pause_us);
    }
  }
  EXPECT_GT(least, 0);
  EXPECT_LT(most, kLimitUs);
  EXPECT_LT(most - least, kLimitUs / 10);
}

TEST(CommitPace, StartsCalmAfterAWhileWithoutCommits) {
  CommitPace pace(kLimitUs);
  std::int64_t pause_us = 0;
  for (std::int64_t now_us = 1'000'000; now_us <= 3'000'000; now_us += 10'000) {
    pause_us = pace.next_pause_us(now_us, now_us);
  }
  EXPECT_GT(pause_us, 0);
  EXPECT_EQ(pace.next_pause_us(13'000'000, 3'100'000), 0);
}

}  // namespace
}  // namespace swarmboard::persistence
