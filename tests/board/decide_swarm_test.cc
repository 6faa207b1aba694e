#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

v1::Command open_swarm(const std::string& id, const std::string& deal,
                       const std::string& ask = "How do we reach the decider?") {
  v1::Command command;
  auto& body = *command.mutable_open_swarm();
  body.set_id(id);
  body.set_deal_id(deal);
  body.set_ask(ask);
  body.set_ask_kind(v1::ASK_KIND_GET_ACCESS);
  return command;
}

v1::Command join_swarm(const std::string& swarm, v1::SwarmRole role = v1::SWARM_ROLE_UNSPECIFIED) {
  v1::Command command;
  command.mutable_join_swarm()->set_swarm(swarm);
  command.mutable_join_swarm()->set_role(role);
  return command;
}

v1::Command leave_swarm(const std::string& swarm) {
  v1::Command command;
  command.mutable_leave_swarm()->set_swarm(swarm);
  return command;
}

v1::Command close_swarm(const std::string& swarm, v1::SwarmOutcome outcome) {
  v1::Command command;
  command.mutable_close_swarm()->set_swarm(swarm);
  command.mutable_close_swarm()->set_outcome(outcome);
  command.mutable_close_swarm()->set_what_helped("A page in their own figures");
  return command;
}

class SwarmTest : public ::testing::Test {
 protected:
  SwarmTest() {
    board_.usual_team();
    board_.open("greta", "s1", "deal_swarm_50");
    board_.all_join({"amara", "ben", "hugo"});
    board_.start("greta", "brief");
  }

  BoardBuilder board_;
};

TEST_F(SwarmTest, DealOwnerOpensItOnTheBoardAndInTheLibrary) {
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  const auto& swarm = board_.in_the_library<v1::Swarm>("sw1");
  EXPECT_EQ(swarm.owner(), "ben");
  EXPECT_EQ(swarm.status(), v1::SWARM_STATUS_OPEN);
  EXPECT_EQ(swarm.session_id(), "s1");
  EXPECT_EQ(board_.the<v1::Swarm>("sw1").ask(), swarm.ask());
  EXPECT_EQ(board_.the<v1::SwarmMember>("sw1/ben").role(), v1::SWARM_ROLE_OWNER);
}

