#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class WorthTest : public ::testing::Test {
 protected:
  WorthTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara"});
  }

  Outcome say(const std::string& actor, v1::Worth worth) {
    v1::Command command;
    command.mutable_answer_worth()->set_worth(worth);
    return board_.does(actor, command);
  }

  const v1::WorthTally& tally() const { return board_.the<v1::WorthTally>("worth"); }

  BoardBuilder board_;
};

TEST_F(WorthTest, AnswersAreCountedWithoutNames) {
  ASSERT_TRUE(say("ben", v1::WORTH_YES).ok());
  EXPECT_EQ(board_.events().back().public_part().find("ben"), std::string::npos);
  ASSERT_TRUE(say("amara", v1::WORTH_NO).ok());
  EXPECT_EQ(tally().yes(), 1U);
  EXPECT_EQ(tally().no(), 1U);
  EXPECT_EQ(board_.seen_by("greta").get<v1::WorthAnswer>("ben"), nullptr);
  EXPECT_NE(board_.seen_by("ben").get<v1::WorthAnswer>("ben"), nullptr);
}

TEST_F(WorthTest, OneMayThinkAgainAlsoAfterTheEnd) {
  ASSERT_TRUE(say("ben", v1::WORTH_PARTLY).ok());
  ASSERT_TRUE(board_.close("greta").ok());
  ASSERT_TRUE(say("ben", v1::WORTH_YES).ok());
  EXPECT_EQ(tally().yes(), 1U);
  EXPECT_EQ(tally().partly(), 0U);
  EXPECT_EQ(say("ben", v1::WORTH_YES).refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(WorthTest, ItIsRefusedForGoodReasons) {
  EXPECT_EQ(say("ben", v1::WORTH_UNSPECIFIED).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(say("hugo", v1::WORTH_YES).refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
}

}  // namespace
}  // namespace swarmboard::board
