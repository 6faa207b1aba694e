// Hello, deadlines, limits and the end of a connection.
#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

class Links : public ::testing::Test {
 protected:
  Links() {
    rig.add_members({"ana", "ben"});
    rig.open_session({"ana", "ben"});
    rig.start_stage("open");
  }

  Rig rig;
};

TEST_F(Links, TextFramesAreRefusedW1) {
  auto ana = rig.peer("ana");
  ana->link()->on_message("hello", false);
  EXPECT_EQ(ana->close_code, 1003);
}

TEST_F(Links, GarbageIsMalformedW2) {
  auto ana = rig.in_session("ana");
  ana->link()->on_message("\xff\xff\xff", true);
  EXPECT_EQ(ana->close_code, 4400);
}

TEST_F(Links, TheFirstFrameIsAHelloInTimeW3) {
  auto early = rig.peer("ana");
  early->join(1, "s1");
  EXPECT_EQ(early->close_code, 4408);
  auto late = rig.peer("ana");
  rig.pass(5'200'000);
  EXPECT_EQ(late->close_code, 4408);
  auto old = rig.peer("ana");
  v1::ClientFrame frame;
  frame.mutable_hello()->set_proto_major(9);
  frame.mutable_hello()->set_client_id(std::string(16, 'x'));
  frame.mutable_hello()->set_ticket("good");
  old->say(frame);
  EXPECT_EQ(old->close_code, 4426);
}

TEST_F(Links, FramesBehindTheHelloWaitForTheTicketW3) {
  auto ana = rig.peer("ana");
  std::function<void(std::optional<Identity>)> answer;
  ana->redeem = [&](const std::string&, auto done) { answer = done; };
  ana->hello();
  ana->join(1, "s1");
  rig.run();
  EXPECT_TRUE(ana->frames.empty());
  answer(Identity{"north", "ana"});
  rig.run();
  EXPECT_TRUE(ana->sub(1).joined);
}

TEST_F(Links, ABadTicketOrAnotherTeamsEndsItW4) {
  auto ana = rig.peer("ana");
  ana->hello("bad");
  EXPECT_EQ(ana->close_code, 4401);
  auto other = rig.peer("ana");
  other->redeem = [](const std::string&, const auto& done) { done(Identity{"south", "ana"}); };
  other->hello();
  EXPECT_EQ(other->close_code, 4401);
}

TEST_F(Links, TheNewerConnectionOfAClientWinsW5) {
  auto first = rig.peer("ana", "tab");
  first->hello();
  first->join(1, "s1");
  rig.run();
  auto second = rig.peer("ana", "tab");
  second->hello();
  second->join(1, "s1");
  rig.run();
  EXPECT_EQ(first->close_code, 4410);
  first->drop();
  second->submit(1, a_note("n1", "still here"));
  rig.run();
  EXPECT_EQ(second->sub(1).saved.size(), 1U);
}

TEST_F(Links, AtMostEightSubscriptionsW6) {
  auto ana = rig.peer("ana");
  ana->hello();
  for (std::uint32_t sub = 1; sub <= 9; ++sub) {
    ana->join(sub, "s1");
  }
  rig.run();
  EXPECT_TRUE(ana->sub(8).joined);
  EXPECT_EQ(ana->sub(9).left, v1::LEFT_REASON_TOO_MANY);
}

TEST_F(Links, SilenceIsPingedSuspectedAndCutW10) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  const auto keep_ben = [&](std::int64_t us) {
    for (; us > 0; us -= 1'000'000) {
      ben->link()->on_alive();
      rig.pass(1'000'000);
    }
  };
  keep_ben(3'000'000);
  EXPECT_GE(ana->pings, 1U);
  keep_ben(4'000'000);
  bool reconnecting = false;
  for (const auto& frame : ben->frames_of(v1::ServerFrame::kPresence)) {
    for (const auto& slot : frame.presence().slots()) {
      reconnecting = reconnecting ||
                     (slot.member() == "ana" && slot.state() == v1::CONNECTEDNESS_RECONNECTING);
    }
  }
  EXPECT_TRUE(reconnecting);
  EXPECT_FALSE(ana->aborted);
  keep_ben(14'000'000);
  EXPECT_TRUE(ana->aborted);
  EXPECT_FALSE(ben->aborted);
}

