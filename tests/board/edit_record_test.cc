// EditRecord and RemoveRecord on a live board: who, when, in which lane, what the server stamps.
// Rules 3 and 4 of the domain. The limits of fields are in record_check_test.cc.
#include <gtest/gtest.h>

#include "server/board/lanes.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

// greta leads a deal swarm for ben, the owner of the ask; imelda, the manager, observes.
class EditRecordTest : public ::testing::Test {
 protected:
  EditRecordTest() {
    board_.usual_team().at(0);
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    EXPECT_TRUE(board_.join("ben", v1::SESSION_ROLE_CLIENT).ok());
    board_.all_join({"amara", "hugo", "imelda", "jonas"});
  }

  template <class Body>
  Outcome add(const std::string& actor, const std::string& id, const Body& body) {
    v1::Command command;
    command.mutable_edit_record()->set_create(true);
    *command.mutable_edit_record()->mutable_record() = testing::a_record(id, body);
    return board_.does(actor, command);
  }

  template <class Body>
  Outcome edit(const std::string& actor, const std::string& id, const Body& body,
               std::initializer_list<std::uint32_t> cleared = {}) {
    v1::Command command;
    *command.mutable_edit_record()->mutable_record() = testing::a_record(id, body);
    for (const std::uint32_t number : cleared) {
      command.mutable_edit_record()->add_clear(number);
    }
    return board_.does(actor, command);
  }

  template <class Body>
  Outcome remove(const std::string& actor, const std::string& id) {
    v1::Command command;
    command.mutable_remove_record()->mutable_target()->set_kind(kind_of<Body>());
    command.mutable_remove_record()->mutable_target()->set_id(id);
    return board_.does(actor, command);
  }

  static v1::Note note(v1::NoteKind kind, const std::string& text = "Text") {
    v1::Note body;
    body.set_kind(kind);
    body.set_text(text);
    return body;
  }

  static v1::Objection objection(const std::string& as_heard) {
    v1::Objection body;
    body.set_as_heard(as_heard);
    return body;
  }

  static v1::Response response(const std::string& to) {
    v1::Response body;
    body.set_objection(to);
    body.set_say("Say this");
    return body;
  }

  void expect_refused(const Outcome& outcome, v1::RejectReason reason) {
    EXPECT_EQ(outcome.refused, reason)
        << v1::RejectReason_Name(outcome.refused) << ": " << outcome.detail;
  }

  BoardBuilder board_;
};

TEST_F(EditRecordTest, TheServerStampsWhatItKnows) {
  board_.start("greta", "options");
  board_.later(500);
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_IDEA)).ok());
  const v1::Note& made = board_.the<v1::Note>("n1");
  EXPECT_EQ(made.author(), "amara");
  EXPECT_EQ(made.stage(), "options");
  EXPECT_EQ(made.at_ms(), board_.now_ms());
  EXPECT_FALSE(made.has_late());
  EXPECT_FALSE(made.has_anonymous());

  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  EXPECT_EQ(board_.the<v1::Objection>("o1").session_id(), "s1");
  ASSERT_TRUE(add("hugo", "r1", response("o1")).ok());
  EXPECT_EQ(board_.the<v1::Response>("r1").status(), v1::RESPONSE_STATUS_DRAFT);
}

TEST_F(EditRecordTest, TheServerMakesAnIdWhenThereIsNone) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "", note(v1::NOTE_KIND_IDEA)).ok());
  std::size_t notes = 0;
  board_.session().each<v1::Note>([&](const std::string& id, const v1::Note&) {
    ++notes;
    EXPECT_FALSE(id.empty());
  });
  EXPECT_EQ(notes, 1U);
}

// Rule 3.
TEST_F(EditRecordTest, Rule3NoteKindMustFitTheStage) {
  board_.start("greta", "clarify");
  expect_refused(add("amara", "n1", note(v1::NOTE_KIND_IDEA)),
                 v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE);
  expect_refused(add("greta", "n1", note(v1::NOTE_KIND_IDEA)),
                 v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE);
  EXPECT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_QUESTION)).ok());
}

