#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class PowerTest : public ::testing::Test {
 protected:
  PowerTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "imelda"});
  }

  Outcome share(const std::string& actor, const std::string& member, v1::Power power,
                bool take_back = false) {
    v1::Command command;
    command.mutable_share_power()->set_member(member);
    command.mutable_share_power()->set_power(power);
    command.mutable_share_power()->set_take_back(take_back);
    return board_.does(actor, command);
  }

  Outcome pause(const std::string& actor) {
    v1::Command command;
    command.mutable_pause_clock();
    return board_.does(actor, command);
  }

  BoardBuilder board_;
};

TEST_F(PowerTest, WhoeverSharesTheClockKeepsItAndNothingElse) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(pause("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  ASSERT_TRUE(share("greta", "ben", v1::POWER_CLOCK).ok());
  EXPECT_EQ(board_.seen_by("amara").get<v1::Participant>("ben")->powers().items(0), v1::POWER_CLOCK)
      << "everybody sees who has it";
  EXPECT_TRUE(pause("ben").ok());
  EXPECT_EQ(board_.start("ben", "brief").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.close("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
}

TEST_F(PowerTest, WhoeverSharesTheStagesMovesReveals) {
  ASSERT_TRUE(share("greta", "ben", v1::POWER_STAGE).ok());
  ASSERT_TRUE(board_.start("ben", "diagnose").ok());
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_COMMENT, "A thought").ok());
  ASSERT_TRUE(board_.reveal("ben", "diagnose").ok());
  ASSERT_TRUE(board_.open_vote("ben", "v1", {"n1"}).ok());
  ASSERT_TRUE(board_.close_vote("ben", "v1").ok());
  EXPECT_EQ(pause("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.hand_over("ben", "amara").refused, v1::REJECT_REASON_NOT_FACILITATOR);
}

TEST_F(PowerTest, WhatIsTakenBackIsGone) {
  ASSERT_TRUE(share("greta", "ben", v1::POWER_CLOCK).ok());
  ASSERT_TRUE(share("greta", "ben", v1::POWER_STAGE).ok());
  ASSERT_TRUE(share("greta", "ben", v1::POWER_STAGE, true).ok());
  EXPECT_EQ(board_.start("ben", "open").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.the<v1::Participant>("ben").powers().items_size(), 1);
}

TEST_F(PowerTest, APowerOutlivesAHandOver) {
  ASSERT_TRUE(share("greta", "ben", v1::POWER_STAGE).ok());
  ASSERT_TRUE(board_.hand_over("greta", "amara").ok());
  EXPECT_TRUE(board_.start("ben", "open").ok());
  EXPECT_EQ(share("greta", "ben", v1::POWER_STAGE, true).refused,
            v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_TRUE(share("amara", "ben", v1::POWER_STAGE, true).ok());
}

TEST_F(PowerTest, SharingIsRefusedForGoodReasons) {
  EXPECT_EQ(share("ben", "amara", v1::POWER_CLOCK).refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(share("greta", "chidi", v1::POWER_CLOCK).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(share("greta", "ben", v1::POWER_UNSPECIFIED).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(share("greta", "greta", v1::POWER_CLOCK).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(share("greta", "ben", v1::POWER_CLOCK, true).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(share("greta", "imelda", v1::POWER_STAGE).refused, v1::REJECT_REASON_NOT_ALLOWED)
      << "the manager speaks late";
  ASSERT_TRUE(share("greta", "ben", v1::POWER_CLOCK).ok());
  EXPECT_EQ(share("greta", "ben", v1::POWER_CLOCK).refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(PowerTest, TheScribesRoleIsTakenBackToo) {
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_SCRIBE, "amara").ok());
  v1::Command command;
  command.mutable_assign_role()->set_member("amara");
  command.mutable_assign_role()->set_role(v1::SESSION_ROLE_SCRIBE);
  command.mutable_assign_role()->set_take_back(true);
  ASSERT_TRUE(board_.does("greta", command).ok());
  EXPECT_FALSE(has_role(board_.session(), "amara", v1::SESSION_ROLE_SCRIBE));
  EXPECT_EQ(board_.does("greta", command).refused, v1::REJECT_REASON_NO_EFFECT);
  command.mutable_assign_role()->set_role(v1::SESSION_ROLE_REP);
  EXPECT_EQ(board_.does("greta", command).refused, v1::REJECT_REASON_INVALID);
}

class DoorTest : public ::testing::Test {
 protected:
  DoorTest() {
    board_.usual_team();
    v1::Command command;
    auto& open = *command.mutable_open_session();
    open.set_session_id("s1");
    open.set_template_id("deal_swarm_50");
    open.mutable_topic()->set_title("With a guest");
    open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS);
    open.set_guests_wait(true);
    EXPECT_TRUE(board_.in_library("greta", command).ok());
    board_.in("s1");
    board_.all_join({"ben", "amara"});
  }

  Outcome knock(const std::string& member, const std::string& id) {
    v1::Knock body;
    body.set_session("s1");
    v1::Command command;
    command.mutable_edit_record()->set_create(true);
    *command.mutable_edit_record()->mutable_record() = testing::a_record(id, body);
    return board_.in_library(member, command);
  }

  Outcome answer(const std::string& actor, const std::string& id, v1::KnockAnswer what) {
    v1::Command command;
    command.mutable_answer_knock()->set_knock(id);
    command.mutable_answer_knock()->set_answer(what);
    return board_.does(actor, command);
  }

  bool follows(const std::string& member) const {
    return may_follow(board_.session(), board_.library(), member);
  }

  BoardBuilder board_;
};

TEST_F(DoorTest, AGuestWaitsUntilSomebodyOpens) {
  EXPECT_TRUE(board_.in_the_library<v1::SessionCard>("s1").guests_wait());
  EXPECT_EQ(board_.join("jonas").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_FALSE(follows("jonas")) << "nothing of the board leaves before";
  EXPECT_TRUE(follows("hugo")) << "the team does not wait";
  ASSERT_TRUE(knock("jonas", "k1").ok());
  EXPECT_EQ(board_.in_the_library<v1::Knock>("k1").author(), "jonas");
  EXPECT_EQ(answer("ben", "k1", v1::KNOCK_ANSWER_COME_IN).refused,
            v1::REJECT_REASON_NOT_FACILITATOR);
  ASSERT_TRUE(answer("greta", "k1", v1::KNOCK_ANSWER_NOT_NOW).ok());
  EXPECT_FALSE(follows("jonas"));
  ASSERT_TRUE(answer("greta", "k1", v1::KNOCK_ANSWER_COME_IN).ok());
  EXPECT_EQ(board_.in_the_library<v1::Knock>("k1").answered_by(), "greta");
  EXPECT_TRUE(follows("jonas"));
  EXPECT_FALSE(follows("kavya")) << "each is let in alone";
  EXPECT_TRUE(board_.join("jonas").ok());
  ASSERT_TRUE(board_.close("greta").ok());
  EXPECT_EQ(board_.library().get<v1::Knock>("k1"), nullptr);
}

TEST_F(DoorTest, WhoeverHasTheDoorOpensItAndAnybodyWhileNobodyLeads) {
  ASSERT_TRUE(knock("jonas", "k1").ok());
  v1::Command command;
  command.mutable_share_power()->set_member("ben");
  command.mutable_share_power()->set_power(v1::POWER_ADMIT);
  ASSERT_TRUE(board_.does("greta", command).ok());
  EXPECT_TRUE(answer("ben", "k1", v1::KNOCK_ANSWER_COME_IN).ok());
  ASSERT_TRUE(knock("kavya", "k2").ok());
  ASSERT_TRUE(board_.lose("greta").ok());
  EXPECT_TRUE(answer("amara", "k2", v1::KNOCK_ANSWER_COME_IN).ok());
}

TEST_F(DoorTest, WhoeverLeadsNeverLocksThemselvesOut) {
  ASSERT_TRUE(board_.leave("greta").ok());
  ASSERT_TRUE(board_.leave("ben").ok());
  ASSERT_TRUE(board_.leave("amara").ok());
  board_.later(3'600'000);
  ASSERT_TRUE(board_.vacate().ok());
  ASSERT_TRUE(board_.rejoin("greta").ok());
  ASSERT_TRUE(board_.claim("greta").ok());
  EXPECT_TRUE(board_.start("greta", "open").ok());
}

TEST_F(DoorTest, AnsweringIsRefusedForGoodReasons) {
  EXPECT_EQ(answer("greta", "k9", v1::KNOCK_ANSWER_COME_IN).refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(knock("jonas", "k1").ok());
  EXPECT_EQ(answer("greta", "k1", v1::KNOCK_ANSWER_UNSPECIFIED).refused, v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(answer("greta", "k1", v1::KNOCK_ANSWER_COME_IN).ok());
  EXPECT_EQ(answer("greta", "k1", v1::KNOCK_ANSWER_COME_IN).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.open("greta", "s2", "deal_swarm_50").ok());
  EXPECT_EQ(answer("greta", "k1", v1::KNOCK_ANSWER_NOT_NOW).refused, v1::REJECT_REASON_TARGET_GONE)
      << "it is another room's door";
}

}  // namespace
}  // namespace swarmboard::board
