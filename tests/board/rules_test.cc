// The rules of the domain that sessions keep, by number. Those of the library have a test of their
// own beside their commands.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;

constexpr std::int64_t kMinute = 60'000;

BoardBuilder swarm() {
  BoardBuilder board;
  board.usual_team().at(0);
  EXPECT_TRUE(board.open("greta", "s1", "deal_swarm_50").ok());
  board.all_join({"ben", "amara", "hugo", "farah", "imelda"});
  EXPECT_TRUE(board.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  return board;
}

// A name that no test writes by accident, to be looked for in bytes.
bool occurs(const std::string& bytes, const std::string& word) {
  return bytes.find(word) != std::string::npos;
}

bool reaches(const v1::StoredEvent& event, const std::string& member, const std::string& word) {
  if (occurs(event.public_part(), word)) {
    return true;
  }
  return std::any_of(event.lanes().begin(), event.lanes().end(), [&](const v1::LanePart& lane) {
    const auto& members = lane.members();
    return std::find(members.begin(), members.end(), member) != members.end() &&
           occurs(lane.event(), word);
  });
}

TEST(Rules, Rule01OnlyTheHolderOfTheSeatLeads) {
  BoardBuilder board = swarm();
  const auto leads = [&](const std::string& actor) {
    return board.start(actor, "open").refused != v1::REJECT_REASON_NOT_FACILITATOR;
  };
  EXPECT_TRUE(leads("greta"));
  EXPECT_FALSE(leads("hugo"));
  ASSERT_TRUE(board.hand_over("greta", "hugo").ok());
  EXPECT_TRUE(leads("hugo"));
  EXPECT_FALSE(leads("greta"));
  ASSERT_TRUE(board.lose("hugo").ok());
  EXPECT_FALSE(leads("hugo")) << "a reserved seat leads nothing";
  board.later(kMinute);
  ASSERT_TRUE(board.vacate().ok());
  for (const char* member : {"greta", "hugo", "ben", "amara"}) {
    EXPECT_FALSE(leads(member)) << member;
  }
}

TEST(Rules, Rule02SeatIsReservedForTheGraceTime) {
  BoardBuilder board = swarm();
  board.at(21 * kMinute);
  ASSERT_TRUE(board.lose("greta").ok());
  board.later(28'000);
  EXPECT_EQ(board.claim("hugo").refused, v1::REJECT_REASON_SEAT_RESERVED);
  board.later(31'999);
  EXPECT_EQ(board.claim("hugo").refused, v1::REJECT_REASON_SEAT_RESERVED);
  board.later(1);
  EXPECT_TRUE(board.claim("hugo").ok());
}

TEST(Rules, Rule02AFacilitatorWhoReturnsInTimeKeepsTheSeat) {
  BoardBuilder board = swarm();
  board.later(kMinute);
  ASSERT_TRUE(board.lose("greta").ok());
  board.later(kMinute - 1);
  ASSERT_TRUE(board.rejoin("greta").ok());
  EXPECT_EQ(board.the<v1::Seat>("seat").state(), v1::SEAT_STATE_HELD);
  EXPECT_TRUE(board.start("greta", "open").ok());
  EXPECT_FALSE(board.the<v1::FacilitationTurn>("turn-0001").has_to_ms()) << "one turn";
}

TEST(Rules, Rule02AFacilitatorWhoReturnsLaterIsAParticipant) {
  BoardBuilder board = swarm();
  board.at(21 * kMinute);
  ASSERT_TRUE(board.lose("greta").ok());
  board.at(22 * kMinute);
  ASSERT_TRUE(board.vacate().ok());
  ASSERT_TRUE(board.later(3'000).claim("hugo").ok());
  ASSERT_TRUE(board.later(30'000).rejoin("greta").ok());
  EXPECT_EQ(board.the<v1::Seat>("seat").holder(), "hugo");
  EXPECT_EQ(board.start("greta", "open").refused, v1::REJECT_REASON_NOT_FACILITATOR);
}

TEST(Rules, Rule02AReturnAfterTheGraceTimeVacatesWithoutATimer) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.lose("greta").ok());
  const std::int64_t until = board.the<v1::Seat>("seat").reserved_until_ms();
  board.later(kMinute);
  ASSERT_TRUE(board.rejoin("greta").ok());
  EXPECT_EQ(board.the<v1::Seat>("seat").state(), v1::SEAT_STATE_VACANT);
  EXPECT_EQ(board.the<v1::FacilitationTurn>("turn-0001").to_ms(), until);
  EXPECT_TRUE(board.claim("greta").ok()) << "anybody may claim, also the one who led";
}

TEST(Rules, Rule02SeatTimesAddUpToTheSession) {
  BoardBuilder board = swarm();
  board.at(10 * kMinute);
  ASSERT_TRUE(board.lose("greta").ok());
  board.at(11 * kMinute + 200);
  ASSERT_TRUE(board.vacate().ok());
  board.at(11 * kMinute + 5'000);
  ASSERT_TRUE(board.claim("hugo").ok());
  ASSERT_TRUE(board.rejoin("greta").ok());
  board.at(20 * kMinute);
  ASSERT_TRUE(board.hand_over("hugo", "greta").ok());
  board.at(30 * kMinute);
  ASSERT_TRUE(board.close("greta").ok());
  std::map<std::string, std::int64_t> led;
  board.session().each<v1::FacilitationTurn>([&](const std::string&, const auto& turn) {
    led[turn.member()] += turn.to_ms() - turn.from_ms();
  });
  EXPECT_EQ(led["greta"], 21 * kMinute);
  EXPECT_EQ(led["hugo"], 9 * kMinute - 5'000);
}

TEST(Rules, Rule03AKindThatDoesNotFitTheStageIsRefused) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "clarify").ok());
  EXPECT_EQ(board.note("farah", "n1", v1::NOTE_KIND_IDEA, "Just write to him").refused,
            v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE);
  EXPECT_TRUE(board.note("farah", "n2", v1::NOTE_KIND_QUESTION, "Who decides?").ok());
}

TEST(Rules, Rule03TheOwnerOfTheAskListens) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "options").ok());
  EXPECT_EQ(board.note("ben", "n1", v1::NOTE_KIND_IDEA, "Yes, but").refused,
            v1::REJECT_REASON_LISTEN_ONLY);
  ASSERT_TRUE(board.start("greta", "choose").ok());
  EXPECT_TRUE(board.note("ben", "n2", v1::NOTE_KIND_DECISION, "I take the second").ok());
}

TEST(Rules, Rule03AnObserverDoesNotVoteAndWritesLate) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "options").ok());
  EXPECT_FALSE(board.note("imelda", "n1", v1::NOTE_KIND_IDEA, "I would").ok());
  ASSERT_TRUE(board.note("amara", "i1", v1::NOTE_KIND_IDEA, "One page").ok());
  ASSERT_TRUE(board.start("greta", "choose").ok());
  ASSERT_TRUE(board.open_vote("greta", "v1", {"i1"}).ok());
  EXPECT_EQ(board.cast("imelda", "v1", {"i1"}).refused, v1::REJECT_REASON_ROLE_CANNOT_VOTE);
  EXPECT_TRUE(board.note("imelda", "n2", v1::NOTE_KIND_COMMENT, "I like it").ok());
}