TEST_F(EditRecordTest, Rule3TheOwnerOfTheAskListens) {
  board_.start("greta", "brief");
  ASSERT_TRUE(add("ben", "q1", note(v1::NOTE_KIND_CUSTOMER_QUOTE)).ok());
  board_.start("greta", "options");
  expect_refused(add("ben", "n1", note(v1::NOTE_KIND_IDEA)), v1::REJECT_REASON_LISTEN_ONLY);
  expect_refused(edit("ben", "q1", note(v1::NOTE_KIND_CUSTOMER_QUOTE, "Other words")),
                 v1::REJECT_REASON_LISTEN_ONLY);
  expect_refused(add("ben", "o1", objection("Too dear")), v1::REJECT_REASON_LISTEN_ONLY);
  board_.start("greta", "choose");
  EXPECT_TRUE(add("ben", "n1", note(v1::NOTE_KIND_DECISION)).ok());
}

TEST_F(EditRecordTest, AnAssignedOwnerListensToo) {
  board_.assign("greta", v1::SESSION_ROLE_CLIENT, "amara");
  board_.start("greta", "options");
  expect_refused(add("amara", "n1", note(v1::NOTE_KIND_IDEA)), v1::REJECT_REASON_LISTEN_ONLY);
}

TEST_F(EditRecordTest, ObserversWriteOnlyWhereTheFloorIsOpen) {
  board_.start("greta", "options");
  expect_refused(add("imelda", "n1", note(v1::NOTE_KIND_IDEA)), v1::REJECT_REASON_NOT_ALLOWED);
  v1::Recognition thanks;
  thanks.set_to("ben");
  thanks.set_behaviour(v1::TEAM_BEHAVIOUR_ASKED_FOR_HELP);
  EXPECT_TRUE(add("imelda", "k1", thanks).ok()) << "thanks are welcome at any time";
  board_.start("greta", "choose");
  EXPECT_TRUE(add("imelda", "n1", note(v1::NOTE_KIND_COMMENT)).ok());
}

TEST_F(EditRecordTest, NothingIsWrittenBeforeAStageRuns) {
  expect_refused(add("amara", "n1", note(v1::NOTE_KIND_IDEA)), v1::REJECT_REASON_WRONG_STAGE);
}

// Rule 4: before the reveal nothing of a private card leaves its writer's lane.
TEST_F(EditRecordTest, Rule4APrivateCardIsItsWritersAlone) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_COMMENT, "secret-text")).ok());
  EXPECT_EQ(board_.the<v1::Stage>("diagnose").hidden_count(), 1U);
  EXPECT_NE(board_.seen_by("amara").get<v1::Note>("n1"), nullptr);
  for (const char* other : {"", "ben", "hugo", "greta", "imelda"}) {
    EXPECT_EQ(board_.seen_by(other).get<v1::Note>("n1"), nullptr) << other;
  }
  const std::string& shown = board_.events().back().public_part();
  for (const char* word : {"secret-text", "n1", "amara", "client"}) {
    EXPECT_EQ(shown.find(word), std::string::npos) << word;
  }
  ASSERT_EQ(board_.events().back().lanes_size(), 1);
  ASSERT_EQ(board_.events().back().lanes(0).members_size(), 1);
  EXPECT_EQ(board_.events().back().lanes(0).members(0), "amara");
}

