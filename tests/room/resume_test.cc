// How a joining client is brought up.
#include "server/room/resume.h"

#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

v1::ResumeToken token(std::uint64_t epoch, std::uint64_t seq, std::uint64_t chain) {
  v1::ResumeToken made;
  made.set_epoch(epoch);
  made.set_seq(seq);
  made.set_chain(chain);
  return made;
}

TEST(ResumeDecisionTable, NamesItsReasonR21) {
  ResumeFacts facts;
  facts.durable = {2, 10, 100};
  facts.chain_at_token = 50;
  facts.tail_bytes = 100;
  facts.snapshot_bytes = 1'000;
  using Mode = ResumeDecision::Mode;
  const auto why = [&](const std::optional<v1::ResumeToken>& have) {
    return decide_resume(have, facts).why;
  };
  EXPECT_EQ(why(std::nullopt), v1::WHY_SNAPSHOT_NEW);
  EXPECT_EQ(why(token(1, 5, 50)), v1::WHY_SNAPSHOT_EPOCH_CHANGED);
  EXPECT_EQ(why(token(2, 11, 50)), v1::WHY_SNAPSHOT_AHEAD_OF_SERVER);
  EXPECT_EQ(why(token(2, 5, 51)), v1::WHY_SNAPSHOT_DIVERGED);
  EXPECT_EQ(decide_resume(token(2, 5, 50), facts).mode, Mode::Tail);
  facts.tail_bytes = 100'000;
  EXPECT_EQ(why(token(2, 5, 50)), v1::WHY_SNAPSHOT_CHEAPER);
  facts.tail_bytes = 100;
  facts.chain_at_token.reset();
  EXPECT_EQ(decide_resume(token(2, 5, 50), facts).mode, Mode::ReadChain);
}

class Resume : public ::testing::Test {
 protected:
  Resume() {
    rig.add_members({"ana", "ben", "eve"});
    rig.open_session({"ana", "ben"});
    rig.start_stage("open");
  }

  Rig rig;
};

TEST_F(Resume, ASnapshotOfManyPartsHoldsWhatIsForAllAndWhatIsOnesOwnR22) {
  constexpr std::size_t kTextChars = 15'000;
  for (int at = 0; at < 20; ++at) {
    const ActResult result =
        rig.act("s1", a_note("n" + std::to_string(at), std::string(kTextChars, 'x')), "ana");
    ASSERT_TRUE(result.ok) << result.refusal.detail;
  }
  rig.start_stage("blocks");
  for (int at = 0; at < 10; ++at) {
    const ActResult result = rig.act(
        "s1", a_note("p" + std::to_string(at), std::string(kTextChars, 'y'), v1::NOTE_KIND_STUCK),
        "ben");
    ASSERT_TRUE(result.ok) << result.refusal.detail;
  }
  auto ben = rig.in_session("ben");
  EXPECT_EQ(board::state_hash(ben->sub(1).state), board::state_hash(rig.durable("s1")));
  EXPECT_GE(ben->frames_of(v1::ServerFrame::kSnapshot).size(), 4U);
  auto ana = rig.in_session("ana");
  EXPECT_EQ(ana->sub(1).state.size() + 10, ben->sub(1).state.size());
}

TEST_F(Resume, ATokenGetsTheTailR21) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  const v1::ResumeToken have = ben->sub(1).token;
  const board::State state = ben->sub(1).state;
  ben->drop();
  ana->submit(1, a_note("n1", "one"));
  ana->submit(1, a_note("n2", "two"));
  rig.run();
  auto again = rig.peer("ben");
  again->sub(1).state = state;
  again->hello();
  again->join(1, "s1", have);
  rig.run();
  ASSERT_TRUE(again->sub(1).joined);
  EXPECT_EQ(again->sub(1).joined->mode(), v1::JOIN_MODE_TAIL);
  EXPECT_EQ(again->sub(1).events.size(), 2U);
  EXPECT_EQ(board::state_hash(again->sub(1).state), board::state_hash(ana->sub(1).state));
}

