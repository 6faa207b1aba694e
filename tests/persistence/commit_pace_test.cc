#include "persistence/commit_pace.h"

#include <gtest/gtest.h>

namespace swarmboard::persistence {
namespace {

// Runs the pace for a second in which the process uses `percent` of a core.
std::int64_t pause_at(std::int64_t percent) {
  CommitPace pace(2'000);
  std::int64_t pause_us = 0;
  for (std::int64_t now_us = 1'000'000; now_us <= 2'000'000; now_us += 10'000) {
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
  EXPECT_EQ(pause_at(90), 2'000);
  EXPECT_EQ(pause_at(190), 2'000);
}

}  // namespace
}  // namespace swarmboard::persistence