TEST_F(EditRecordTest, Rule4ChangesOfAPrivateCardStayPrivate) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_COMMENT)).ok());
  v1::Note wording;
  wording.set_text("other-secret");
  ASSERT_TRUE(edit("amara", "n1", wording).ok());
  EXPECT_TRUE(board_.events().back().public_part().empty()) << "others see nothing at all";
  EXPECT_EQ(board_.seen_by("amara").get<v1::Note>("n1")->text(), "other-secret");

  expect_refused(edit("hugo", "n1", wording), v1::REJECT_REASON_TARGET_GONE);
  expect_refused(remove<v1::Note>("hugo", "n1"), v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(remove<v1::Note>("amara", "n1").ok());
  EXPECT_EQ(board_.the<v1::Stage>("diagnose").hidden_count(), 0U);
}

TEST_F(EditRecordTest, Rule4OthersCannotLinkToAPrivateCard) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_COMMENT)).ok());
  board_.start("greta", "options");
  v1::Note idea = note(v1::NOTE_KIND_IDEA);
  idea.set_builds_on("n1");
  expect_refused(add("hugo", "n2", idea), v1::REJECT_REASON_TARGET_GONE);
  expect_refused(add("amara", "n2", idea), v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(EditRecordTest, Rule4ANewcomerGetsNoPrivateCard) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_COMMENT)).ok());
  ASSERT_TRUE(board_.join("farah").ok());
  EXPECT_EQ(board_.seen_by("farah").get<v1::Note>("n1"), nullptr);
  EXPECT_EQ(board_.seen_by("farah").get<v1::Stage>("diagnose")->hidden_count(), 1U);
}

TEST_F(EditRecordTest, OnlyTheListedKindsOfAnOpenStageArePrivate) {
  board_.start("greta", "brief");
  ASSERT_TRUE(add("amara", "q1", note(v1::NOTE_KIND_QUESTION)).ok());
  ASSERT_TRUE(add("ben", "n1", note(v1::NOTE_KIND_CUSTOMER_QUOTE)).ok());
  EXPECT_EQ(board_.seen_by("").get<v1::Note>("q1"), nullptr);
  EXPECT_NE(board_.seen_by("").get<v1::Note>("n1"), nullptr);
}

TEST_F(EditRecordTest, AfterTheRevealCardsAreOpenAndLate) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_COMMENT)).ok());
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  EXPECT_NE(board_.seen_by("").get<v1::Note>("n1"), nullptr);
  ASSERT_TRUE(add("hugo", "n2", note(v1::NOTE_KIND_COMMENT)).ok());
  EXPECT_TRUE(board_.the<v1::Note>("n2").late());
  EXPECT_FALSE(board_.the<v1::Note>("n1").late());
  EXPECT_NE(board_.seen_by("").get<v1::Note>("n2"), nullptr);
}

TEST_F(EditRecordTest, SharedRecordsAreFiledWhenTheyArePublic) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  EXPECT_EQ(board_.in_the_library<v1::Objection>("o1").author(), "amara");
  ASSERT_TRUE(edit("amara", "o1", objection("Much too dear")).ok());
  EXPECT_EQ(board_.in_the_library<v1::Objection>("o1").as_heard(), "Much too dear");
  ASSERT_TRUE(remove<v1::Objection>("amara", "o1").ok());
  EXPECT_EQ(board_.library().get<v1::Objection>("o1"), nullptr);

  board_.start("greta", "diagnose");
  ASSERT_TRUE(add("amara", "o2", objection("Not now")).ok());
  EXPECT_EQ(board_.library().get<v1::Objection>("o2"), nullptr);
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  EXPECT_NE(board_.library().get<v1::Objection>("o2"), nullptr);
}

