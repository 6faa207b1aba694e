// Full disks, failed writes, lost ownership, damage, restarts; people who vanish; unsigned cards.
#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "server/room/replay.h"
#include "server/room/sealed.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

using persistence::AppendState;

class Failure : public ::testing::Test {
 protected:
  Failure() {
    rig.add_members(members);
    rig.open_session(members);
    rig.start_stage("open");
  }

  std::unique_ptr<Peer> anonymous_writer(const std::string& member) {
    rig.start_stage("pulse");
    return rig.in_session(member);
  }

  static v1::ClientFrame card(char id, char secret, const std::string& text) {
    v1::ClientFrame frame;
    frame.mutable_submit_anonymous()->set_sub(1);
    frame.mutable_submit_anonymous()->set_note_id(std::string(16, id));
    frame.mutable_submit_anonymous()->set_secret(std::string(16, secret));
    frame.mutable_submit_anonymous()->set_kind(v1::NOTE_KIND_UNSAID);
    frame.mutable_submit_anonymous()->set_text(text);
    return frame;
  }

  const std::vector<std::string> members = {"ana", "ben", "cleo", "dora", "emil"};
  Rig rig;
};

TEST_F(Failure, AFullDiskTakesBackWhatWasNotWrittenR50) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  rig.journal.holding = true;
  ana->submit(1, a_note("n1", "one"));
  rig.run();
  ana->submit(1, a_note("n2", "two"));
  ben->submit(1, a_note("n1", "refused only because of one"));
  rig.run();
  rig.journal.release_one(AppendState::ReadOnly);
  rig.journal.release_one(AppendState::ReadOnly);
  rig.run();
  EXPECT_TRUE(ana->sub(1).events.empty());
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kNack).size(), 2U);
  EXPECT_EQ(ana->last_nack()->reason(), v1::REJECT_REASON_READ_ONLY);
  ASSERT_NE(ben->last_nack(), nullptr);
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_READ_ONLY);
  EXPECT_EQ(rig.durable("s1").get<v1::Note>("n1"), nullptr);

  rig.journal.writable = false;
  rig.pass(50'000);
  ben->submit_as(1, 1, a_note("n1", "refused only because of one"));
  rig.run();
  EXPECT_EQ(ben->last_nack()->reason(), v1::REJECT_REASON_READ_ONLY);

  rig.journal.writable = true;
  rig.pass(50'000);
  rig.journal.holding = false;
  ben->submit_as(1, 1, a_note("n1", "refused only because of one"));
  ana->submit_as(1, 1, a_note("n1", "one"));
  rig.run();
  EXPECT_EQ(ben->sub(1).saved, std::vector<std::uint64_t>{1});
  EXPECT_TRUE(ana->sub(1).saved.empty());
  EXPECT_EQ(board::state_hash(ana->sub(1).state), board::state_hash(rig.durable("s1")));
}

TEST_F(Failure, AFailedWriteIsFatalAndAcknowledgesNothingR51) {
  auto ana = rig.in_session("ana");
  rig.journal.holding = true;
  ana->submit(1, a_note("n1", "one"));
  rig.run();
  rig.journal.release_one(AppendState::Failed);
  rig.run();
  EXPECT_EQ(rig.fatal.size(), 1U);
  EXPECT_TRUE(ana->sub(1).events.empty());
}

TEST_F(Failure, AFencedTeamLetsGoAndComesBackWhenAskedR52) {
  auto ana = rig.in_session("ana");
  rig.journal.memory.acquire("north", [](const auto&) {});
  ana->submit(1, a_note("n1", "one"));
  rig.run();
  EXPECT_EQ(ana->close_code, 1013);
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kGoAway).size(), 1U);
  EXPECT_TRUE(ana->sub(1).saved.empty());
  ana->drop();
  auto again = rig.in_session("ana");
  again->submit(1, a_note("n1", "one"));
  rig.run();
  EXPECT_EQ(again->sub(1).saved.size(), 1U);
}

TEST_F(Failure, ARestartLosesNothingThatWasToldR17) {
  auto ana = rig.in_session("ana");
  for (int count = 0; count < 20; ++count) {
    ana->submit(1, a_note("n" + std::to_string(count), "hello"));
  }
  rig.run();
  const std::uint64_t hash = board::state_hash(ana->sub(1).state);
  ana->drop();
  rig.stop_team();
  rig.start_team();
  EXPECT_EQ(board::state_hash(rig.durable("s1")), hash);
}

