// TextEdit on a live board: who may write in which text, what is carried over, what the streams
// record of it. The algebra is in tests/text, the memory of what came since in tests/room.
#include <gtest/gtest.h>

#include "server/base/limits.h"
#include "server/board/apply.h"
#include "server/board/decide.h"
#include "server/text/change.h"
#include "server/text/units.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

text::Change inserted(std::uint32_t place, std::string_view words, std::uint32_t length) {
  text::Change change;
  change.keep(place);
  change.insert(words);
  change.keep(length - place);
  return change;
}

text::Change removed(std::uint32_t place, std::uint32_t units, std::uint32_t length) {
  text::Change change;
  change.keep(place);
  change.remove(units);
  change.keep(length - place - units);
  return change;
}

template <class Body>
v1::Command typing(const std::string& id, int field, const text::Change& change) {
  v1::Command command;
  v1::TextEdit& edit = *command.mutable_text_edit();
  edit.mutable_target()->set_kind(kind_of<Body>());
  edit.mutable_target()->set_id(id);
  edit.set_field(static_cast<std::uint32_t>(field));
  *edit.mutable_change() = text::write(change);
  return command;
}

v1::Command note_typing(const std::string& id, const text::Change& change) {
  return typing<v1::Note>(id, v1::Note::kTextFieldNumber, change);
}

// The same session as in edit_record_test.cc: greta leads, ben listens, imelda observes.
class DecideTextTest : public ::testing::Test {
 protected:
  DecideTextTest() {
    board_.usual_team().at(0);
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    EXPECT_TRUE(board_.join("ben", v1::SESSION_ROLE_CLIENT).ok());
    board_.all_join({"amara", "hugo", "imelda", "jonas"});
  }

  const std::string& note_text(const std::string& id) { return board_.the<v1::Note>(id).text(); }

  // The command judged with this as what was written since its base.
  Decided judged(const std::string& actor, const v1::Command& command,
                 std::optional<std::vector<text::Change>> since) {
    Context context = board_.context(actor);
    context.text_since = [&](const v1::TextEdit&) { return since; };
    return decide(board_.view(), command, context);
  }

  static void expect_refused(const Outcome& outcome, v1::RejectReason reason) {
    EXPECT_EQ(outcome.refused, reason)
        << v1::RejectReason_Name(outcome.refused) << ": " << outcome.detail;
  }

  BoardBuilder board_;
};

TEST_F(DecideTextTest, TheAuthorAndWhoeverMayWriteSuchACardWriteInIt) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "call").ok());
  ASSERT_TRUE(board_.does("amara", note_typing("n1", inserted(4, " them", 4))).ok());
  ASSERT_TRUE(board_.does("hugo", note_typing("n1", inserted(9, " today", 9))).ok());
  EXPECT_EQ(note_text("n1"), "call them today");
  EXPECT_EQ(board_.the<v1::Note>("n1").author(), "amara");
  EXPECT_EQ(board_.the<v1::Note>("n1").kind(), v1::NOTE_KIND_IDEA);

  // The owner of the ask listens in this stage; an observer and a stranger write nothing.
  expect_refused(board_.does("ben", note_typing("n1", inserted(0, "x", 15))),
                 v1::REJECT_REASON_LISTEN_ONLY);
  EXPECT_FALSE(board_.does("imelda", note_typing("n1", inserted(0, "x", 15))).ok());
  expect_refused(board_.does("chidi", note_typing("n1", inserted(0, "x", 15))),
                 v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_EQ(note_text("n1"), "call them today");
}

TEST_F(DecideTextTest, TheEventHoldsTheChangeAndNotTheText) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "long-before").ok());
  ASSERT_TRUE(board_.does("amara", note_typing("n1", inserted(11, "!", 11))).ok());
  v1::Event event;
  ASSERT_TRUE(event.ParseFromString(board_.events().back().public_part()));
  ASSERT_EQ(event.patch().upsert_size(), 1);
  ASSERT_EQ(event.patch().upsert(0).text_size(), 1);
  EXPECT_EQ(event.patch().upsert(0).text(0).field(), v1::Note::kTextFieldNumber);
  EXPECT_EQ(board_.events().back().public_part().find("long-before"), std::string::npos);
}