TEST_F(SwarmTest, OwnerOfTheAskOpensItOthersDoNot) {
  EXPECT_EQ(board_.does("amara", open_swarm("sw1", "d1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "amara").ok());
  ASSERT_TRUE(board_.does("amara", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.the<v1::Swarm>("sw1").owner(), "amara");
}

TEST_F(SwarmTest, OneOpenSwarmForEachDeal) {
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.does("ben", open_swarm("sw2", "d1")).refused, v1::REJECT_REASON_PRECONDITION);
  ASSERT_TRUE(board_.does("ben", close_swarm("sw1", v1::SWARM_OUTCOME_ADVANCED)).ok());
  EXPECT_TRUE(board_.does("ben", open_swarm("sw2", "d1")).ok());
}

TEST_F(SwarmTest, SwarmOpenedElsewhereCountsToo) {
  ASSERT_TRUE(board_.in_library("ben", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.does("ben", open_swarm("sw2", "d1")).refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(SwarmTest, OpeningNeedsAnOpenDealAnAskAndAFreeId) {
  v1::Deal lost;
  lost.set_account("Gone");
  lost.set_owner("ben");
  lost.set_is_open(false);
  board_.load(a_record("d_lost", lost)).deal("d2", "ben");
  EXPECT_EQ(board_.does("ben", open_swarm("sw1", "nothing")).refused,
            v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("ben", open_swarm("sw1", "d_lost")).refused,
            v1::REJECT_REASON_PRECONDITION);
  EXPECT_EQ(board_.does("ben", open_swarm("sw1", "d1", " ")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", open_swarm("sw1", "d1", std::string(2001, 'x'))).refused,
            v1::REJECT_REASON_TOO_LARGE);
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.does("ben", open_swarm("sw1", "d2")).refused, v1::REJECT_REASON_ALREADY_EXISTS);
}

TEST_F(SwarmTest, HelpersJoinLeaveAndComeBack) {
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  ASSERT_TRUE(board_.does("hugo", join_swarm("sw1")).ok());
  EXPECT_EQ(board_.the<v1::SwarmMember>("sw1/hugo").role(), v1::SWARM_ROLE_HELPER);
  EXPECT_EQ(board_.the<v1::Swarm>("sw1").status(), v1::SWARM_STATUS_HELPING);
  EXPECT_EQ(board_.does("hugo", join_swarm("sw1")).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.does("hugo", join_swarm("sw1", v1::SWARM_ROLE_EXPERT)).ok());
  EXPECT_EQ(board_.the<v1::SwarmMember>("sw1/hugo").role(), v1::SWARM_ROLE_EXPERT);
  ASSERT_TRUE(board_.does("hugo", leave_swarm("sw1")).ok());
  EXPECT_TRUE(board_.the<v1::SwarmMember>("sw1/hugo").has_left_at_ms());
  EXPECT_EQ(board_.does("hugo", leave_swarm("sw1")).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.does("hugo", join_swarm("sw1")).ok());
  EXPECT_FALSE(board_.the<v1::SwarmMember>("sw1/hugo").has_left_at_ms());
}

TEST_F(SwarmTest, ThereIsOneOwnerAndTheOwnerDoesNotLeave) {
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.does("hugo", join_swarm("sw1", v1::SWARM_ROLE_OWNER)).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("ben", join_swarm("sw1")).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.does("ben", leave_swarm("sw1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(SwarmTest, ClosingIsTheOwnersAndSaysHowItWent) {
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  EXPECT_EQ(board_.does("hugo", close_swarm("sw1", v1::SWARM_OUTCOME_WON)).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("ben", close_swarm("sw1", v1::SWARM_OUTCOME_UNSPECIFIED)).refused,
            v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(board_.does("ben", close_swarm("sw1", v1::SWARM_OUTCOME_WON)).ok());
  const auto& swarm = board_.in_the_library<v1::Swarm>("sw1");
  EXPECT_EQ(swarm.status(), v1::SWARM_STATUS_CLOSED);
  EXPECT_EQ(swarm.outcome(), v1::SWARM_OUTCOME_WON);
  EXPECT_EQ(swarm.what_helped(), "A page in their own figures");
  EXPECT_EQ(board_.does("hugo", join_swarm("sw1")).refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(SwarmTest, BlockerIsResolvedOnceWithADay) {
  v1::Command add;
  auto& edit = *add.mutable_edit_record();
  edit.set_create(true);
  edit.mutable_record()->set_id("b1");
  auto& blocker = *edit.mutable_record()->mutable_blocker();
  blocker.set_swarm("sw1");
  blocker.set_side(v1::BLOCKER_SIDE_OURS);
  blocker.set_text("Nobody asked for their data");
  ASSERT_TRUE(board_.does("ben", open_swarm("sw1", "d1")).ok());
  ASSERT_TRUE(board_.start("greta", "clarify").ok());
  ASSERT_TRUE(board_.does("amara", add).ok());
  v1::Command resolve;
  resolve.mutable_resolve_blocker()->set_id("b1");
  resolve.mutable_resolve_blocker()->set_on("soon");
  EXPECT_EQ(board_.does("hugo", resolve).refused, v1::REJECT_REASON_INVALID);
  resolve.mutable_resolve_blocker()->set_on("2026-02-03");
  ASSERT_TRUE(board_.does("hugo", resolve).ok());
  EXPECT_EQ(board_.in_the_library<v1::Blocker>("b1").resolved_on(), "2026-02-03");
  EXPECT_EQ(board_.does("hugo", resolve).refused, v1::REJECT_REASON_NO_EFFECT);
}

}  // namespace
}  // namespace swarmboard::board
