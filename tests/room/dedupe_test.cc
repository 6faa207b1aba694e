// Numbers and the memory of them.
#include "server/room/dedupe.h"

#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "server/wire/codec.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

TEST(DedupeMemory, KeepsWhatWasToldWhenUnitsAreLostR50) {
  Dedupe dedupe;
  dedupe.decide("c", {1, 11, 5});
  dedupe.release("c", 1);
  dedupe.on_logged({"c", 1}, 100);
  dedupe.decide("c", {2, 12, 0, v1::REJECT_REASON_INVALID});
  dedupe.release("c", 2);
  dedupe.decide("c", {3, 13, 6});
  std::vector<Dedupe::Ref> refs;
  EXPECT_EQ(dedupe.take_marks(refs).size(), 1U);
  dedupe.roll_back();
  EXPECT_EQ(dedupe.judge("c", 3, 99).judged, Judged::New);
  EXPECT_EQ(dedupe.judge("c", 2, 12).judged, Judged::Repeat);
  refs.clear();
  EXPECT_EQ(dedupe.take_marks(refs).size(), 1U) << "the mark goes with the next unit";
}

TEST(DedupeMemory, RemembersTheLast64OutcomesR11) {
  Dedupe dedupe;
  for (std::uint64_t number = 1; number <= 100; ++number) {
    dedupe.decide("c", {number, 7, number});
  }
  EXPECT_EQ(dedupe.judge("c", 36, 8).judged, Judged::Repeat) << "forgotten: not judged";
  EXPECT_EQ(dedupe.judge("c", 37, 8).judged, Judged::Reused);
  EXPECT_EQ(dedupe.judge("c", 101, 8).judged, Judged::New);
  EXPECT_EQ(dedupe.judge("c", 102, 8).judged, Judged::Gap);
}

TEST(DedupeMemory, IdleClientsAreForgottenByTheTimeOfEventsR17) {
  Dedupe dedupe;
  dedupe.load("old", {1, 7, 1}, 1'000);
  dedupe.load("new", {1, 7, 2}, 2'000);
  dedupe.drop_idle(1'500);
  EXPECT_FALSE(dedupe.knows("old"));
  EXPECT_TRUE(dedupe.knows("new"));
}

class Numbers : public ::testing::Test {
 protected:
  Numbers() {
    rig.add_members({"ana", "ben"});
    rig.open_session({"ana", "ben"});
    rig.start_stage("open");
  }

  Rig rig;
};

TEST_F(Numbers, AResendIsNotDecidedAgainR11) {
  auto ana = rig.in_session("ana");
  ana->submit(1, a_note("n1", "hello"));
  rig.run();
  const std::uint64_t seq = ana->sub(1).token.seq();
  ana->submit_as(1, 1, a_note("n1", "hello"));
  rig.run();
  EXPECT_EQ(ana->sub(1).token.seq(), seq);
  EXPECT_EQ(ana->last_nack(), nullptr);
  EXPECT_EQ(rig.counters.repeated, 1U);
}

TEST_F(Numbers, ARefusalIsSaidAgainR11) {
  auto ana = rig.in_session("ana");
  ana->submit(1, a_note("n1", ""));
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  const auto reason = ana->last_nack()->reason();
  ana->frames.clear();
  ana->submit_as(1, 1, a_note("n1", ""));
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->reason(), reason);
}

TEST_F(Numbers, OtherBytesUnderAUsedNumberEndTheConnectionR12) {
  auto ana = rig.in_session("ana");
  ana->submit(1, a_note("n1", "hello"));
  ana->submit_as(1, 1, a_note("n1", "other"));
  rig.run();
  EXPECT_EQ(ana->close_code, 4409);
  EXPECT_EQ(ana->frames_of(v1::ServerFrame::kFatal).size(), 1U);
}

TEST_F(Numbers, AGapNamesTheNumberExpectedAndDecidesNothingR13) {
  auto ana = rig.in_session("ana");
  ana->submit(1, a_note("n1", "hello"));
  ana->submit_as(1, 3, a_note("n3", "three"));
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->reason(), v1::REJECT_REASON_OUT_OF_ORDER);
  EXPECT_EQ(ana->last_nack()->expected_cmd_no(), 2U);
  ana->submit(1, a_note("n2", "two"));
  ana->submit(1, a_note("n3", "three"));
  rig.run();
  EXPECT_EQ(ana->sub(1).saved, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(Numbers, AClientThatIsNotKnownIsToldSoR15) {
  auto ana = rig.in_session("ana");
  ana->submit_as(1, 9, a_note("n1", "hello"));
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->reason(), v1::REJECT_REASON_UNKNOWN_CLIENT);
}

TEST_F(Numbers, SurviveARestartWithMarksR17) {
  auto ana = rig.peer("ana", "ana-tab");
  ana->hello();
  ana->join(1, "s1");
  rig.run();
  ana->submit(1, a_note("n1", ""));  // Refused.
  ana->submit(1, a_note("n1", "hello"));
  rig.run();
  EXPECT_EQ(ana->sub(1).saved, std::vector<std::uint64_t>{2});
  ana->drop();
  rig.stop_team();
  rig.start_team();
  auto again = rig.peer("ana", "ana-tab");
  again->hello();
  again->join(1, "s1");
  rig.run();
  ASSERT_TRUE(again->sub(1).joined);
  EXPECT_EQ(again->sub(1).joined->last_cmd_no(), 2U);
  ASSERT_EQ(again->sub(1).joined->outcomes_size(), 1);
  EXPECT_EQ(again->sub(1).joined->outcomes(0).cmd_no(), 1U);
  again->submit_as(1, 2, a_note("n1", "hello"));
  rig.run();
  EXPECT_EQ(again->last_nack(), nullptr);
  EXPECT_EQ(again->close_code, std::nullopt);
}

TEST_F(Numbers, NobodyUsesUpTheNumbersOfSomebodyElseR17) {
  auto ana = rig.peer("ana", "one-id");
  ana->hello();
  ana->join(1, "s1");
  auto ben = rig.peer("ben", "one-id");
  ben->hello();
  ben->join(1, "s1");
  rig.run();
  ben->submit(1, a_note("b1", "ben"));
  ana->submit(1, a_note("a1", "ana"));
  rig.run();
  EXPECT_EQ(ana->sub(1).saved, std::vector<std::uint64_t>{1});
  EXPECT_EQ(ben->sub(1).saved, std::vector<std::uint64_t>{1});
  EXPECT_EQ(ana->close_code, std::nullopt);
}

TEST_F(Numbers, AtMost32AreOpenR16) {
  auto ana = rig.in_session("ana");
  rig.journal.holding = true;
  for (int number = 1; number <= 33; ++number) {
    ana->submit(1, a_note("n" + std::to_string(number), "hello"));
  }
  rig.run();
  ASSERT_NE(ana->last_nack(), nullptr);
  EXPECT_EQ(ana->last_nack()->cmd_no(), 33U);
  EXPECT_EQ(ana->last_nack()->reason(), v1::REJECT_REASON_OVERLOADED);
  rig.journal.release_all();
  rig.run();
  EXPECT_EQ(ana->sub(1).saved.size(), 32U);
}

}  // namespace
}  // namespace swarmboard::room