TEST_F(EditRecordTest, OnlyTheAuthorChangesACard) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_IDEA)).ok());
  v1::Note wording;
  wording.set_text("Mine now");
  expect_refused(edit("hugo", "n1", wording), v1::REJECT_REASON_NOT_YOUR_CARD);
  expect_refused(edit("greta", "n1", wording), v1::REJECT_REASON_NOT_YOUR_CARD);
  expect_refused(remove<v1::Note>("hugo", "n1"), v1::REJECT_REASON_NOT_YOUR_CARD);
  EXPECT_TRUE(edit("amara", "n1", wording).ok());
  EXPECT_FALSE(board_.the<v1::Note>("n1").has_group());
  EXPECT_TRUE(remove<v1::Note>("amara", "n1").ok());
  expect_refused(edit("amara", "n1", wording), v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(EditRecordTest, AnEditWithoutEffectIsRefused) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_IDEA, "Same")).ok());
  v1::Note same;
  same.set_text("Same");
  expect_refused(edit("amara", "n1", same), v1::REJECT_REASON_NO_EFFECT);
  expect_refused(edit("amara", "n1", v1::Note()), v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(EditRecordTest, AnIdIsTakenOnce) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "x", objection("Too dear")).ok());
  expect_refused(add("hugo", "x", objection("Too late")), v1::REJECT_REASON_ALREADY_EXISTS);
  EXPECT_TRUE(add("hugo", "x", note(v1::NOTE_KIND_IDEA)).ok()) << "another kind, another record";
}

TEST_F(EditRecordTest, KindsOfTheServerAreNotEdited) {
  board_.start("greta", "options");
  v1::Seat seat;
  seat.set_holder("amara");
  expect_refused(add("amara", "seat2", seat), v1::REJECT_REASON_NOT_ALLOWED);
  expect_refused(edit("amara", "seat", seat), v1::REJECT_REASON_NOT_ALLOWED);
  expect_refused(remove<v1::Stage>("greta", "options"), v1::REJECT_REASON_NOT_ALLOWED);
  expect_refused(remove<v1::Member>("imelda", "ben"), v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(EditRecordTest, DrillsAreTheFacilitators) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  v1::Drill drill;
  drill.set_objection("o1");
  drill.set_seller("hugo");
  expect_refused(add("amara", "dr1", drill), v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_TRUE(add("greta", "dr1", drill).ok());
}

TEST_F(EditRecordTest, WhatOthersStandOnIsNotRemoved) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  ASSERT_TRUE(add("hugo", "r1", response("o1")).ok());
  expect_refused(remove<v1::Objection>("amara", "o1"), v1::REJECT_REASON_PRECONDITION);
  ASSERT_TRUE(remove<v1::Response>("hugo", "r1").ok());
  EXPECT_TRUE(remove<v1::Objection>("amara", "o1").ok());

  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_IDEA)).ok());
  ASSERT_TRUE(board_.open_vote("greta", "v1", {"n1"}).ok());
  expect_refused(remove<v1::Note>("amara", "n1"), v1::REJECT_REASON_PRECONDITION);
  ASSERT_TRUE(board_.close_vote("greta", "v1").ok());
  EXPECT_TRUE(remove<v1::Note>("amara", "n1").ok());
}

TEST_F(EditRecordTest, ARemovedCardLeavesItsGroup) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "n1", note(v1::NOTE_KIND_IDEA)).ok());
  ASSERT_TRUE(add("amara", "n2", note(v1::NOTE_KIND_IDEA)).ok());
  v1::Command command;
  command.mutable_group_cards()->set_id("g1");
  command.mutable_group_cards()->add_ids("n1");
  command.mutable_group_cards()->add_ids("n2");
  ASSERT_TRUE(board_.does("greta", command).ok());
  ASSERT_TRUE(remove<v1::Note>("amara", "n1").ok());
  EXPECT_EQ(board_.the<v1::NoteGroup>("g1").members().items_size(), 1);
  ASSERT_TRUE(remove<v1::Note>("amara", "n2").ok());
  EXPECT_EQ(board_.session().get<v1::NoteGroup>("g1"), nullptr);
}

