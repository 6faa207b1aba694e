// Each invariant, shown to hold on a busy board and to be found when it is broken.
#include "server/board/invariants.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/patch_builder.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;

// A session with everything that the invariants speak of: hidden and open cards, a group, an open
// and a closed vote, merged objections, two turns, one who left.
State busy_board() {
  BoardBuilder board;
  board.usual_team().at(0);
  EXPECT_TRUE(board.open("greta", "s1", "deal_swarm_50").ok());
  board.all_join({"amara", "ben", "hugo", "chidi"});
  board.later(1000).start("greta", "options");
  for (const char* id : {"n1", "n2", "n3"}) {
    EXPECT_TRUE(board.note("amara", id, v1::NOTE_KIND_IDEA, "Idea").ok());
  }
  EXPECT_TRUE(board.objection("amara", "o1", "Too dear").ok());
  EXPECT_TRUE(board.objection("ben", "o2", "Much too dear").ok());
  v1::Command merge;
  merge.mutable_merge_objection()->set_source("o2");
  merge.mutable_merge_objection()->set_into("o1");
  EXPECT_TRUE(board.does("greta", merge).ok());
  v1::Command group;
  group.mutable_group_cards()->set_id("g1");
  group.mutable_group_cards()->add_ids("n1");
  group.mutable_group_cards()->add_ids("n2");
  EXPECT_TRUE(board.does("greta", group).ok());
  v1::Command drill;
  drill.mutable_edit_record()->set_create(true);
  drill.mutable_edit_record()->mutable_record()->set_id("dr1");
  drill.mutable_edit_record()->mutable_record()->mutable_drill()->set_objection("o1");
  drill.mutable_edit_record()->mutable_record()->mutable_drill()->set_seller("ben");
  EXPECT_TRUE(board.does("greta", drill).ok());
  EXPECT_TRUE(board.open_vote("greta", "v1", {"n1", "n2", "n3"}, true, 2).ok());
  EXPECT_TRUE(board.cast("amara", "v1", {"n1", "n1"}).ok());
  EXPECT_TRUE(board.cast("ben", "v1", {"n2"}).ok());
  EXPECT_TRUE(board.close_vote("greta", "v1").ok());
  EXPECT_TRUE(board.open_vote("greta", "v2", {"n1", "n3"}, false).ok());
  EXPECT_TRUE(board.cast("hugo", "v2", {"n3"}).ok());
  board.later(1000).hand_over("greta", "hugo");
  board.later(1000).start("hugo", "diagnose");
  EXPECT_TRUE(board.note("amara", "h1", v1::NOTE_KIND_COMMENT, "Hidden").ok());
  EXPECT_TRUE(board.leave("chidi").ok());
  return board.session();
}

struct Break {
  const char* rule;  // A part of the sentence that must be found.
  std::function<void(v1::Patch&)> how;
};

const std::vector<Break>& session_breaks() {
  static const std::vector<Break> kBreaks = {
      {"there is one session record", [](v1::Patch& p) { create<v1::Session>(p, "s9"); }},
      {"there is one session record", [](v1::Patch& p) { remove<v1::Session>(p, "s1"); }},
      {"the running stage exists",
       [](v1::Patch& p) { change<v1::Session>(p, "s1").set_running_stage("gone"); }},
      {"no stage runs in a closed session",
       [](v1::Patch& p) { change<v1::Session>(p, "s1").set_closed_at_ms(1); }},
      {"a session does not end before it begins",
       [](v1::Patch& p) { change<v1::Session>(p, "s1").set_closed_at_ms(1); }},
      {"no vote is open in a closed session",
       [](v1::Patch& p) { change<v1::Session>(p, "s1").set_closed_at_ms(1); }},
      {"the one stage that has not ended is the running one",
       [](v1::Patch& p) { change<v1::Stage>(p, "options", {v1::Stage::kEndedAtMsFieldNumber}); }},
      {"stages have a place of their own",
       [](v1::Patch& p) { change<v1::Stage>(p, "open").set_position(7); }},
      {"a stage is revealed after it began",
       [](v1::Patch& p) { change<v1::Stage>(p, "close").set_revealed_at_ms(1); }},
      {"every id is valid", [](v1::Patch& p) { create<v1::Deal>(p, "not valid"); }},
      {"no private figures on a board", [](v1::Patch& p) { create<v1::MemberProgress>(p, "x"); }},
      {"a lane has members",
       [](v1::Patch& p) {
         create<v1::Deal>(p, "x");
         p.mutable_upsert(0)->mutable_record()->mutable_only_for();
       }},
      {"the members of a lane are sorted",
       [](v1::Patch& p) {
         create<v1::Deal>(p, "x");
         p.mutable_upsert(0)->mutable_record()->mutable_only_for()->add_items("b");
         p.mutable_upsert(0)->mutable_record()->mutable_only_for()->add_items("a");
       }},
  };
  return kBreaks;
}