TEST_F(DecideTextTest, AChangeIsCarriedOverWhatWasWrittenSince) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "Xabc").ok());
  // "X" came since: hugo had "abc" before him and writes at its end.
  const auto decided = judged("hugo", note_typing("n1", inserted(3, "d", 3)),
                              std::vector<text::Change>{inserted(0, "X", 3)});
  ASSERT_TRUE(decided.has_value()) << decided.error().detail;
  State state = board_.session();
  ASSERT_TRUE(apply_patch(state, decided->patch).has_value());
  EXPECT_EQ(state.get<v1::Note>("n1")->text(), "Xabcd");
}

TEST_F(DecideTextTest, AtOnePlaceTheEarlierStandsFirst) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "aEb").ok());
  const auto decided = judged("hugo", note_typing("n1", inserted(1, "L", 2)),
                              std::vector<text::Change>{inserted(1, "E", 2)});
  ASSERT_TRUE(decided.has_value());
  State state = board_.session();
  ASSERT_TRUE(apply_patch(state, decided->patch).has_value());
  EXPECT_EQ(state.get<v1::Note>("n1")->text(), "aELb");
}

TEST_F(DecideTextTest, ABaseThatIsTooOldIsSaid) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "abc").ok());
  const auto decided = judged("amara", note_typing("n1", inserted(3, "d", 3)), std::nullopt);
  ASSERT_TRUE(decided.has_error());
  EXPECT_EQ(decided.error().reason, v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
}

TEST_F(DecideTextTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "a\U0001F600b").ok());
  const std::size_t events = board_.events().size();
  expect_refused(board_.does("amara", note_typing("n1", inserted(0, "x", 3))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", note_typing("n1", inserted(2, "x", 4))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", note_typing("n1", removed(1, 1, 4))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", note_typing("n1", inserted(0, "\r\n", 4))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", note_typing("n1", inserted(0, "", 4))),
                 v1::REJECT_REASON_NO_EFFECT);
  expect_refused(board_.does("amara", typing<v1::Note>("n1", v1::Note::kRejectedFieldNumber,
                                                       inserted(0, "x", 0))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", typing<v1::Seat>("seat", 1, inserted(0, "x", 0))),
                 v1::REJECT_REASON_INVALID);
  expect_refused(board_.does("amara", note_typing("nowhere", inserted(0, "x", 0))),
                 v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.events().size(), events);
  EXPECT_EQ(note_text("n1"), "a\U0001F600b");
}

TEST_F(DecideTextTest, ATextIsEmptiedAndWrittenAnew) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "abc").ok());
  ASSERT_TRUE(board_.does("amara", note_typing("n1", removed(0, 3, 3))).ok());
  ASSERT_TRUE(board_.does("amara", note_typing("n1", inserted(0, "new", 0))).ok());
  EXPECT_EQ(note_text("n1"), "new");
}

