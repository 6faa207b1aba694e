#include "server/board/decide_clock.h"

#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

constexpr std::int64_t kMinute = 60'000;

// The first stage of a deal swarm takes three minutes.
class ClockTest : public ::testing::Test {
 protected:
  ClockTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara"});
  }

  Outcome pause(const std::string& actor) {
    v1::Command command;
    command.mutable_pause_clock();
    return board_.does(actor, command);
  }

  Outcome resume(const std::string& actor) {
    v1::Command command;
    command.mutable_resume_clock();
    return board_.does(actor, command);
  }

  Outcome extend(const std::string& actor, std::uint32_t minutes) {
    v1::Command command;
    command.mutable_extend_stage()->set_add_min(minutes);
    return board_.does(actor, command);
  }

  std::int64_t left(const std::string& stage) const {
    return stage_ends_at_ms(board_.the<v1::Stage>(stage), board_.now_ms()) - board_.now_ms();
  }

  BoardBuilder board_;
};

TEST_F(ClockTest, WhatWasLeftAtThePauseIsLeftAfterwards) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  board_.later(kMinute);
  ASSERT_TRUE(pause("greta").ok());
  EXPECT_EQ(left("open"), 2 * kMinute);
  board_.later(10 * kMinute);
  EXPECT_EQ(left("open"), 2 * kMinute);
  ASSERT_TRUE(resume("greta").ok());
  EXPECT_EQ(left("open"), 2 * kMinute);
  EXPECT_FALSE(board_.the<v1::Stage>("open").has_paused_at_ms());
  board_.later(kMinute);
  EXPECT_EQ(left("open"), kMinute);
}

TEST_F(ClockTest, AMinuteMayBeAddedWhileTheClockStandsStill) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  board_.later(kMinute);
  ASSERT_TRUE(pause("greta").ok());
  board_.later(kMinute);
  ASSERT_TRUE(extend("greta", 1).ok());
  EXPECT_EQ(left("open"), 3 * kMinute);
  EXPECT_TRUE(board_.the<v1::Stage>("open").has_paused_at_ms());
  ASSERT_TRUE(resume("greta").ok());
  EXPECT_EQ(left("open"), 3 * kMinute);
}

TEST_F(ClockTest, AMinuteAddedAfterTheEndCountsFromNow) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  board_.later(8 * kMinute);
  EXPECT_EQ(left("open"), -5 * kMinute);
  ASSERT_TRUE(extend("greta", 1).ok());
  EXPECT_EQ(left("open"), kMinute);
}

TEST_F(ClockTest, APauseIsNotTimeThatTheStageUsed) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  board_.later(kMinute);
  ASSERT_TRUE(pause("greta").ok());
  ASSERT_TRUE(board_.later(5 * kMinute).start("greta", "brief").ok());
  EXPECT_FALSE(board_.the<v1::Stage>("open").has_paused_at_ms());
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(left("open"), 2 * kMinute);
}

TEST_F(ClockTest, ASessionMayCloseDuringAPause) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(pause("greta").ok());
  ASSERT_TRUE(board_.later(kMinute).close("greta").ok());
  EXPECT_FALSE(board_.the<v1::Stage>("open").has_paused_at_ms());
}

TEST_F(ClockTest, PausingAndGoingOnAreRefusedForGoodReasons) {
  EXPECT_EQ(pause("greta").refused, v1::REJECT_REASON_WRONG_STAGE);
  EXPECT_EQ(resume("greta").refused, v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(resume("greta").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(pause("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  ASSERT_TRUE(pause("greta").ok());
  EXPECT_EQ(pause("greta").refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(resume("greta").ok());
  board_.later(3 * kMinute);
  EXPECT_EQ(pause("greta").refused, v1::REJECT_REASON_PRECONDITION);
}

}  // namespace
}  // namespace swarmboard::board