TEST_F(EditRecordTest, InALibraryRepsLogOutcomesAndAuthorsChangeTheirs) {
  board_.start("greta", "options");
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  ASSERT_TRUE(add("hugo", "r1", response("o1")).ok());
  v1::ResponseOutcome outcome;
  outcome.set_response("r1");
  outcome.set_deal_id("d1");
  outcome.set_on("2025-05-16");
  outcome.set_buyer_reaction(v1::BUYER_REACTION_OPENED_UP);
  v1::Command log;
  log.mutable_edit_record()->set_create(true);
  *log.mutable_edit_record()->mutable_record() = testing::a_record("out1", outcome);
  EXPECT_EQ(board_.in_library("imelda", log).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_TRUE(board_.in_library("hugo", log).ok());
  EXPECT_EQ(board_.in_the_library<v1::ResponseOutcome>("out1").author(), "hugo");

  v1::Response wording;
  wording.set_say("Say that");
  v1::Command change;
  *change.mutable_edit_record()->mutable_record() = testing::a_record("r1", wording);
  EXPECT_EQ(board_.in_library("amara", change).refused, v1::REJECT_REASON_NOT_YOUR_CARD);
  EXPECT_TRUE(board_.in_library("hugo", change).ok());
  EXPECT_EQ(board_.the<v1::Response>("r1").say(), "Say that") << "the live board follows";

  v1::Command create;
  create.mutable_edit_record()->set_create(true);
  *create.mutable_edit_record()->mutable_record() =
      testing::a_record("n9", note(v1::NOTE_KIND_IDEA));
  EXPECT_EQ(board_.in_library("amara", create).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(EditRecordTest, NoCardsWithNamesInAnAnonymousStage) {
  board_.all_join({"chidi", "daniela", "farah"});
  ASSERT_TRUE(board_.open("greta", "s2", "objection_clinic_45").ok());
  board_.all_join({"amara", "ben", "chidi", "daniela", "hugo"});
  std::string anonymous;
  board_.session().each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    anonymous = stage.visibility() == v1::VISIBILITY_ANONYMOUS ? key : anonymous;
  });
  if (!anonymous.empty()) {
    ASSERT_TRUE(board_.start("greta", anonymous).ok());
    expect_refused(add("amara", "o1", objection("Too dear")), v1::REJECT_REASON_WRONG_STAGE);
  }
  ASSERT_TRUE(board_.start("greta", "open", true).ok());
  expect_refused(add("amara", "n1", note(v1::NOTE_KIND_GROUND_RULE)),
                 v1::REJECT_REASON_WRONG_STAGE);
}

TEST_F(EditRecordTest, InADrillEverybodyMayRewordAnAnswer) {
  ASSERT_TRUE(board_.open("greta", "s2", "objection_clinic_45").ok());
  board_.all_join({"amara", "hugo"});
  std::string drill;
  board_.session().each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    drill = stage.practice() ? key : drill;
  });
  ASSERT_FALSE(drill.empty());
  ASSERT_TRUE(board_.start("greta", drill).ok());
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  ASSERT_TRUE(add("hugo", "r1", response("o1")).ok());
  v1::Response wording;
  wording.set_say("Ask first");
  ASSERT_TRUE(edit("amara", "r1", wording).ok());
  EXPECT_EQ(board_.the<v1::Response>("r1").edited_by(), "amara");
  EXPECT_EQ(board_.the<v1::Response>("r1").author(), "hugo");
  ASSERT_TRUE(board_.start("greta", "open").ok());
  wording.set_say("Or tell");
  expect_refused(edit("amara", "r1", wording), v1::REJECT_REASON_NOT_YOUR_CARD);
}

TEST_F(EditRecordTest, TheBoardHasLimits) {
  board_.start("greta", "options");
  // 100 drills are the limit of their kind.
  ASSERT_TRUE(add("amara", "o1", objection("Too dear")).ok());
  v1::Drill drill;
  drill.set_objection("o1");
  drill.set_seller("hugo");
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(add("greta", "dr" + std::to_string(i), drill).ok());
  }
  expect_refused(add("greta", "one-too-many", drill), v1::REJECT_REASON_LIMIT_REACHED);
}

}  // namespace
}  // namespace swarmboard::board
