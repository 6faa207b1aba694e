#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

class ClockTest : public ::testing::Test {
 protected:
  ClockTest() {
    rig.start_team();
    rig.add_members({"ana", "ben"});
    rig.open_session({"ana", "ben"});
    rig.start_stage("open");
    ana = rig.in_session("ana");
    ben = rig.in_session("ben");
  }

  // Time passes with both on the line.
  void pass(std::int64_t us) {
    for (; us > 0; us -= kSecondUs) {
      ana->link()->on_alive();
      ben->link()->on_alive();
      rig.pass(kSecondUs);
    }
  }

  std::int64_t stage_us() {
    return ben->sub(1).state.get<v1::Stage>("open")->minutes() * 60 * kSecondUs;
  }

  const v1::TimePoll* poll() { return ben->sub(1).state.get<v1::TimePoll>("poll-1"); }

  Rig rig;
  std::unique_ptr<Peer> ana;
  std::unique_ptr<Peer> ben;
};

TEST_F(ClockTest, TheServerAsksWhenTheTimeIsUpAndCountsAfterFifteenSecondsR32) {
  pass(stage_us() - 2 * kSecondUs);
  EXPECT_EQ(poll(), nullptr);
  pass(4 * kSecondUs);
  ASSERT_NE(poll(), nullptr);
  EXPECT_FALSE(poll()->has_closed_at_ms());
  v1::Command answer;
  answer.mutable_answer_time_poll()->set_poll("poll-1");
  answer.mutable_answer_time_poll()->set_answer(v1::MORE_TIME_KEEP);
  ben->submit(1, answer);
  rig.run();
  pass(16 * kSecondUs);
  EXPECT_TRUE(poll()->has_closed_at_ms());
  EXPECT_EQ(poll()->keep(), 1U);
  EXPECT_EQ(ben->sub(1).state.get<v1::TimePoll>("poll-2"), nullptr);
  pass(60 * kSecondUs);
  EXPECT_EQ(ben->sub(1).state.get<v1::TimePoll>("poll-2"), nullptr) << "once";
}

TEST_F(ClockTest, APausedClockAsksNothingR32) {
  v1::Command pause;
  pause.mutable_pause_clock();
  ASSERT_TRUE(rig.act("s1", pause, "ana").ok);
  pass(stage_us() + 10 * kSecondUs);
  EXPECT_EQ(poll(), nullptr);
}

}  // namespace
}  // namespace swarmboard::room