TEST_F(Failure, ABadKeyframeIsIgnoredR54) {
  auto ana = rig.in_session("ana");
  const std::uint64_t seq = ana->sub(1).token.seq();
  rig.journal.memory.put_keyframe(
      "north", {"s1", seq, board::kStateVersion, std::make_shared<const std::string>("rubbish")},
      [](const auto&) {});
  const std::uint64_t hash = board::state_hash(rig.durable("s1"));
  ana->drop();
  rig.stop_team();
  rig.start_team();
  EXPECT_EQ(board::state_hash(rig.durable("s1")), hash);
  EXPECT_EQ(rig.counters.keyframes_bad, 1U);
}

TEST_F(Failure, KeyframesComeByTheSizeOfTheLogR54) {
  for (int count = 0; count < 10; ++count) {
    ASSERT_TRUE(
        rig.act("s1", a_note("n" + std::to_string(count), std::string(9'000, 'x')), "ana").ok);
  }
  EXPECT_GE(rig.journal.keyframes.size(), 2U);
  EXPECT_LE(rig.journal.keyframes.size(), 5U);
}

TEST_F(Failure, WhoVanishesIsRecordedAfterSixSecondsR30) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  const auto keep = [&](std::int64_t us) {
    for (; us > 0; us -= 500'000) {
      ben->link()->on_alive();
      rig.pass(500'000);
    }
  };
  ana->drop();
  keep(5'000'000);
  EXPECT_TRUE(ben->sub(1).state.get<v1::Participant>("ana")->present());
  keep(1'500'000);
  EXPECT_FALSE(ben->sub(1).state.get<v1::Participant>("ana")->present());
  const auto* seat = ben->sub(1).state.get<v1::Seat>("seat");
  ASSERT_NE(seat, nullptr);
  EXPECT_EQ(seat->state(), v1::SEAT_STATE_RESERVED);
  keep(61'000'000);
  EXPECT_EQ(ben->sub(1).state.get<v1::Seat>("seat")->state(), v1::SEAT_STATE_VACANT)
      << "R31: the server's own command";
}

TEST_F(Failure, WhoComesBackInTimeWasNeverGoneR30) {
  auto ana = rig.in_session("ana");
  ana->drop();
  rig.pass(4'000'000);
  auto again = rig.in_session("ana");
  for (int second = 0; second < 8; ++second) {
    again->link()->on_alive();
    rig.pass(1'000'000);
  }
  EXPECT_TRUE(again->sub(1).state.get<v1::Participant>("ana")->present());
}

TEST_F(Failure, ARestartGivesEverybodyTimeToComeBackR30) {
  rig.stop_team();
  rig.start_team();
  auto ben = rig.in_session("ben");
  const auto keep = [&](int seconds) {
    for (; seconds > 0; --seconds) {
      ben->link()->on_alive();
      rig.pass(1'000'000);
    }
  };
  keep(15);
  EXPECT_TRUE(rig.durable("s1").get<v1::Participant>("ana")->present());
  keep(8);
  EXPECT_FALSE(rig.durable("s1").get<v1::Participant>("ana")->present());
}

TEST_F(Failure, AnonymousCardsAreSavedCountedAndKeptWithoutAWriterR40) {
  auto ben = anonymous_writer("ben");
  auto ana = rig.in_session("ana");
  rig.journal.holding = true;
  ben->say(card('1', 's', "nobody knows who says this"));
  rig.run();
  EXPECT_TRUE(ben->frames_of(v1::ServerFrame::kAnonymousSaved).empty());
  rig.journal.release_all();
  rig.journal.holding = false;
  rig.run();
  ASSERT_EQ(ben->frames_of(v1::ServerFrame::kAnonymousSaved).size(), 1U);
  EXPECT_EQ(ben->frames_of(v1::ServerFrame::kAnonymousSaved)[0].anonymous_saved().refused(), 0);
  ASSERT_FALSE(ana->frames_of(v1::ServerFrame::kSealedCount).empty());
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kSealedCount).back().sealed_count().count(), 1U);
  const persistence::Group& group = rig.journal.groups.back();
  ASSERT_EQ(group.sealed_puts.size(), 1U);
  EXPECT_TRUE(group.units.empty());
  EXPECT_EQ(group.sealed_puts[0].value.size() % kSealedStepBytes, 0U);
  EXPECT_EQ(group.sealed_puts[0].value.find("ben"), std::string::npos);

  ben->say(card('1', 'x', "stolen"));
  rig.run();
  EXPECT_EQ(ben->frames_of(v1::ServerFrame::kAnonymousSaved).back().anonymous_saved().refused(),
            v1::REJECT_REASON_NOT_YOUR_CARD);
  const std::size_t appends = rig.journal.appends;
  ben->say(card('1', 's', "nobody knows who says this"));
  rig.run();
  EXPECT_EQ(rig.journal.appends, appends) << "idempotent";
  ben->say(card('1', 's', "reworded"));
  rig.run();

  // A restart keeps them; the reveal shows them without a writer.
  ben->drop();
  ana->drop();
  rig.stop_team();
  rig.start_team();
  ana = rig.in_session("ana");
  ASSERT_FALSE(ana->frames_of(v1::ServerFrame::kSealedCount).empty());
  v1::Command reveal;
  reveal.mutable_reveal_stage()->set_stage("pulse");
  const ActResult revealed = rig.act("s1", reveal, "ana");
  ASSERT_TRUE(revealed.ok) << revealed.refusal.detail;
  const auto* note = ana->sub(1).state.get<v1::Note>(hex_of(std::string(16, '1')));
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(note->text(), "reworded");
  EXPECT_FALSE(note->has_author());
  EXPECT_EQ(rig.journal.groups.back().sealed_drops.size(), 1U);
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kSealedCount).back().sealed_count().count(), 0U);
}