TEST_F(Resume, ATokenFromBeforeTheRestartIsProvedFromTheJournalR20) {
  auto ana = rig.in_session("ana");
  const v1::ResumeToken have = ana->sub(1).token;
  const board::State state = ana->sub(1).state;
  ana->submit(1, a_note("n1", "one"));
  rig.run();
  ana->drop();
  // A keyframe at the head: the ring of the next life begins there.
  bool stopped = false;
  rig.team->stop(0, [&] { stopped = true; });
  rig.run();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(rig.journal.keyframes.empty());
  rig.stop_team();
  rig.start_team();
  auto again = rig.peer("ana");
  again->sub(1).state = state;
  again->hello();
  again->join(1, "s1", have);
  rig.run();
  ASSERT_TRUE(again->sub(1).joined);
  EXPECT_EQ(again->sub(1).joined->mode(), v1::JOIN_MODE_TAIL);
  EXPECT_NE(again->sub(1).state.get<v1::Note>("n1"), nullptr);
  EXPECT_EQ(board::state_hash(again->sub(1).state), board::state_hash(rig.durable("s1")));

  auto forged = rig.peer("ben");
  v1::ResumeToken wrong = have;
  wrong.set_chain(have.chain() + 1);
  forged->hello();
  forged->join(1, "s1", wrong);
  rig.run();
  ASSERT_TRUE(forged->sub(1).joined);
  EXPECT_EQ(forged->sub(1).joined->why(), v1::WHY_SNAPSHOT_DIVERGED);
}

TEST_F(Resume, UnknownAndForbiddenStreamsGetTheSameAnswerW7) {
  v1::Command open;
  open.mutable_open_session()->set_session_id("pair");
  open.mutable_open_session()->set_template_id("buddy_checkin_20");
  open.mutable_open_session()->mutable_topic()->set_kind(v1::TOPIC_KIND_BUDDY_CHECKIN);
  open.mutable_open_session()->mutable_topic()->set_title("us");
  open.mutable_open_session()->set_replay_audience(v1::REPLAY_AUDIENCE_PAIR);
  const ActResult opened = rig.act("", open, "ana");
  ASSERT_TRUE(opened.ok) << opened.refusal.detail;
  v1::Command join;
  join.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_PAIR);
  ASSERT_TRUE(rig.act("pair", join, "ben").ok);
  auto eve = rig.peer("eve");
  eve->hello();
  eve->join(1, "pair");
  eve->join(2, "nothing");
  rig.run();
  EXPECT_EQ(eve->sub(1).left, v1::LEFT_REASON_NOT_FOUND);
  EXPECT_EQ(eve->sub(2).left, v1::LEFT_REASON_NOT_FOUND);
}

TEST_F(Resume, ASlowReaderIsBroughtUpFromTheJournalOrBySnapshotR23) {
  auto slow = rig.in_session("ben");
  slow->is_ready = false;
  v1::Command edit = a_note("n1", std::string(18'000, 'x'));
  ASSERT_TRUE(rig.act("s1", edit, "ana").ok);
  edit.mutable_edit_record()->set_create(false);
  edit.mutable_edit_record()->mutable_record()->mutable_note()->clear_kind();
  for (int round = 0; round < 40; ++round) {
    edit.mutable_edit_record()->mutable_record()->mutable_note()->set_text(
        std::string(18'000, static_cast<char>('a' + round % 26)));
    const ActResult done = rig.act("s1", edit, "ana");
    ASSERT_TRUE(done.ok) << done.refusal.detail;
  }
  rig.clock.mono += 6'000'000;  // Its last snapshot is long enough ago.
  slow->writable();
  rig.run();
  EXPECT_EQ(board::state_hash(slow->sub(1).state), board::state_hash(rig.durable("s1")));
  EXPECT_EQ(rig.counters.snapshots_by_why[v1::WHY_SNAPSHOT_CHEAPER], 1U);
}

TEST_F(Resume, TheJournalServesWhatTheRingForgotR23) {
  // Few events, each much smaller than the state: the tail stays cheaper than a snapshot.
  for (int round = 0; round < 60; ++round) {
    ASSERT_TRUE(
        rig.act("s1", a_note("big" + std::to_string(round), std::string(19'000, 'y')), "ana").ok);
  }
  auto slow = rig.in_session("ben");
  slow->is_ready = false;
  for (int round = 0; round < 60; ++round) {
    ASSERT_TRUE(
        rig.act("s1", a_note("more" + std::to_string(round), std::string(19'000, 'z')), "ana").ok);
  }
  const std::size_t reads = rig.journal.reads;
  slow->writable();
  rig.run();
  EXPECT_EQ(board::state_hash(slow->sub(1).state), board::state_hash(rig.durable("s1")));
  EXPECT_GT(rig.journal.reads, reads);
}

}  // namespace
}  // namespace swarmboard::room
