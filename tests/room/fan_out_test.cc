// Who is told what, and when: the output gate, shared blocks, lanes, coverage.
#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

class FanOut : public ::testing::Test {
 protected:
  FanOut() {
    rig.add_members({"ana", "ben", "cleo"});
    rig.open_session({"ana", "ben", "cleo"});
    rig.start_stage("open");
  }

  Rig rig;
};

TEST_F(FanOut, EverybodyIsToldAndTheEchoIsTheAcknowledgementR1) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  ana->submit(1, a_note("n1", "hello"));
  rig.run();
  EXPECT_EQ(ana->sub(1).saved, std::vector<std::uint64_t>{1});
  ASSERT_NE(ben->sub(1).state.get<v1::Note>("n1"), nullptr);
  EXPECT_EQ(ben->sub(1).state.get<v1::Note>("n1")->text(), "hello");
  EXPECT_EQ(board::state_hash(ben->sub(1).state), board::state_hash(rig.durable("s1")));
}

TEST_F(FanOut, NothingIsSeenBeforeItIsDurableR2) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  rig.journal.holding = true;
  ana->submit(1, a_note("n1", "hello"));
  rig.run();
  EXPECT_TRUE(ana->sub(1).events.empty());
  EXPECT_TRUE(ben->sub(1).events.empty());
  EXPECT_EQ(rig.durable("s1").get<v1::Note>("n1"), nullptr);
  auto cleo = rig.in_session("cleo");
  EXPECT_EQ(cleo->sub(1).state.get<v1::Note>("n1"), nullptr);
  rig.journal.release_all();
  rig.run();
  EXPECT_EQ(ana->sub(1).saved.size(), 1U);
  EXPECT_EQ(ben->sub(1).events.size(), 1U);
  EXPECT_NE(cleo->sub(1).state.get<v1::Note>("n1"), nullptr);
}

TEST_F(FanOut, ARefusalWaitsForWhatItWasJudgedAgainstR3) {
  auto ana = rig.in_session("ana");
  rig.journal.holding = true;
  ana->submit(1, a_note("n1", "hello"));
  ana->submit(1, a_note("n1", "again"));
  rig.run();
  EXPECT_EQ(ana->last_nack(), nullptr);
  rig.journal.release_all();
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->cmd_no(), 2U);
  EXPECT_LT(ana->last_nack()->reason(), 100);
}

TEST_F(FanOut, OneTurnIsOneGroupAndGroupsArePipelinedR4) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  rig.journal.holding = true;
  const std::size_t before = rig.journal.appends;
  ana->submit(1, a_note("n1", "one"));
  ben->submit(1, a_note("n2", "two"));
  rig.run();
  EXPECT_EQ(rig.journal.appends, before + 1);
  ana->submit(1, a_note("n3", "three"));
  rig.run();
  EXPECT_EQ(rig.journal.held(), 2U);
  rig.journal.release_one();
  rig.run();
  EXPECT_EQ(ben->sub(1).events.size(), 2U);
  rig.journal.release_one();
  rig.run();
  EXPECT_EQ(ben->sub(1).events.size(), 3U);
}

TEST_F(FanOut, ReceiversAtOnePlaceShareOneBlockR5) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  auto cleo = rig.in_session("cleo");
  ana->submit(1, a_note("n1", "hello"));
  rig.run();
  EXPECT_EQ(ana->blocks.back().get(), ben->blocks.back().get());
  EXPECT_EQ(ben->blocks.back().get(), cleo->blocks.back().get());
}

TEST_F(FanOut, APrivateCardReachesItsWriterOnlyUntilTheRevealR6) {
  rig.start_stage("blocks");
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  ben->submit(1, a_note("n1", "secret words", v1::NOTE_KIND_STUCK));
  rig.run();
  EXPECT_EQ(ben->sub(1).saved.size(), 1U);
  ASSERT_NE(ben->sub(1).state.get<v1::Note>("n1"), nullptr);
  EXPECT_EQ(ana->sub(1).state.get<v1::Note>("n1"), nullptr);
  auto cleo = rig.in_session("cleo");
  for (const Block& block : ana->blocks) {
    EXPECT_EQ(block->find("secret words"), std::string::npos);
  }
  for (const Block& block : cleo->blocks) {
    EXPECT_EQ(block->find("secret words"), std::string::npos);
  }
  v1::Command reveal;
  reveal.mutable_reveal_stage()->set_stage("blocks");
  const ActResult revealed = rig.act("s1", reveal, "ana");
  EXPECT_TRUE(revealed.ok) << revealed.refusal.detail;
  ASSERT_NE(ana->sub(1).state.get<v1::Note>("n1"), nullptr);
  EXPECT_EQ(board::state_hash(ana->sub(1).state), board::state_hash(cleo->sub(1).state));
}

TEST_F(FanOut, WhatIsHiddenIsCoveredByATickR7) {
  rig.start_stage("blocks");
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  ben->submit(1, a_note("n1", "secret", v1::NOTE_KIND_STUCK));
  rig.run();
  const std::uint64_t seen = ana->sub(1).token.seq();
  v1::Command edit;
  v1::Record* record = edit.mutable_edit_record()->mutable_record();
  record->set_id("n1");
  record->mutable_note()->set_text("other");
  const std::size_t events = ana->sub(1).events.size();
  ben->submit(1, edit);
  rig.run();
  EXPECT_EQ(ben->sub(1).saved.size(), 2U);
  EXPECT_EQ(ana->sub(1).events.size(), events);
  EXPECT_EQ(ana->sub(1).token.seq(), seen);
  rig.pass(2'600'000);
  EXPECT_EQ(ana->sub(1).token.seq(), seen + 1);
  EXPECT_EQ(ana->sub(1).token.chain(), ben->sub(1).token.chain());
}

}  // namespace
}  // namespace swarmboard::room