TEST_F(Failure, OffTheRecordStaysInMemoryR41) {
  rig.start_stage("read", true);
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  v1::ClientFrame frame;
  frame.mutable_submit_off_record()->set_sub(1);
  frame.mutable_submit_off_record()->set_id("o1");
  frame.mutable_submit_off_record()->set_kind(v1::NOTE_KIND_COMMENT);
  frame.mutable_submit_off_record()->set_text("between us");
  const std::size_t appends = rig.journal.appends;
  ben->say(frame);
  rig.run();
  EXPECT_EQ(ben->last_nack(), nullptr);
  EXPECT_EQ(rig.journal.appends, appends);
  ASSERT_FALSE(ana->frames_of(v1::ServerFrame::kOffRecordNotes).empty());
  const auto told = ana->frames_of(v1::ServerFrame::kOffRecordNotes).back().off_record_notes();
  ASSERT_EQ(told.notes_size(), 1);
  EXPECT_EQ(told.notes(0).note().text(), "between us");
  rig.start_stage("blocks");
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kOffRecordNotes).back().off_record_notes().notes_size(),
            0);
  for (const persistence::Group& group : rig.journal.groups) {
    for (const persistence::Unit& unit : group.units) {
      EXPECT_EQ(unit.payload->find("between us"), std::string::npos);
    }
  }
}

TEST_F(Failure, AReplayShowsThePublicAtAnyEventR6) {
  rig.start_stage("blocks");
  auto ben = rig.in_session("ben");
  ben->submit(1, a_note("n1", "hidden words", v1::NOTE_KIND_STUCK));
  rig.run();
  const std::uint64_t hidden_at = ben->sub(1).token.seq();
  v1::Command reveal;
  reveal.mutable_reveal_stage()->set_stage("blocks");
  ASSERT_TRUE(rig.act("s1", reveal, "ana").ok);
  std::optional<ReplayState> before;
  std::optional<ReplayState> after;
  read_state_at(rig.journal, {"north", "s1"}, hidden_at, [&](auto read) { before = *read; });
  read_state_at(rig.journal, {"north", "s1"}, 999'999, [&](auto read) { after = *read; });
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->seq, hidden_at);
  EXPECT_EQ(before->snapshot.find("hidden words"), std::string::npos);
  EXPECT_NE(after->snapshot.find("hidden words"), std::string::npos);
  EXPECT_EQ(after->seq, after->head);
  std::optional<std::string> page;
  read_events(rig.journal, {"north", "s1"}, 1, 1'000'000, [&](auto read) { page = *read; });
  ASSERT_TRUE(page);
  v1::EventPage events;
  ASSERT_TRUE(events.ParseFromString(*page));
  EXPECT_EQ(events.to(), after->head);
  EXPECT_EQ(events.from(), 1U);
}

