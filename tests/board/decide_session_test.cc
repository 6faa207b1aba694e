#include <memory>

#include <gtest/gtest.h>

#include "server/board/templates.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;
using testing::Outcome;

v1::Command opening(const std::string& id = "s1",
                    const std::string& template_id = "deal_swarm_50") {
  v1::Command command;
  auto& open = *command.mutable_open_session();
  open.set_session_id(id);
  open.set_template_id(template_id);
  open.mutable_topic()->set_title("How do we reach the COO?");
  return command;
}

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { board_.usual_team(); }

  void open(const std::string& template_id = "deal_swarm_50",
            v1::ReplayAudience audience = v1::REPLAY_AUDIENCE_UNSPECIFIED) {
    ASSERT_TRUE(board_.open("greta", "s1", template_id, audience).ok());
  }

  v1::RejectReason refused(const v1::Command& command, const std::string& actor = "greta") {
    return board_.in_library(actor, command).refused;
  }

  Outcome join_accepting(const std::string& member, v1::ReplayAudience accepted) {
    v1::Command command;
    command.mutable_join_session()->set_accepts_replay_audience(accepted);
    return board_.does(member, command);
  }

  BoardBuilder board_;
};

// The table in decide.cc.

TEST_F(SessionTest, AnEmptyCommandIsNotSupported) {
  open();
  EXPECT_EQ(board_.does("greta", {}).refused, v1::REJECT_REASON_UNSUPPORTED);
}