TEST_F(Links, ATeamInWhichNobodyDoesAnythingDozesW11) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  const auto both_answer = [&](std::int64_t seconds) {
    for (; seconds > 0; --seconds) {
      ana->link()->on_alive();
      ben->link()->on_alive();
      rig.pass(1'000'000);
    }
  };
  both_answer(65);
  ana->frames.clear();
  ana->blocks.clear();
  both_answer(55);
  EXPECT_LE(ana->blocks.size(), 3U);
  const auto ticks = ana->frames_of(v1::ServerFrame::kTick);
  ASSERT_GE(ticks.size(), 2U);
  for (const v1::ServerFrame& tick : ticks) {
    EXPECT_EQ(tick.tick().next_ms(), 25'000U);
  }
}

TEST_F(Links, APingThatCouldNotBeWrittenIsMadeUpForW10) {
  auto ana = rig.in_session("ana");
  ana->is_ready = false;
  rig.pass(3'000'000);
  const std::size_t pings = ana->pings;
  ana->writable();
  EXPECT_EQ(ana->pings, pings + 1);
  rig.pass(3'000'000);
  ana->link()->on_alive();
  rig.pass(1'000'000);
  EXPECT_FALSE(ana->aborted);
}

TEST_F(Links, ADozingTeamWakesWithTheFirstActAndFindsWhoVanishedW10) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  for (int second = 0; second < 90; ++second) {
    ana->link()->on_alive();
    ben->link()->on_alive();
    rig.pass(1'000'000);
  }
  ana->frames.clear();
  ben->frames.clear();
  v1::ClientFrame presence;
  presence.mutable_presence()->set_sub(1);
  presence.mutable_presence()->set_kind(v1::PRESENCE_KIND_CURSOR);
  presence.mutable_presence()->set_value("here");
  ben->say(presence);
  for (int second = 0; second < 7; ++second) {
    ben->link()->on_alive();
    rig.pass(1'000'000);
  }
  const auto ticks = ana->frames_of(v1::ServerFrame::kTick);
  ASSERT_GE(ticks.size(), 2U);
  EXPECT_EQ(ticks.back().tick().next_ms(), 0U);
  bool reconnecting = false;
  for (const auto& frame : ben->frames_of(v1::ServerFrame::kPresence)) {
    for (const auto& slot : frame.presence().slots()) {
      reconnecting = reconnecting ||
                     (slot.member() == "ana" && slot.state() == v1::CONNECTEDNESS_RECONNECTING);
    }
  }
  EXPECT_TRUE(reconnecting);
}

TEST_F(Links, APongDoesNotShortenTheSilenceThatADozingTeamAnnouncedW11) {
  auto ana = rig.in_session("ana");
  for (int second = 0; second < 90; ++second) {
    ana->link()->on_alive();
    rig.pass(1'000'000);
  }
  ana->frames.clear();
  v1::ClientFrame ping;
  ping.mutable_ping()->set_client_mono_us(1);
  ana->say(ping);
  rig.pass(20'000'000);
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kPong).size(), 1U);
  EXPECT_LE(ana->frames_of(v1::ServerFrame::kTick).size(), 1U);
}

TEST_F(Links, ADozingPeerIsAskedMoreRarelyThanToldW11) {
  auto ana = rig.in_session("ana");
  for (int second = 0; second < 90; ++second) {
    ana->link()->on_alive();
    rig.pass(1'000'000);
  }
  const std::size_t pings = ana->pings;
  rig.pass(70'000'000);
  EXPECT_EQ(ana->pings, pings);
  EXPECT_GE(ana->frames_of(v1::ServerFrame::kTick).size(), 2U);
  for (int second = 0; second < 32 && ana->pings == pings; ++second) {
    rig.pass(1'000'000);
  }
  EXPECT_EQ(ana->pings, pings + 1);
  EXPECT_FALSE(ana->aborted);
  rig.pass(20'000'000);
  EXPECT_TRUE(ana->aborted) << "who does not answer is let go";
}

TEST_F(Links, AStuckWriteIsCutW10) {
  auto ana = rig.in_session("ana");
  ana->is_ready = false;
  for (int second = 0; second < 16; ++second) {
    ana->link()->on_alive();
    rig.pass(1'000'000);
  }
  EXPECT_TRUE(ana->aborted);
  EXPECT_EQ(rig.counters.dropped_stuck, 1U);
}

TEST_F(Links, APileOfAnswersEndsItW13) {
  auto ana = rig.in_session("ana");
  ana->is_ready = false;
  v1::ClientFrame ping;
  ping.mutable_ping()->set_client_mono_us(1);
  for (int count = 0; count < 65; ++count) {
    ana->say(ping);
  }
  EXPECT_EQ(ana->close_code, 4429);
}