const std::vector<Break>& people_breaks() {
  static const std::vector<Break> kBreaks = {
      {"there is one seat", [](v1::Patch& p) { remove<v1::Seat>(p, kSeatId); }},
      {"there is one seat", [](v1::Patch& p) { create<v1::Seat>(p, "seat2"); }},
      {"who holds the seat is here",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_holder("chidi"); }},
      {"a held seat has no deadline",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_reserved_until_ms(5); }},
      {"a reserved seat has a deadline",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_state(v1::SEAT_STATE_RESERVED); }},
      {"a reserved seat is reserved for somebody",
       [](v1::Patch& p) {
         change<v1::Seat>(p, kSeatId, {v1::Seat::kHolderFieldNumber})
             .set_state(v1::SEAT_STATE_RESERVED);
       }},
      {"who is here does not wait for the seat",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_state(v1::SEAT_STATE_RESERVED); }},
      {"a vacant seat has no holder",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_state(v1::SEAT_STATE_VACANT); }},
      {"the seat is held, reserved or vacant",
       [](v1::Patch& p) { change<v1::Seat>(p, kSeatId).set_state(v1::SEAT_STATE_UNSPECIFIED); }},
      {"turns do not overlap",
       [](v1::Patch& p) {
         change<v1::FacilitationTurn>(p, "turn-0001").set_to_ms(9'000'000'000'000);
       }},
      {"turns do not overlap",
       [](v1::Patch& p) {
         change<v1::FacilitationTurn>(p, "turn-0001", {v1::FacilitationTurn::kToMsFieldNumber});
       }},
      {"a turn does not end before it begins",
       [](v1::Patch& p) { change<v1::FacilitationTurn>(p, "turn-0001").set_to_ms(1); }},
      {"who led took part",
       [](v1::Patch& p) { change<v1::FacilitationTurn>(p, "turn-0001").set_member("nobody"); }},
      {"the open turn is the seat's holder's",
       [](v1::Patch& p) { change<v1::FacilitationTurn>(p, "turn-0002").set_member("amara"); }},
      {"who holds the seat has an open turn",
       [](v1::Patch& p) {
         change<v1::FacilitationTurn>(p, "turn-0002").set_to_ms(9'000'000'000'000);
       }},
      {"nobody leads a closed session",
       [](v1::Patch& p) { change<v1::Session>(p, "s1").set_closed_at_ms(1); }},
      {"one is here or has left",
       [](v1::Patch& p) { change<v1::Participant>(p, "chidi").set_present(true); }},
      {"everybody has joined at some time",
       [](v1::Patch& p) {
         change<v1::Participant>(p, "chidi", {v1::Participant::kJoinedAtMsFieldNumber});
       }},
      {"only participants agree to a wider audience",
       [](v1::Patch& p) {
         create<v1::AudienceWidening>(p, kWideningId).mutable_agreed()->add_items("nobody");
       }},
  };
  return kBreaks;
}

const std::vector<Break>& card_breaks() {
  static const std::vector<Break> kBreaks = {
      {"a stage counts its hidden cards",
       [](v1::Patch& p) { change<v1::Stage>(p, "diagnose").set_hidden_count(2); }},
      {"a stage counts its hidden cards", [](v1::Patch& p) { remove<v1::Note>(p, "h1"); }},
      {"nothing is hidden in a revealed stage",
       [](v1::Patch& p) { change<v1::Stage>(p, "diagnose").set_revealed_at_ms(1); }},
      {"a hidden card waits in a stage",
       [](v1::Patch& p) { change<v1::Note>(p, "h1").set_stage("gone"); }},
      {"a hidden card is its writer's alone",
       [](v1::Patch& p) {
         change<v1::Note>(p, "h1");
         only_for(*p.mutable_upsert(0), {"amara", "ben"});
       }},
      {"a note has an author or is anonymous",
       [](v1::Patch& p) { change<v1::Note>(p, "n3", {v1::Note::kAuthorFieldNumber}); }},
      {"a note has an author or is anonymous",
       [](v1::Patch& p) { change<v1::Note>(p, "n3").set_anonymous(true); }},
      {"anonymous notes come with the reveal",
       [](v1::Patch& p) {
         change<v1::Note>(p, "n3", {v1::Note::kAuthorFieldNumber}).set_anonymous(true);
       }},
      {"a note belongs to a stage",
       [](v1::Patch& p) { change<v1::Note>(p, "n3").set_stage("gone"); }},
      {"a note's author took part",
       [](v1::Patch& p) { change<v1::Note>(p, "n3").set_author("nobody"); }},
      {"a group holds open cards that name it",
       [](v1::Patch& p) { change<v1::Note>(p, "n1", {v1::Note::kGroupFieldNumber}); }},
      {"a group holds open cards that name it", [](v1::Patch& p) { remove<v1::Note>(p, "n1"); }},
      {"a card is in the group that it names",
       [](v1::Patch& p) { change<v1::Note>(p, "n3").set_group("g1"); }},
      {"a card is in one group",
       [](v1::Patch& p) { create<v1::NoteGroup>(p, "g2").mutable_members()->add_items("n1"); }},
      {"a merged objection leads to one that is there",
       [](v1::Patch& p) { remove<v1::Objection>(p, "o1"); }},
      {"no objection is merged into itself",
       [](v1::Patch& p) { change<v1::Objection>(p, "o1").set_merged_into("o1"); }},
      {"what is merged is one step from where it went",
       [](v1::Patch& p) { change<v1::Objection>(p, "o1").set_merged_into("o2"); }},
      {"a drill is about an objection",
       [](v1::Patch& p) { change<v1::Drill>(p, "dr1").set_objection("gone"); }},
      {"a drill's seller took part",
       [](v1::Patch& p) { change<v1::Drill>(p, "dr1").set_seller("nobody"); }},
  };
  return kBreaks;
}

