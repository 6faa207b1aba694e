// Before and between sessions: a plan, its timeboxes, early notes, parked topics, what a decision
// says.
#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;
using testing::Outcome;

template <class Body>
v1::Command make(const std::string& id, const Body& body) {
  v1::Command command;
  command.mutable_edit_record()->set_create(true);
  *command.mutable_edit_record()->mutable_record() = a_record(id, body);
  return command;
}

template <class Body>
v1::Command take_away(const std::string& id) {
  v1::Command command;
  command.mutable_remove_record()->mutable_target()->set_kind(kind_of<Body>());
  command.mutable_remove_record()->mutable_target()->set_id(id);
  return command;
}

v1::Command opening(const std::string& id) {
  v1::Command command;
  auto& open = *command.mutable_open_session();
  open.set_session_id(id);
  open.set_template_id("deal_swarm_50");
  open.mutable_topic()->set_title("Prepared");
  return command;
}

void timebox(v1::Command& command, const std::string& stage, std::uint32_t minutes) {
  auto& item = *command.mutable_open_session()->mutable_timeboxes()->add_items();
  item.set_stage(stage);
  item.set_minutes(minutes);
}

class PrepareTest : public ::testing::Test {
 protected:
  PrepareTest() { board_.usual_team(); }

  void open() {
    ASSERT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "imelda"});
  }

  BoardBuilder board_;
};

TEST_F(PrepareTest, TimeboxesChangeTheStagesAndTheTotal) {
  v1::Command command = opening("s1");
  timebox(command, "open", 5);
  timebox(command, "close", 1);
  ASSERT_TRUE(board_.in_library("greta", command).ok());
  board_.in("s1");
  EXPECT_EQ(board_.the<v1::Stage>("open").minutes(), 5U);
  EXPECT_EQ(board_.the<v1::Stage>("brief").minutes(), 6U);
  EXPECT_EQ(board_.the<v1::Session>("s1").planned_min(), 50U + 2U - 4U);
}

TEST_F(PrepareTest, TimeboxesAreCheckedBeforeAnythingOpens) {
  for (const auto& [stage, minutes] :
       {std::pair{"nowhere", 5U}, std::pair{"open", 0U}, std::pair{"open", 181U}}) {
    v1::Command command = opening("s1");
    timebox(command, stage, minutes);
    EXPECT_EQ(board_.in_library("greta", command).refused, v1::REJECT_REASON_INVALID);
  }
  v1::Command twice = opening("s1");
  timebox(twice, "open", 2);
  timebox(twice, "open", 3);
  EXPECT_EQ(board_.in_library("greta", twice).refused, v1::REJECT_REASON_INVALID);
}

