#include "server/base/script_clock.h"

#include <gtest/gtest.h>

namespace swarmboard {
namespace {

TEST(ScriptClock, WallStandsWhereItIsPutAndMonoGoesOn) {
  ScriptClock clock;
  clock.set_wall_ms(1'747'141'200'000);
  const std::int64_t before = clock.mono_us();
  EXPECT_EQ(clock.wall_ms(), 1'747'141'200'000);
  EXPECT_GE(clock.mono_us(), before);
  EXPECT_EQ(clock.wall_ms(), 1'747'141'200'000);
}

}  // namespace
}  // namespace swarmboard