TEST_F(SessionTest, WhatOnlyTheServerDoesIsRefusedToClients) {
  open();
  v1::Command load;
  load.mutable_load_fixture();
  EXPECT_EQ(board_.in_library("greta", load).refused, v1::REJECT_REASON_NOT_ALLOWED);
  v1::Command add;
  add.mutable_add_member()->set_name("Mallory");
  EXPECT_EQ(board_.in_library("greta", add).refused, v1::REJECT_REASON_NOT_ALLOWED);
  v1::Command view;
  view.mutable_log_replay_view()->set_session_id("s1");
  EXPECT_EQ(board_.in_library("greta", view).refused, v1::REJECT_REASON_NOT_ALLOWED);
  v1::Command lose;
  lose.mutable_lose_connection();
  EXPECT_EQ(board_.does("greta", lose).refused, v1::REJECT_REASON_NOT_ALLOWED);
  v1::Command vacate;
  vacate.mutable_vacate_seat();
  EXPECT_EQ(board_.does("greta", vacate).refused, v1::REJECT_REASON_NOT_ALLOWED);
  v1::Command mirror;
  mirror.mutable_mirror_library();
  EXPECT_EQ(board_.does("greta", mirror).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.server_does(mirror).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(SessionTest, EachCommandHasItsStream) {
  open();
  EXPECT_EQ(board_.does("greta", opening("s2")).refused, v1::REJECT_REASON_INVALID);
  v1::Command start;
  start.mutable_start_stage()->set_stage("open");
  EXPECT_EQ(board_.in_library("greta", start).refused, v1::REJECT_REASON_INVALID);
}

TEST_F(SessionTest, StrangersAreRefused) {
  open();
  EXPECT_EQ(refused(opening("s2"), "mallory"), v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_EQ(board_.join("mallory").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
}

TEST_F(SessionTest, WhoHasNotJoinedWritesNothing) {
  open();
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(board_.note("ben", "n1", v1::NOTE_KIND_GROUND_RULE, "Be kind").refused,
            v1::REJECT_REASON_NOT_IN_AUDIENCE);
}

TEST_F(SessionTest, WhatWasWrittenInATunnelIsWelcome) {
  open();
  board_.all_join({"ben"});
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(board_.lose("ben").ok());
  EXPECT_TRUE(board_.note("ben", "n1", v1::NOTE_KIND_GROUND_RULE, "Be kind").ok());
}

// OpenSession.

TEST_F(SessionTest, OpeningMakesASessionThatStandsOnItsOwn) {
  auto command = opening();
  command.mutable_open_session()->mutable_topic()->set_deal_id("d1");
  ASSERT_TRUE(board_.in_library("greta", command).ok());
  board_.in("s1");
  ASSERT_EQ(board_.events().size(), 1U);
  const auto& session = board_.the<v1::Session>("s1");
  EXPECT_EQ(session.team(), "north");
  EXPECT_EQ(session.template_id(), "deal_swarm_50");
  EXPECT_EQ(session.planned_min(), 50U);
  EXPECT_EQ(session.opened_by(), "greta");
  EXPECT_EQ(session.default_facilitator(), "greta");
  EXPECT_EQ(session.replay_audience(), v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  EXPECT_EQ(session.topic().kind(), v1::TOPIC_KIND_SPECIFIC_OPPORTUNITY);
  EXPECT_EQ(board_.the<v1::Stage>("brief").position(), 2U);
  const auto& opener = board_.the<v1::Participant>("greta");
  EXPECT_EQ(opener.role(), v1::SESSION_ROLE_REP);
  EXPECT_TRUE(opener.present());
  EXPECT_EQ(opener.accepted_audience(), v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  EXPECT_NE(board_.session().get<v1::Deal>("d1"), nullptr);
  EXPECT_NE(board_.session().get<v1::Member>("ben"), nullptr);
}

TEST_F(SessionTest, OpeningListsTheSessionInTheTeamRoom) {
  open();
  const auto& card = board_.in_the_library<v1::SessionCard>("s1");
  EXPECT_EQ(card.title(), "What we work on");
  EXPECT_EQ(card.template_id(), "deal_swarm_50");
  EXPECT_EQ(card.facilitator(), "greta");
  EXPECT_EQ(card.started_at_ms(), board_.now_ms());
  EXPECT_FALSE(card.has_closed_at_ms());
  board_.all_join({"ben"});
  EXPECT_TRUE(contains(board_.in_the_library<v1::SessionCard>("s1").participants(), "ben"));
}

TEST_F(SessionTest, WhatAPairTalksAboutIsNotOnTheCard) {
  open("buddy_checkin_20");
  EXPECT_EQ(board_.in_the_library<v1::SessionCard>("s1").title(), "Buddy check-in");
  EXPECT_EQ(board_.the<v1::Session>("s1").topic().title(), "What we work on");
  v1::Command widen;
  widen.mutable_widen_audience()->set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  ASSERT_TRUE(board_.does("greta", widen).ok());
  EXPECT_EQ(board_.in_the_library<v1::SessionCard>("s1").title(), "What we work on");
}

TEST_F(SessionTest, AnIdIsMadeWhenNoneIsGiven) {
  ASSERT_TRUE(board_.open("greta", "", "deal_swarm_50").ok());
  EXPECT_FALSE(board_.last_decision().opens_session.empty());
}

TEST_F(SessionTest, AManagerMayOpenAndObserves) {
  ASSERT_TRUE(board_.open("imelda", "s1", "team_retro_60").ok());
  EXPECT_EQ(board_.the<v1::Participant>("imelda").role(), v1::SESSION_ROLE_OBSERVER);
}

TEST_F(SessionTest, OpeningIsRefusedForGoodReasons) {
  open();
  EXPECT_EQ(refused(opening("s1")), v1::REJECT_REASON_ALREADY_EXISTS);
  EXPECT_EQ(refused(opening("s2"), "jonas"), v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(refused(opening("no spaces")), v1::REJECT_REASON_INVALID);
  EXPECT_EQ(refused(opening(std::string(41, 'x'))), v1::REJECT_REASON_INVALID);
  EXPECT_EQ(refused(opening("s2", "no_such_template")), v1::REJECT_REASON_INVALID);
  auto command = opening("s2");
  command.mutable_open_session()->mutable_topic()->set_title("  ");
  EXPECT_EQ(refused(command), v1::REJECT_REASON_INVALID);
  command.mutable_open_session()->mutable_topic()->set_title(std::string(301, 'x'));
  EXPECT_EQ(refused(command), v1::REJECT_REASON_TOO_LARGE);
  command = opening("s2");
  command.mutable_open_session()->mutable_topic()->set_deal_id("no_such_deal");
  EXPECT_EQ(refused(command), v1::REJECT_REASON_TARGET_GONE);
  command = opening("s2");
  command.mutable_open_session()->mutable_topic()->set_kind(static_cast<v1::TopicKind>(999));
  EXPECT_EQ(refused(command), v1::REJECT_REASON_INVALID);
  command = opening("s2");
  command.mutable_open_session()->set_facilitator("nobody");
  EXPECT_EQ(refused(command), v1::REJECT_REASON_TARGET_GONE);
  command = opening("s2");
  command.mutable_open_session()->set_replay_audience(static_cast<v1::ReplayAudience>(999));
  EXPECT_EQ(refused(command), v1::REJECT_REASON_INVALID);
}

TEST_F(SessionTest, TheAudienceAtTheDoorMayBeNarrowed) {
  open("objection_clinic_45", v1::REPLAY_AUDIENCE_TEAM);
  EXPECT_EQ(board_.the<v1::Session>("s1").replay_audience(), v1::REPLAY_AUDIENCE_TEAM);
}

TEST_F(SessionTest, ATemplateThatProtectsItsRoomIsNotOpenedWider) {
  auto command = opening("s2", "team_retro_60");
  command.mutable_open_session()->set_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  EXPECT_EQ(refused(command), v1::REJECT_REASON_NOT_ALLOWED);
  command.mutable_open_session()->set_replay_audience(v1::REPLAY_AUDIENCE_PARTICIPANTS);
  EXPECT_TRUE(board_.in_library("greta", command).ok());
}

TEST_F(SessionTest, TheTeamsOwnDefaultAudienceCounts) {
  BoardBuilder other;
  v1::TeamRules rules;
  rules.set_default_replay_audience(v1::REPLAY_AUDIENCE_PARTICIPANTS);
  other.rules(rules).rep("a");
  ASSERT_TRUE(other.open("a", "s", "deal_swarm_50").ok());
  EXPECT_EQ(other.the<v1::Session>("s").replay_audience(), v1::REPLAY_AUDIENCE_PARTICIPANTS);
}

// JoinSession.

TEST_F(SessionTest, NobodyEntersWithoutAcceptingWhoMayReplay) {
  open();
  EXPECT_EQ(join_accepting("ben", v1::REPLAY_AUDIENCE_UNSPECIFIED).refused,
            v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_EQ(join_accepting("ben", v1::REPLAY_AUDIENCE_TEAM).refused,
            v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_TRUE(join_accepting("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_TRUE(join_accepting("hugo", v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS).ok())
      << "who accepts more accepts this";
}

TEST_F(SessionTest, EverybodyComesInTheirRole) {
  open();
  board_.all_join({"ben", "imelda", "jonas"});
  EXPECT_EQ(board_.the<v1::Participant>("ben").role(), v1::SESSION_ROLE_REP);
  EXPECT_EQ(board_.the<v1::Participant>("imelda").role(), v1::SESSION_ROLE_OBSERVER);
  EXPECT_EQ(board_.the<v1::Participant>("jonas").role(), v1::SESSION_ROLE_GUEST);
  EXPECT_TRUE(board_.join("amara", v1::SESSION_ROLE_REVIEWER).ok());
  EXPECT_TRUE(has_role(board_.session(), "amara", v1::SESSION_ROLE_REVIEWER));
}

TEST_F(SessionTest, RolesOfOthersAreRefused) {
  BoardBuilder board;
  board.usual_team().rep("rita");
  ASSERT_TRUE(board.open("greta", "s1", "deal_swarm_50").ok());
  EXPECT_EQ(board.join("imelda", v1::SESSION_ROLE_REP).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board.join("kavya", v1::SESSION_ROLE_REP).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board.join("rita", v1::SESSION_ROLE_GUEST).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board.join("rita", static_cast<v1::SessionRole>(999)).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(SessionTest, JoiningTwiceChangesNothingAndAfterALeaveItIsAReturn) {
  open();
  board_.all_join({"ben"});
  EXPECT_EQ(board_.join("ben").refused, v1::REJECT_REASON_NO_EFFECT);
  const std::int64_t joined = board_.the<v1::Participant>("ben").joined_at_ms();
  ASSERT_TRUE(board_.later(1'000).leave("ben").ok());
  ASSERT_TRUE(board_.later(1'000).join("ben").ok());
  EXPECT_TRUE(board_.the<v1::Participant>("ben").present());
  EXPECT_EQ(board_.the<v1::Participant>("ben").joined_at_ms(), joined);
}

TEST_F(SessionTest, AManagerDoesNotWalkIntoASessionOfTheRepsAlone) {
  open("objection_clinic_45", v1::REPLAY_AUDIENCE_TEAM);
  EXPECT_EQ(board_.join("imelda").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_TRUE(board_.join("kavya").ok()) << "guests are asked in; they only replay their own";
}

TEST_F(SessionTest, AThirdPersonDoesNotEnterAPair) {
  v1::BuddyPair pair;
  pair.set_a("chidi");
  pair.set_b("greta");
  board_.load(a_record("bp1", pair));
  open("buddy_checkin_20");
  EXPECT_EQ(board_.join("hugo").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_TRUE(board_.join("chidi").ok());
}

TEST_F(SessionTest, APairWithoutBuddiesOnRecordIsTwoPeople) {
  open("buddy_checkin_20");
  EXPECT_TRUE(board_.join("hugo").ok());
  EXPECT_EQ(board_.join("chidi").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
}

TEST_F(SessionTest, ASessionHoldsTwoHundredPeople) {
  BoardBuilder board;
  board.rep("opener");
  v1::Command load;
  for (int i = 0; i < 200; ++i) {
    v1::Member member;
    member.set_name("Guest");
    member.set_role(v1::MEMBER_ROLE_REP);
    *load.mutable_load_fixture()->add_records() = a_record("m" + std::to_string(i), member);
  }
  ASSERT_TRUE(board.server_does_in_library(load).ok());
  ASSERT_TRUE(board.open("opener", "s", "conv_5_20_5_30").ok());
  v1::Command join;
  join.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  // Participants are put in by hand: two hundred joins would each be checked for everybody.
  State full = board.session();
  for (int i = 0; i < 199; ++i) {
    v1::Participant body;
    body.set_present(true);
    full.put(std::make_shared<v1::Record>(a_record("m" + std::to_string(i), body)));
  }
  const auto decided = decide({full, board.library(), "s"}, join, board.context("m199"));
  ASSERT_TRUE(decided.has_error());
  EXPECT_EQ(decided.error().reason, v1::REJECT_REASON_LIMIT_REACHED);
}

// LeaveSession, LoseConnection, RejoinSession.

TEST_F(SessionTest, LeavingSaysWhenAndWhy) {
  open();
  board_.all_join({"ben", "hugo"});
  ASSERT_TRUE(board_.later(1'000).leave("ben").ok());
  const auto& ben = board_.the<v1::Participant>("ben");
  EXPECT_FALSE(ben.present());
  EXPECT_EQ(ben.left_at_ms(), board_.now_ms());
  EXPECT_EQ(ben.leave_reason(), v1::LEAVE_REASON_LEFT);
  ASSERT_TRUE(board_.lose("hugo").ok());
  EXPECT_EQ(board_.the<v1::Participant>("hugo").leave_reason(), v1::LEAVE_REASON_CONNECTION_LOST);
}

TEST_F(SessionTest, LeavingTwiceHasNoEffect) {
  open();
  board_.all_join({"ben"});
  ASSERT_TRUE(board_.leave("ben").ok());
  EXPECT_EQ(board_.leave("ben").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.lose("ben").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.lose("chidi").refused, v1::REJECT_REASON_NO_EFFECT);
  v1::Command odd;
  odd.mutable_leave_session()->set_reason(static_cast<v1::LeaveReason>(999));
  EXPECT_EQ(board_.does("greta", odd).refused, v1::REJECT_REASON_INVALID);
}

TEST_F(SessionTest, RejoiningIsForThoseWhoWereHere) {
  open();
  board_.all_join({"ben"});
  EXPECT_EQ(board_.rejoin("ben").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.rejoin("chidi").refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
  ASSERT_TRUE(board_.lose("ben").ok());
  ASSERT_TRUE(board_.rejoin("ben").ok());
  const auto& ben = board_.the<v1::Participant>("ben");
  EXPECT_TRUE(ben.present());
  EXPECT_FALSE(ben.has_left_at_ms());
  EXPECT_FALSE(ben.has_leave_reason());
}

// CloseSession.

TEST_F(SessionTest, ClosingEndsWhatRuns) {
  open();
  board_.all_join({"ben"});
  ASSERT_TRUE(board_.start("greta", "options").ok());
  ASSERT_TRUE(board_.note("ben", "i1", v1::NOTE_KIND_IDEA, "Write to them").ok());
  ASSERT_TRUE(board_.start("greta", "choose").ok());
  ASSERT_TRUE(board_.open_vote("greta", "v1", {"i1"}).ok());
  ASSERT_TRUE(board_.cast("ben", "v1", {"i1"}).ok());
  EXPECT_EQ(board_.close("ben").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  ASSERT_TRUE(board_.later(60'000).close("greta").ok());
  const std::int64_t end = board_.now_ms();
  EXPECT_EQ(board_.the<v1::Session>("s1").closed_at_ms(), end);
  EXPECT_FALSE(board_.the<v1::Session>("s1").has_running_stage());
  EXPECT_EQ(board_.the<v1::Stage>("choose").ended_at_ms(), end);
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0001").to_ms(), end);
  EXPECT_EQ(board_.the<v1::Vote>("v1").tally().items(0).dots(), 1U) << "no dot is lost";
  const auto& card = board_.in_the_library<v1::SessionCard>("s1");
  EXPECT_EQ(card.closed_at_ms(), end);
  EXPECT_EQ(card.participants().items_size(), 2);
}

TEST_F(SessionTest, AClosedBoardIsReadOnly) {
  open();
  board_.all_join({"ben"});
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(board_.close("greta").ok());
  EXPECT_EQ(board_.note("ben", "n1", v1::NOTE_KIND_COMMENT, "One more").refused,
            v1::REJECT_REASON_SESSION_CLOSED);
  EXPECT_EQ(board_.join("hugo").refused, v1::REJECT_REASON_SESSION_CLOSED);
  EXPECT_EQ(board_.lose("ben").refused, v1::REJECT_REASON_SESSION_CLOSED);
  EXPECT_EQ(board_.claim("ben").refused, v1::REJECT_REASON_SESSION_CLOSED);
  EXPECT_EQ(board_.close("greta").refused, v1::REJECT_REASON_SESSION_CLOSED);
}

TEST_F(SessionTest, ClosingForgetsAnOffTheRecordStage) {
  open();
  ASSERT_TRUE(board_.start("greta", "open", true).ok());
  ASSERT_TRUE(board_.close("greta").ok());
  EXPECT_EQ(board_.last_decision().ends_off_record, "open");
}

// AddMember, LoadFixture, LogReplayView.

TEST_F(SessionTest, MembersComeInWithANameAndARole) {
  v1::Command command;
  auto& add = *command.mutable_add_member();
  add.set_member_id("nina");
  add.set_role(v1::MEMBER_ROLE_REP);
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_INVALID);
  add.set_name(std::string(201, 'x'));
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_TOO_LARGE);
  add.set_name("Nina");
  add.set_role(v1::MEMBER_ROLE_UNSPECIFIED);
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_INVALID);
  add.set_role(v1::MEMBER_ROLE_REP);
  add.set_member_id("ben");
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_ALREADY_EXISTS);
  add.set_member_id(std::string(24, 'x'));
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_INVALID);
  add.set_member_id("nina");
  add.set_owner(true);
  ASSERT_TRUE(board_.server_does_in_library(command).ok());
  EXPECT_TRUE(board_.in_the_library<v1::Member>("nina").owner());
  EXPECT_TRUE(board_.in_the_library<v1::Member>("nina").active());
}

TEST_F(SessionTest, AFixtureHoldsLibraryRecordsOnly) {
  v1::Command command;
  EXPECT_EQ(board_
                .server_does_in_library([&] {
                  command.mutable_load_fixture();
                  return command;
                }())
                .refused,
            v1::REJECT_REASON_NO_EFFECT);
  *command.mutable_load_fixture()->add_records() = a_record("s", v1::Session());
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_INVALID);
  command.mutable_load_fixture()->clear_records();
  *command.mutable_load_fixture()->add_records() = a_record("d2", v1::Deal());
  *command.mutable_load_fixture()->add_records() = a_record("d2", v1::Deal());
  EXPECT_EQ(board_.server_does_in_library(command).refused, v1::REJECT_REASON_INVALID);
}

TEST_F(SessionTest, ThePersonsOwnFiguresReachThePersonAndTheManagersOnly) {
  v1::MemberProgress progress;
  progress.set_member("ben");
  progress.set_to_date(98'000);
  board_.load(a_record("q2/ben", progress));
  ASSERT_TRUE(board_.open("greta", "s1", "target_huddle_25").ok());
  const RecordPtr record = board_.library().find(kind_of<v1::MemberProgress>(), "q2/ben");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->only_for().items_size(), 2);
  EXPECT_TRUE(contains(record->only_for(), "ben"));
  EXPECT_TRUE(contains(record->only_for(), "imelda"));
  EXPECT_EQ(board_.session().find(kind_of<v1::MemberProgress>(), "q2/ben"), nullptr);
}

TEST_F(SessionTest, WatchingAReplayIsWrittenDown) {
  open();
  board_.all_join({"ben"});
  v1::Command command;
  command.mutable_log_replay_view()->set_session_id("s1");
  ASSERT_TRUE(board_.server_does_in_library(command, "imelda").ok());
  ASSERT_TRUE(board_.later(1'000).server_does_in_library(command, "imelda").ok());
  const auto& view = board_.in_the_library<v1::ReplayView>("s1/imelda");
  EXPECT_EQ(view.times(), 2U);
  EXPECT_EQ(view.at_ms(), board_.now_ms());
  EXPECT_EQ(board_.server_does_in_library(command, "ben").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.server_does_in_library(command, "mallory").refused,
            v1::REJECT_REASON_NOT_IN_AUDIENCE);
  command.mutable_log_replay_view()->set_session_id("s9");
  EXPECT_EQ(board_.server_does_in_library(command, "imelda").refused,
            v1::REJECT_REASON_TARGET_GONE);
}

}  // namespace
}  // namespace swarmboard::board