TEST_F(DecideTextTest, ATextDoesNotGrowBeyondItsLimitButMayAlwaysShrink) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.objection("amara", "o1", std::string(1'999, 'x')).ok());
  const auto objecting = [](const text::Change& change) {
    return typing<v1::Objection>("o1", v1::Objection::kAsHeardFieldNumber, change);
  };
  ASSERT_TRUE(board_.does("amara", objecting(inserted(0, "y", 1'999))).ok());
  expect_refused(board_.does("amara", objecting(inserted(0, "y", 2'000))),
                 v1::REJECT_REASON_TOO_LARGE);
  EXPECT_TRUE(board_.does("amara", objecting(removed(0, 5, 2'000))).ok());
}

// Both changes are small enough; carried over the first, the second falls into too many parts.
TEST_F(DecideTextTest, AChangeThatFallsIntoTooManyPartsHasABaseThatIsTooOld) {
  constexpr std::uint32_t kPairs = limits::kTextChangePartsMax / 2;
  board_.start("greta", "options");
  const std::string before(2 * kPairs, 'x');
  text::Change earlier;
  text::Change later;
  for (std::uint32_t at = 0; at < kPairs; ++at) {
    earlier.keep(2);
    earlier.insert("E");
    later.keep(1);
    later.remove(1);
  }
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, *text::changed(before, earlier)).ok());
  const std::vector<text::Change> since{earlier};
  ASSERT_GT(text::transform(later, earlier, text::Side::Right).parts.size(),
            limits::kTextChangePartsMax);
  const auto decided = judged("hugo", note_typing("n1", later), since);
  ASSERT_TRUE(decided.has_error()) << "nobody could fold this";
  EXPECT_EQ(decided.error().reason, v1::REJECT_REASON_TEXT_BASE_TOO_OLD);
}

// Rule 4: before the reveal nothing of a private card leaves its writer's lane.
TEST_F(DecideTextTest, Rule4WritingInAPrivateCardIsSeenByNobodyElse) {
  board_.start("greta", "diagnose");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_COMMENT, "mine").ok());
  ASSERT_TRUE(board_.does("amara", note_typing("n1", inserted(4, "-secret", 4))).ok());
  EXPECT_TRUE(board_.events().back().public_part().empty()) << "others see nothing at all";
  ASSERT_EQ(board_.events().back().lanes_size(), 1);
  ASSERT_EQ(board_.events().back().lanes(0).members_size(), 1);
  EXPECT_EQ(board_.events().back().lanes(0).members(0), "amara");
  for (const char* other : {"hugo", "greta"}) {
    expect_refused(board_.does(other, note_typing("n1", inserted(0, "x", 11))),
                   v1::REJECT_REASON_TARGET_GONE);
  }
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  EXPECT_EQ(board_.seen_by("hugo").get<v1::Note>("n1")->text(), "mine-secret");
}

TEST_F(DecideTextTest, ACardThatWasBinnedIsGoneAndAClosedSessionIsReadOnly) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.note("amara", "n1", v1::NOTE_KIND_IDEA, "abc").ok());
  ASSERT_TRUE(board_.note("amara", "n2", v1::NOTE_KIND_IDEA, "abc").ok());
  v1::Command bin;
  bin.mutable_remove_record()->mutable_target()->set_kind(kind_of<v1::Note>());
  bin.mutable_remove_record()->mutable_target()->set_id("n1");
  ASSERT_TRUE(board_.does("amara", bin).ok());
  expect_refused(board_.does("amara", note_typing("n1", inserted(3, "d", 3))),
                 v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.close("greta").ok());
  expect_refused(board_.does("amara", note_typing("n2", inserted(3, "d", 3))),
                 v1::REJECT_REASON_SESSION_CLOSED);
}

// What is filed follows: the library and other boards take the text as a whole.
TEST_F(DecideTextTest, TheLibraryFollowsWhatIsTyped) {
  board_.start("greta", "options");
  ASSERT_TRUE(board_.objection("amara", "o1", "Too dear").ok());
  ASSERT_TRUE(board_
                  .does("hugo", typing<v1::Objection>("o1", v1::Objection::kAsHeardFieldNumber,
                                                      inserted(8, " for us", 8)))
                  .ok());
  EXPECT_EQ(board_.the<v1::Objection>("o1").as_heard(), "Too dear for us");
  EXPECT_EQ(board_.in_the_library<v1::Objection>("o1").as_heard(), "Too dear for us");
  ASSERT_TRUE(
      board_
          .in_library("amara", typing<v1::Objection>("o1", v1::Objection::kAsHeardFieldNumber,
                                                     removed(0, 4, 15)))
          .ok());
  EXPECT_EQ(board_.in_the_library<v1::Objection>("o1").as_heard(), "dear for us");
  EXPECT_EQ(board_.the<v1::Objection>("o1").as_heard(), "dear for us");
}

// A kind with a group: what a board keeps of it stays behind, its words do not.
TEST_F(DecideTextTest, TheLibraryFollowsAKindThatCanBeGrouped) {
  board_.start("greta", "options");
  v1::Command create;
  create.mutable_edit_record()->set_create(true);
  v1::Record& record = *create.mutable_edit_record()->mutable_record();
  record.set_id("m1");
  record.mutable_value_message()->set_audience_role("Plant manager");
  record.mutable_value_message()->set_today("One head");
  ASSERT_TRUE(board_.does("amara", create).ok());
  ASSERT_TRUE(board_
                  .does("amara", typing<v1::ValueMessage>("m1", v1::ValueMessage::kTodayFieldNumber,
                                                          inserted(8, "s", 8)))
                  .ok());
  EXPECT_EQ(board_.in_the_library<v1::ValueMessage>("m1").today(), "One heads");
}

}  // namespace
}  // namespace swarmboard::board