TEST_F(Failure, ASessionFollowsTheLibraryWhileItWasAwayR5) {
  rig.stop_team();
  rig.start_team();
  v1::Command rename;
  v1::Record* record = rename.mutable_load_fixture()->add_records();
  record->set_id("ben");
  record->mutable_member()->set_name("Benjamin");
  record->mutable_member()->set_role(v1::MEMBER_ROLE_REP);
  record->mutable_member()->set_active(true);
  ASSERT_TRUE(rig.act("", rename, "").ok);
  auto ana = rig.in_session("ana");
  rig.run();
  const auto* member = ana->sub(1).state.get<v1::Member>("ben");
  ASSERT_NE(member, nullptr);
  EXPECT_EQ(member->name(), "Benjamin");
}

TEST_F(Failure, ASessionLoadedOnAFullDiskFollowsTheLibraryLaterR5) {
  rig.stop_team();
  rig.start_team();
  v1::Command rename;
  v1::Record* record = rename.mutable_load_fixture()->add_records();
  record->set_id("ben");
  record->mutable_member()->set_name("Benjamin");
  record->mutable_member()->set_role(v1::MEMBER_ROLE_REP);
  record->mutable_member()->set_active(true);
  ASSERT_TRUE(rig.act("", rename, "").ok);
  rig.journal.writable = false;
  rig.pass(50'000);
  auto ana = rig.in_session("ana");
  rig.run();
  rig.journal.writable = true;
  rig.pass(100'000);
  const auto* member = ana->sub(1).state.get<v1::Member>("ben");
  ASSERT_NE(member, nullptr);
  EXPECT_EQ(member->name(), "Benjamin");
}

TEST_F(Failure, ACardThatTheCloseOvertookIsNotCalledSaved) {
  auto ben = anonymous_writer("ben");
  auto ana = rig.in_session("ana");
  // Both in one group: what was never revealed is dropped at the close, so this was never kept.
  ben->say(card('1', 's', "a moment too late"));
  v1::Command close;
  close.mutable_close_session();
  ana->submit(1, close);
  rig.run();
  ASSERT_FALSE(ana->sub(1).saved.empty()) << "the session has closed";
  const auto answers = ben->frames_of(v1::ServerFrame::kAnonymousSaved);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].anonymous_saved().refused(), v1::REJECT_REASON_SESSION_CLOSED);
}

TEST_F(Failure, NobodyIsShownWritingUntilTheEndOfAStageWithoutNamesIsDurableW16) {
  auto ben = anonymous_writer("ben");
  auto ana = rig.in_session("ana");
  rig.pass(200'000);
  rig.journal.holding = true;
  v1::Command next;
  next.mutable_start_stage()->set_stage("open");
  ana->submit(1, next);
  rig.run();
  v1::ClientFrame typing;
  typing.mutable_presence()->set_sub(1);
  typing.mutable_presence()->set_kind(v1::PRESENCE_KIND_TYPING);
  typing.mutable_presence()->set_value("n1");
  ben->say(typing);
  ana->frames.clear();
  rig.pass(200'000);
  const auto shows_ben = [&] {
    for (const auto& frame : ana->frames_of(v1::ServerFrame::kPresence)) {
      for (const auto& slot : frame.presence().slots()) {
        if (slot.member() == "ben" && slot.value() == "n1") {
          return true;
        }
      }
    }
    return false;
  };
  EXPECT_FALSE(shows_ben());
  rig.journal.release_all();
  rig.journal.holding = false;
  rig.run();
  ASSERT_FALSE(ana->sub(1).saved.empty()) << "the stage has ended";
  ben->say(typing);
  rig.pass(200'000);
  EXPECT_TRUE(shows_ben());
}

TEST_F(Failure, AnIdleSessionIsUnloadedWithAKeyframe) {
  rig.stop_team();
  rig.start_team();
  static_cast<void>(rig.durable("s1"));
  rig.pass(90'000'000);  // Everybody is gone, the seat vacant: nothing changes any more.
  const std::uint64_t hash = board::state_hash(rig.durable("s1"));
  for (int minute = 0; minute < 11; ++minute) {
    rig.pass(60'000'000);
  }
  EXPECT_EQ(rig.counters.streams_unloaded, 1U);
  EXPECT_FALSE(rig.journal.keyframes.empty());
  EXPECT_EQ(board::state_hash(rig.durable("s1")), hash);
}

}  // namespace
}  // namespace swarmboard::room