TEST(Rules, Rule04NothingOfAPrivateCardReachesOthersBeforeTheReveal) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "diagnose").ok());
  const std::size_t before = board.events().size();
  ASSERT_TRUE(board.note("hugo", "cardofhugo", v1::NOTE_KIND_COMMENT, "zwetschge").ok());
  ASSERT_TRUE(board.note("amara", "cardofamara", v1::NOTE_KIND_COMMENT, "quitte").ok());
  for (std::size_t i = before; i < board.events().size(); ++i) {
    for (const char* word : {"zwetschge", "cardofhugo", "client of hugo"}) {
      for (const char* other : {"greta", "amara", "imelda", "chidi", ""}) {
        EXPECT_FALSE(reaches(board.events()[i], other, word)) << word << " to " << other;
      }
    }
    EXPECT_FALSE(occurs(board.events()[i].public_part(), "hugo"));
  }
  EXPECT_TRUE(reaches(board.events()[before], "hugo", "zwetschge")) << "the writer's own echo";
  EXPECT_EQ(board.the<v1::Stage>("diagnose").hidden_count(), 2U);
  // Whoever joins late gets none either.
  ASSERT_TRUE(board.join("chidi").ok());
  EXPECT_EQ(board.seen_by("chidi").get<v1::Note>("cardofhugo"), nullptr);
  // Neither does the library, before everybody may read it.
  for (const v1::StoredEvent& event : board.library_events()) {
    EXPECT_FALSE(occurs(event.SerializeAsString(), "zwetschge"));
  }
}

TEST(Rules, Rule04AnObjectionIsFiledOnlyWithTheReveal) {
  BoardBuilder board;
  board.usual_team();
  ASSERT_TRUE(board.open("farah", "s2", "objection_clinic_45").ok());
  board.all_join({"ben"});
  ASSERT_TRUE(board.start("farah", "collect").ok());
  ASSERT_TRUE(board.objection("ben", "o1", "Why would we pay twice?").ok());
  EXPECT_EQ(board.library().get<v1::Objection>("o1"), nullptr);
  ASSERT_TRUE(board.reveal("farah", "collect").ok());
  EXPECT_NE(board.library().get<v1::Objection>("o1"), nullptr);
  EXPECT_EQ(board.seen_by("").get<v1::Objection>("o1")->author(), "ben");
}