const std::vector<Break>& vote_breaks() {
  static const std::vector<Break> kBreaks = {
      {"one ballot for each voter",
       [](v1::Patch& p) {
         create<v1::Ballot>(p, "v2/again").set_vote("v2");
         change<v1::Ballot>(p, "v2/again").set_voter("hugo");
       }},
      {"voters took part",
       [](v1::Patch& p) { change<v1::Ballot>(p, "v2/hugo").set_voter("nobody"); }},
      {"no more dots than there are for each",
       [](v1::Patch& p) { change<v1::Vote>(p, "v2").set_per_person(0); }},
      {"dots are on what stands for the vote",
       [](v1::Patch& p) { change<v1::Ballot>(p, "v2/hugo").mutable_on()->add_items("n2"); }},
      {"a vote counts its ballots", [](v1::Patch& p) { change<v1::Vote>(p, "v2").set_voted(9); }},
      {"the tally comes when the vote closes",
       [](v1::Patch& p) { change<v1::Vote>(p, "v1", {v1::Vote::kClosedAtMsFieldNumber}); }},
      {"the tally comes when the vote closes",
       [](v1::Patch& p) { change<v1::Vote>(p, "v1", {v1::Vote::kTallyFieldNumber}); }},
      {"the tally says what the ballots say",
       [](v1::Patch& p) {
         auto& item = *change<v1::Vote>(p, "v1").mutable_tally()->add_items();
         item.set_target("n1");
         item.set_dots(1);
       }},
      {"the tally counts every dot",
       [](v1::Patch& p) { change<v1::Vote>(p, "v1").mutable_tally(); }},
      {"the tally counts every voter",
       [](v1::Patch& p) { change<v1::Vote>(p, "v1").mutable_tally(); }},
      {"a ballot belongs to a vote", [](v1::Patch& p) { remove<v1::Vote>(p, "v2"); }},
      {"the ballots of a hidden vote are hidden",
       [](v1::Patch& p) { change<v1::Vote>(p, "v2").set_hidden(true); }},
  };
  return kBreaks;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& item : list) {
    text += "\n  " + item;
  }
  return text;
}

void expect_found(const std::vector<Break>& breaks) {
  const State whole = busy_board();
  for (const Break& one : breaks) {
    State broken = whole;
    v1::Patch patch;
    one.how(patch);
    const auto fit = apply_patch(broken, patch);
    ASSERT_TRUE(fit.has_value()) << one.rule << ": " << fit.error().what;
    const auto found = broken_invariants(broken);
    EXPECT_TRUE(std::any_of(
        found.begin(), found.end(),
        [&](const std::string& line) { return line.find(one.rule) != std::string::npos; }))
        << one.rule << " was not among:" << joined(found);
  }
}

TEST(Invariants, HoldOnABusyBoard) {
  EXPECT_EQ(joined(broken_invariants(busy_board())), "");
}

TEST(Invariants, OfTheSessionAreWatched) {
  expect_found(session_breaks());
}

TEST(Invariants, OfPeopleAreWatched) {
  expect_found(people_breaks());
}

TEST(Invariants, OfCardsAreWatched) {
  expect_found(card_breaks());
}

TEST(Invariants, OfVotesAreWatched) {
  expect_found(vote_breaks());
}

TEST(Invariants, FindingsNameIdsAndNoTexts) {
  State broken = busy_board();
  v1::Patch patch;
  change<v1::Note>(patch, "n3").set_stage("gone");
  change<v1::Note>(patch, "n3").set_text("the words of a card");
  ASSERT_TRUE(apply_patch(broken, patch).has_value());
  const std::string found = joined(broken_invariants(broken));
  EXPECT_NE(found.find("n3"), std::string::npos);
  EXPECT_EQ(found.find("the words"), std::string::npos);
}

}  // namespace
}  // namespace swarmboard::board