TEST_F(PrepareTest, APlanIsOfTheTeamAndIsDoneWithWhenItOpens) {
  v1::SessionPlan plan;
  plan.set_title("Northwind");
  plan.set_template_id("deal_swarm_50");
  plan.set_facilitator("hugo");
  ASSERT_TRUE(board_.in_library("hugo", make("p1", plan)).ok());
  EXPECT_EQ(board_.in_library("jonas", make("p2", plan)).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.in_the_library<v1::SessionPlan>("p1").author(), "hugo");
  v1::Command command = opening("s1");
  command.mutable_open_session()->set_plan_id("p1");
  ASSERT_TRUE(board_.in_library("hugo", command).ok());
  EXPECT_EQ(board_.library().get<v1::SessionPlan>("p1"), nullptr);
  EXPECT_EQ(board_.session("s1").get<v1::SessionPlan>("p1"), nullptr);
  v1::Command again = opening("s2");
  again.mutable_open_session()->set_plan_id("p1");
  EXPECT_EQ(board_.in_library("hugo", again).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(PrepareTest, EarlyNotesWaitInTheFirstStageThatHidesThem) {
  open();
  ASSERT_TRUE(board_.note("ben", "q1", v1::NOTE_KIND_QUESTION, "Who signs?").ok());
  EXPECT_EQ(board_.the<v1::Note>("q1").stage(), "brief");
  ASSERT_TRUE(board_.note("ben", "c1", v1::NOTE_KIND_COMMENT, "A thought").ok());
  EXPECT_EQ(board_.the<v1::Note>("c1").stage(), "diagnose");
  for (const char* other : {"greta", "amara", ""}) {
    EXPECT_EQ(board_.seen_by(other).get<v1::Note>("q1"), nullptr) << other;
  }
  EXPECT_EQ(board_.note("ben", "g1", v1::NOTE_KIND_GROUND_RULE, "Phones away").refused,
            v1::REJECT_REASON_WRONG_STAGE)
      << "nothing hides it, so it waits for its stage";
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  EXPECT_EQ(board_.the<v1::Stage>("brief").hidden_count(), 1U);
  ASSERT_TRUE(board_.reveal("greta", "brief").ok());
  EXPECT_NE(board_.seen_by("").get<v1::Note>("q1"), nullptr);
  EXPECT_EQ(board_.seen_by("greta").get<v1::Note>("c1"), nullptr);
}

TEST_F(PrepareTest, NothingThatEverybodyWouldSeeIsWrittenEarly) {
  open();
  v1::Learning learning;
  learning.set_kind(v1::FINDING_KIND_KEEP);
  learning.set_text("Ask sooner");
  EXPECT_EQ(board_.does("ben", make("l1", learning)).refused, v1::REJECT_REASON_WRONG_STAGE);
}

TEST_F(PrepareTest, AnObserverWritesNothingEarlyThatTheStageWouldRefuse) {
  open();
  EXPECT_EQ(board_.note("imelda", "q1", v1::NOTE_KIND_QUESTION, "Well?").refused,
            v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(PrepareTest, ATopicIsParkedByAnybodyAndTakenUpOnce) {
  open();
  v1::ParkedTopic topic;
  topic.set_text("Pricing of the spare parts");
  ASSERT_TRUE(board_.does("imelda", make("t1", topic)).ok()) << "also an observer, at any time";
  EXPECT_EQ(board_.in_the_library<v1::ParkedTopic>("t1").author(), "imelda");
  EXPECT_EQ(board_.in_the_library<v1::ParkedTopic>("t1").session_id(), "s1");
  ASSERT_TRUE(board_.close("greta").ok());
  v1::Command command = opening("s2");
  command.mutable_open_session()->set_parked_id("t1");
  ASSERT_TRUE(board_.in_library("ben", command).ok());
  EXPECT_EQ(board_.library().get<v1::ParkedTopic>("t1"), nullptr);
  EXPECT_NE(board_.session("s1").get<v1::ParkedTopic>("t1"), nullptr) << "the past stays";
}

TEST_F(PrepareTest, ParkingIsUndoneByItsAuthorAndDroppedByTheTeam) {
  open();
  v1::ParkedTopic topic;
  topic.set_text("Later");
  ASSERT_TRUE(board_.does("ben", make("t1", topic)).ok());
  ASSERT_TRUE(board_.does("ben", take_away<v1::ParkedTopic>("t1")).ok());
  ASSERT_TRUE(board_.does("ben", make("t2", topic)).ok());
  EXPECT_EQ(board_.in_library("imelda", take_away<v1::ParkedTopic>("t2")).refused,
            v1::REJECT_REASON_NOT_YOUR_CARD);
  ASSERT_TRUE(board_.in_library("hugo", take_away<v1::ParkedTopic>("t2")).ok());
  EXPECT_EQ(board_.session().get<v1::ParkedTopic>("t2"), nullptr) << "the live board follows";
}

TEST_F(PrepareTest, AHiddenCardIsNotParkedForAllToSee) {
  open();
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("ben", "c1", v1::NOTE_KIND_COMMENT, "Between us").ok());
  v1::ParkedTopic topic;
  topic.set_text("Between us");
  topic.set_card("c1");
  EXPECT_EQ(board_.does("ben", make("t1", topic)).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(PrepareTest, WhatIsParkedInANarrowSessionStaysInIt) {
  ASSERT_TRUE(board_.open("greta", "s1", "deal_swarm_50", v1::REPLAY_AUDIENCE_PARTICIPANTS).ok());
  v1::ParkedTopic topic;
  topic.set_text("Among us");
  ASSERT_TRUE(board_.does("greta", make("t1", topic)).ok());
  EXPECT_EQ(board_.library().get<v1::ParkedTopic>("t1"), nullptr);
}

TEST_F(PrepareTest, OnlyADecisionSaysWhatWasRejectedAndWhoAgreed) {
  open();
  ASSERT_TRUE(board_.start("greta", "choose").ok());
  v1::Note decision;
  decision.set_kind(v1::NOTE_KIND_DECISION);
  decision.set_text("Lead with the cost of moving");
  decision.set_rejected("A discount");
  decision.mutable_agreed()->add_items("ben");
  decision.set_revisit_on("2999-01-31");
  ASSERT_TRUE(board_.does("greta", make("d1", decision)).ok());
  v1::Note comment = decision;
  comment.set_kind(v1::NOTE_KIND_COMMENT);
  EXPECT_EQ(board_.does("greta", make("d2", comment)).refused, v1::REJECT_REASON_INVALID);
  decision.mutable_agreed()->add_items("hugo");
  EXPECT_EQ(board_.does("greta", make("d3", decision)).refused, v1::REJECT_REASON_TARGET_GONE)
      << "only who is here agrees";
}

TEST_F(PrepareTest, WhoCallsASwarmOwnsTheAskAndListensByRule) {
  open();
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  v1::Command command;
  auto& swarm = *command.mutable_open_swarm();
  swarm.set_id("w1");
  swarm.set_deal_id("d1");
  swarm.set_ask("How do we reach the COO?");
  ASSERT_TRUE(board_.does("ben", command).ok());
  EXPECT_TRUE(has_role(board_.session(), "ben", v1::SESSION_ROLE_CLIENT));
  ASSERT_TRUE(board_.start("greta", "options").ok());
  EXPECT_EQ(board_.note("ben", "n1", v1::NOTE_KIND_IDEA, "My own").refused,
            v1::REJECT_REASON_LISTEN_ONLY);
}

TEST_F(PrepareTest, ThePartsOfASwarmAreHandedOut) {
  open();
  v1::Command command;
  auto& swarm = *command.mutable_open_swarm();
  swarm.set_id("w1");
  swarm.set_deal_id("d1");
  swarm.set_ask("How do we reach the COO?");
  ASSERT_TRUE(board_.does("ben", command).ok());
  const auto give = [&](const std::string& actor, const std::string& member, v1::SwarmRole role) {
    v1::Command part;
    part.mutable_give_part()->set_swarm("w1");
    part.mutable_give_part()->set_member(member);
    part.mutable_give_part()->set_role(role);
    return board_.does(actor, part).refused;
  };
  EXPECT_EQ(give("greta", "amara", v1::SWARM_ROLE_DEVILS_ADVOCATE), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_EQ(give("ben", "amara", v1::SWARM_ROLE_CUSTOMER_VOICE), v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_EQ(board_.in_the_library<v1::SwarmMember>("w1/amara").role(),
            v1::SWARM_ROLE_CUSTOMER_VOICE);
  EXPECT_EQ(board_.in_the_library<v1::Swarm>("w1").status(), v1::SWARM_STATUS_HELPING);
  EXPECT_EQ(give("ben", "amara", v1::SWARM_ROLE_CUSTOMER_VOICE), v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(give("amara", "greta", v1::SWARM_ROLE_HELPER), v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(give("greta", "ben", v1::SWARM_ROLE_HELPER), v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(give("greta", "amara", v1::SWARM_ROLE_OWNER), v1::REJECT_REASON_INVALID);
  EXPECT_EQ(give("greta", "hugo", v1::SWARM_ROLE_HELPER), v1::REJECT_REASON_TARGET_GONE);
}

}  // namespace
}  // namespace swarmboard::board
