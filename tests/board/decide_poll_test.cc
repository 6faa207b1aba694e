#include <gtest/gtest.h>

#include "server/board/decide_clock.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

constexpr std::int64_t kMinute = 60'000;

class PollTest : public ::testing::Test {
 protected:
  PollTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara"});
    EXPECT_TRUE(board_.start("greta", "open").ok());
  }

  Outcome ask(const std::string& actor) {
    v1::Command command;
    command.mutable_open_time_poll();
    return board_.does(actor, command);
  }

  Outcome clock_asks() {
    v1::Command command;
    command.mutable_open_time_poll();
    return board_.server_does(command);
  }

  Outcome answer(const std::string& actor, v1::MoreTime what, const std::string& poll = "poll-1") {
    v1::Command command;
    command.mutable_answer_time_poll()->set_poll(poll);
    command.mutable_answer_time_poll()->set_answer(what);
    return board_.does(actor, command);
  }

  Outcome time_is_over(const std::string& poll = "poll-1") {
    v1::Command command;
    command.mutable_close_time_poll()->set_poll(poll);
    return board_.server_does(command);
  }

  bool is_due() const { return is_time_poll_due(board_.session(), board_.now_ms()); }

  const v1::TimePoll& poll(const std::string& id = "poll-1") const {
    return board_.the<v1::TimePoll>(id);
  }

  BoardBuilder board_;
};

TEST_F(PollTest, TheClockAsksOnceWhenTheTimeRunsOut) {
  EXPECT_FALSE(is_due());
  EXPECT_EQ(clock_asks().refused, v1::REJECT_REASON_PRECONDITION);
  board_.later(3 * kMinute);
  EXPECT_TRUE(is_due());
  ASSERT_TRUE(clock_asks().ok());
  EXPECT_FALSE(is_due());
  EXPECT_EQ(poll().stage(), "open");
  EXPECT_FALSE(poll().has_opened_by());
  EXPECT_EQ(poll().closes_at_ms() - board_.now_ms(), 15'000);
  board_.later(15'000);
  ASSERT_TRUE(time_is_over().ok());
  EXPECT_FALSE(is_due()) << "asked once is enough";
}

TEST_F(PollTest, NobodyIsAskedAloneOrLongAfterwardsOrInAPause) {
  v1::Command pause;
  pause.mutable_pause_clock();
  ASSERT_TRUE(board_.does("greta", pause).ok());
  board_.later(9 * kMinute);
  EXPECT_FALSE(is_due()) << "the clock stands still";
  v1::Command resume;
  resume.mutable_resume_clock();
  ASSERT_TRUE(board_.does("greta", resume).ok());
  board_.later(3 * kMinute);
  EXPECT_TRUE(is_due());
  ASSERT_TRUE(board_.leave("ben").ok());
  ASSERT_TRUE(board_.leave("amara").ok());
  EXPECT_FALSE(is_due()) << "one person decides for themselves";
  ASSERT_TRUE(board_.rejoin("ben").ok());
  board_.later(2 * kMinute);
  EXPECT_FALSE(is_due()) << "the moment has passed";
}

TEST_F(PollTest, AfterMoreTimeTheClockAsksAgain) {
  board_.later(3 * kMinute);
  ASSERT_TRUE(clock_asks().ok());
  v1::Command more;
  more.mutable_extend_stage()->set_add_min(2);
  ASSERT_TRUE(board_.later(1000).does("greta", more).ok());
  EXPECT_TRUE(poll().has_closed_at_ms()) << "the facilitator has decided";
  board_.later(2 * kMinute);
  EXPECT_TRUE(is_due());
  ASSERT_TRUE(clock_asks().ok());
  EXPECT_FALSE(poll("poll-2").has_closed_at_ms());
}

TEST_F(PollTest, AnAnswerIsSeenByItsAuthorAloneAndCountedAtTheEnd) {
  ASSERT_TRUE(ask("greta").ok());
  ASSERT_TRUE(answer("ben", v1::MORE_TIME_KEEP).ok());
  EXPECT_EQ(poll().answered(), 1U);
  EXPECT_FALSE(poll().has_keep());
  EXPECT_NE(board_.seen_by("ben").get<v1::TimeAnswer>("poll-1/ben"), nullptr);
  EXPECT_EQ(board_.seen_by("greta").get<v1::TimeAnswer>("poll-1/ben"), nullptr);
  EXPECT_EQ(board_.seen_by("").get<v1::TimeAnswer>("poll-1/ben"), nullptr);
  EXPECT_EQ(answer("ben", v1::MORE_TIME_KEEP).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(answer("ben", v1::MORE_TIME_MOVE_ON).ok()) << "one may think again";
  EXPECT_EQ(poll().answered(), 1U);
  ASSERT_TRUE(answer("amara", v1::MORE_TIME_EITHER).ok());
  EXPECT_EQ(time_is_over().refused, v1::REJECT_REASON_PRECONDITION);
  board_.later(15'000);
  EXPECT_EQ(answer("greta", v1::MORE_TIME_KEEP).refused, v1::REJECT_REASON_VOTE_CLOSED);
  ASSERT_TRUE(time_is_over().ok());
  EXPECT_EQ(poll().keep(), 0U);
  EXPECT_EQ(poll().move_on(), 1U);
  EXPECT_EQ(poll().either(), 1U);
  EXPECT_EQ(board_.the<v1::Session>("s1").running_stage(), "open") << "nothing moves by itself";
}

TEST_F(PollTest, WhenEverybodyHasAnsweredTheResultIsThere) {
  ASSERT_TRUE(ask("greta").ok());
  for (const char* member : {"greta", "ben", "amara"}) {
    ASSERT_TRUE(answer(member, v1::MORE_TIME_KEEP).ok());
  }
  EXPECT_EQ(poll().keep(), 3U);
  EXPECT_EQ(poll().closed_at_ms(), board_.now_ms());
  EXPECT_EQ(time_is_over().refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(PollTest, AStageThatEndsSettlesTheQuestion) {
  ASSERT_TRUE(ask("greta").ok());
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  EXPECT_TRUE(poll().has_closed_at_ms());
  ASSERT_TRUE(ask("greta").ok());
  ASSERT_TRUE(board_.close("greta").ok());
  EXPECT_TRUE(poll("poll-2").has_closed_at_ms());
}

TEST_F(PollTest, AskingAndAnsweringAreRefusedForGoodReasons) {
  EXPECT_EQ(ask("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(answer("ben", v1::MORE_TIME_KEEP).refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(ask("greta").ok());
  EXPECT_EQ(ask("greta").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(answer("ben", v1::MORE_TIME_UNSPECIFIED).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(answer("chidi", v1::MORE_TIME_KEEP).refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
  v1::Command close;
  close.mutable_close_time_poll()->set_poll("poll-1");
  EXPECT_EQ(board_.does("greta", close).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

}  // namespace
}  // namespace swarmboard::board