TEST(Rules, Rule04TheSameRevealShowsEveryCardAtOnce) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "diagnose").ok());
  for (const char* member : {"hugo", "amara", "farah"}) {
    ASSERT_TRUE(board.note(member, std::string("c-") + member, v1::NOTE_KIND_COMMENT, "x").ok());
  }
  const std::size_t before = board.events().size();
  ASSERT_TRUE(board.reveal("greta", "diagnose").ok());
  EXPECT_EQ(board.events().size(), before + 1) << "one event, one shared moment";
  std::size_t seen = 0;
  board.seen_by("").each<v1::Note>([&](const std::string&, const auto&) { ++seen; });
  EXPECT_EQ(seen, 3U);
}

TEST(Rules, Rule06AReplayIsTheBoardWithoutUnrevealedCards) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "diagnose").ok());
  ASSERT_TRUE(board.note("hugo", "c1", v1::NOTE_KIND_COMMENT, "Hidden").ok());
  State room = board.seen_by("hugo");
  room.erase(RecordKey{kind_of<v1::Note>(), "c1"});
  EXPECT_EQ(room.records().size(), board.seen_by("").records().size());
  for (const auto& [key, record] : room.records()) {
    const RecordPtr replayed = board.seen_by("").find(key.kind, key.id);
    ASSERT_NE(replayed, nullptr) << key.id;
    EXPECT_EQ(replayed->SerializeAsString(), record->SerializeAsString()) << key.id;
  }
}

TEST(Rules, Rule07NarrowingTakesEffectAtOnce) {
  BoardBuilder board = swarm();
  EXPECT_TRUE(may_replay(board.session(), board.library(), "imelda"));
  EXPECT_TRUE(may_replay(board.session(), board.library(), "chidi"));
  v1::Command narrow;
  narrow.mutable_narrow_audience()->set_replay_audience(v1::REPLAY_AUDIENCE_PARTICIPANTS);
  ASSERT_TRUE(board.does("amara", narrow).ok());
  EXPECT_FALSE(may_replay(board.session(), board.library(), "chidi"));
  EXPECT_TRUE(may_replay(board.session(), board.library(), "imelda")) << "she took part";
}

TEST(Rules, Rule07WideningNeedsEverybodyAndIsJournaled) {
  BoardBuilder board;
  board.usual_team();
  ASSERT_TRUE(board.open("greta", "s1", "conv_5_20_5_30", v1::REPLAY_AUDIENCE_PARTICIPANTS).ok());
  board.all_join({"ben"});
  v1::Command widen;
  widen.mutable_widen_audience()->set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  ASSERT_TRUE(board.does("greta", widen).ok());
  EXPECT_FALSE(may_replay(board.session(), board.library(), "chidi"));
  const std::size_t before = board.events().size();
  ASSERT_TRUE(board.does("ben", widen).ok());
  EXPECT_TRUE(may_replay(board.session(), board.library(), "chidi"));
  ASSERT_EQ(board.events().size(), before + 1);
  v1::Event part;
  ASSERT_TRUE(part.ParseFromString(board.events().back().public_part()));
  EXPECT_TRUE(part.intent().has_widen_audience());
  EXPECT_EQ(part.actor(), "ben");
}

TEST(Rules, Rule16ACardNeverRevealedStaysWithItsWriter) {
  BoardBuilder board = swarm();
  ASSERT_TRUE(board.start("greta", "diagnose").ok());
  ASSERT_TRUE(board.note("hugo", "c1", v1::NOTE_KIND_COMMENT, "Never shown").ok());
  ASSERT_TRUE(board.close("greta").ok());
  EXPECT_NE(board.seen_by("hugo").get<v1::Note>("c1"), nullptr);
  for (const char* other : {"greta", "amara", "imelda", ""}) {
    EXPECT_EQ(board.seen_by(other).get<v1::Note>("c1"), nullptr) << other;
  }
}

TEST(Rules, Rule16AnAnonymousCardNeverRevealedIsDropped) {
  BoardBuilder board;
  board.usual_team();
  ASSERT_TRUE(board.open("greta", "s1", "win_loss_45").ok());
  board.all_join({"ben", "amara", "hugo", "farah"});
  ASSERT_TRUE(board.start("greta", "unsaid").ok());
  ASSERT_TRUE(board.seal("hugo", 1, v1::NOTE_KIND_UNSAID, "Nobody will read this").ok());
  ASSERT_TRUE(board.start("greta", "learn").ok());
  EXPECT_EQ(board.sealed_in("unsaid"), 1U);
  ASSERT_TRUE(board.close("greta").ok());
  EXPECT_EQ(board.sealed_in("unsaid"), 0U);
  EXPECT_EQ(board.session().get<v1::Note>("sealed1"), nullptr);
}

}  // namespace
}  // namespace swarmboard::board