TEST_F(Links, CommandsBeyondTheRateDecideNothingW15) {
  auto ana = rig.in_session("ana");
  for (int count = 1; count <= 100; ++count) {
    ana->submit(1, a_note("n" + std::to_string(count), "x"));
    rig.run();
  }
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_GE(ana->last_nack()->reason(), 100);
  const std::size_t saved = ana->sub(1).saved.size();
  EXPECT_LT(saved, 100U);
  rig.pass(2'000'000);
  ana->submit_as(1, saved + 1, a_note("n" + std::to_string(saved + 1), "x"));
  rig.run();
  EXPECT_EQ(ana->sub(1).saved.size(), saved + 1);
}

TEST_F(Links, TooManyBytesPauseTheReaderW15) {
  auto ana = rig.in_session("ana");
  v1::ClientFrame ping;
  ping.mutable_ping()->set_client_mono_us(1);
  v1::ClientMessage message;
  *message.add_frames() = ping;
  v1::ClientFrame presence;
  presence.mutable_presence()->set_sub(1);
  presence.mutable_presence()->set_kind(v1::PRESENCE_KIND_CURSOR);
  presence.mutable_presence()->set_value(std::string(256, 'c'));
  for (int count = 0; count < 60; ++count) {
    *message.add_frames() = presence;
  }
  const std::string bytes = message.SerializeAsString();
  for (int count = 0; count < 60; ++count) {
    ana->link()->on_message(bytes, true);
    rig.run();
  }
  EXPECT_TRUE(ana->reading_paused);
  EXPECT_EQ(ana->close_code, std::nullopt);
  for (int second = 0; second < 10; ++second) {
    rig.pass(1'000'000);
  }
  EXPECT_FALSE(ana->reading_paused);
}

TEST_F(Links, PresenceIsOneSharedFrameAndTheLatestWinsW16) {
  auto ana = rig.in_session("ana");
  auto ben = rig.in_session("ben");
  rig.pass(200'000);
  v1::ClientFrame frame;
  frame.mutable_presence()->set_sub(1);
  frame.mutable_presence()->set_kind(v1::PRESENCE_KIND_TYPING);
  for (const char* value : {"a", "b", "c"}) {
    frame.mutable_presence()->set_value(value);
    ana->say(frame);
  }
  ben->frames.clear();
  rig.pass(100'000);
  const auto frames = ben->frames_of(v1::ServerFrame::kPresence);
  ASSERT_EQ(frames.size(), 1U);
  ASSERT_EQ(frames[0].presence().slots_size(), 1);
  EXPECT_EQ(frames[0].presence().slots(0).value(), "c");
  EXPECT_EQ(frames[0].presence().slots(0).member(), "ana");
  EXPECT_EQ(ana->blocks.back().get(), ben->blocks.back().get());
}

TEST_F(Links, AStopSaysByeAndKeepsWhatWasAcceptedW17) {
  auto ana = rig.in_session("ana");
  rig.journal.holding = true;
  ana->submit(1, a_note("n1", "last words"));
  rig.run();
  bool stopped = false;
  rig.team->stop(1'000, [&] { stopped = true; });
  rig.run();
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kGoAway).size(), 1U);
  EXPECT_FALSE(stopped);
  ana->submit(1, a_note("n2", "too late"));
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->reason(), v1::REJECT_REASON_OVERLOADED);
  rig.journal.release_all();
  rig.run();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(ana->sub(1).saved, std::vector<std::uint64_t>{1});
  EXPECT_EQ(ana->close_code, 1001);
}

TEST_F(Links, WhoIsRemovedIsToldAndSentNothingMoreW8) {
  auto ben = rig.in_session("ben");
  v1::Command gone;
  v1::Record* record = gone.mutable_load_fixture()->add_records();
  record->set_id("ben");
  record->mutable_member()->set_name("ben");
  record->mutable_member()->set_role(v1::MEMBER_ROLE_REP);
  record->mutable_member()->set_active(false);
  const ActResult done = rig.act("", gone, "");
  ASSERT_TRUE(done.ok) << done.refusal.detail;
  EXPECT_EQ(ben->sub(1).left, v1::LEFT_REASON_REMOVED);
  const std::size_t events = ben->sub(1).events.size();
  ASSERT_TRUE(rig.act("s1", a_note("n1", "without ben"), "ana").ok);
  EXPECT_EQ(ben->sub(1).events.size(), events);
}

}  // namespace
}  // namespace swarmboard::room
