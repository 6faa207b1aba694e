#include <gtest/gtest.h>

#include "server/board/library_rules.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

v1::Command make(const std::string& id, const std::string& ref, const std::string& due,
                 const std::string& text = "Ask them for one export") {
  v1::Command command;
  auto& body = *command.mutable_make_commitment();
  body.set_id(id);
  body.set_ref(ref);
  body.set_due(due);
  body.set_text(text);
  return command;
}

v1::Command renegotiate(const std::string& id, const std::string& due) {
  v1::Command command;
  command.mutable_renegotiate_commitment()->set_id(id);
  command.mutable_renegotiate_commitment()->set_due(due);
  command.mutable_renegotiate_commitment()->set_why("They moved the meeting");
  return command;
}

v1::Command done(const std::string& id, const std::string& on = "",
                 const std::string& confirmed_for = "") {
  v1::Command command;
  command.mutable_complete_commitment()->set_id(id);
  command.mutable_complete_commitment()->set_on(on);
  command.mutable_complete_commitment()->set_confirmed_for(confirmed_for);
  return command;
}

v1::Command miss(const std::string& id) {
  v1::Command command;
  command.mutable_miss_commitment()->set_id(id);
  return command;
}

v1::Command drop(const std::string& id) {
  v1::Command command;
  command.mutable_drop_commitment()->set_id(id);
  command.mutable_drop_commitment()->set_why("Not needed any more");
  return command;
}

// Ben's swarm, and a promise of hugo's about it, due in three days.
class CommitmentTest : public ::testing::Test {
 protected:
  CommitmentTest() {
    board_.usual_team();
    board_.open("greta", "s1", "deal_swarm_50");
    board_.all_join({"amara", "ben", "hugo"});
    board_.join("imelda", v1::SESSION_ROLE_OBSERVER);
    board_.start("greta", "brief");
    v1::Command swarm;
    swarm.mutable_open_swarm()->set_id("sw1");
    swarm.mutable_open_swarm()->set_deal_id("d1");
    swarm.mutable_open_swarm()->set_ask("How do we reach the decider?");
    board_.does("ben", swarm);
    board_.start("greta", "commit");
    board_.does("hugo", make("c1", "sw1", in_days(3)));
  }

  std::string in_days(int days) const { return date_of(board_.now_ms() + days * kDayMs); }

  const v1::Commitment& c1() const { return board_.in_the_library<v1::Commitment>("c1"); }

  BoardBuilder board_;
};

TEST_F(CommitmentTest, HasOneOwnerADateAndARef) {  // Rule 14.
  EXPECT_EQ(c1().owner(), "hugo");
  EXPECT_EQ(c1().due(), in_days(3));
  EXPECT_EQ(c1().first_due(), in_days(3));
  EXPECT_EQ(c1().ref(), "sw1");
  EXPECT_EQ(c1().status(), v1::COMMITMENT_STATUS_OPEN);
  EXPECT_EQ(board_.the<v1::Commitment>("c1").text(), c1().text());
  EXPECT_EQ(board_.does("ben", make("c2", "", in_days(3))).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", make("c2", "nothing", in_days(3))).refused,
            v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("ben", make("c2", "sw1", "")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", make("c2", "sw1", "2026-02-30")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", make("c2", "sw1", in_days(3), " ")).refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", make("c1", "sw1", in_days(3))).refused,
            v1::REJECT_REASON_ALREADY_EXISTS);
}

TEST_F(CommitmentTest, ObserverMayPromise) {
  EXPECT_TRUE(board_.does("imelda", make("c2", "sw1", in_days(3))).ok());
}

TEST_F(CommitmentTest, MovedBeforeItsDayItIsNotMissed) {
  ASSERT_TRUE(board_.does("hugo", renegotiate("c1", in_days(5))).ok());
  EXPECT_FALSE(c1().missed_first());
  EXPECT_EQ(c1().due(), in_days(5));
  EXPECT_EQ(c1().first_due(), in_days(3));
  ASSERT_EQ(c1().renegotiated().items_size(), 1);
  EXPECT_EQ(c1().renegotiated().items(0).from(), in_days(3));
  EXPECT_EQ(c1().renegotiated().items(0).why(), "They moved the meeting");
}

TEST_F(CommitmentTest, MovedOnItsDayItIsNotMissed) {
  board_.later(3 * kDayMs);
  ASSERT_TRUE(board_.in_library("hugo", renegotiate("c1", in_days(1))).ok());
  EXPECT_FALSE(c1().missed_first());
}

TEST_F(CommitmentTest, MovedAfterItsDayItWasMissedFirst) {  // Rule 14.
  board_.later(4 * kDayMs);
  ASSERT_TRUE(board_.in_library("hugo", renegotiate("c1", in_days(2))).ok());
  EXPECT_TRUE(c1().missed_first());
  EXPECT_EQ(c1().status(), v1::COMMITMENT_STATUS_OPEN);
}

TEST_F(CommitmentTest, MovedAfterItWasMissedItWasMissedFirst) {
  ASSERT_TRUE(board_.does("hugo", miss("c1")).ok());
  EXPECT_EQ(c1().status(), v1::COMMITMENT_STATUS_MISSED);
  EXPECT_EQ(board_.does("hugo", miss("c1")).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.does("hugo", renegotiate("c1", in_days(6))).ok());
  EXPECT_TRUE(c1().missed_first());
}

TEST_F(CommitmentTest, MovingHasALimitAndNeedsAnotherDay) {
  EXPECT_EQ(board_.does("hugo", renegotiate("c1", in_days(3))).refused,
            v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.does("hugo", renegotiate("c1", "soon")).refused, v1::REJECT_REASON_INVALID);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(board_.does("hugo", renegotiate("c1", in_days(10 + i))).ok());
  }
  EXPECT_EQ(board_.does("hugo", renegotiate("c1", in_days(40))).refused,
            v1::REJECT_REASON_LIMIT_REACHED);
}

TEST_F(CommitmentTest, OnlyTheOwnerMovesMissesAndDrops) {
  EXPECT_EQ(board_.does("ben", renegotiate("c1", in_days(5))).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("ben", miss("c1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("greta", drop("c1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("hugo", drop("c1")).ok());
  EXPECT_EQ(c1().status(), v1::COMMITMENT_STATUS_DROPPED_BY_AGREEMENT);
  EXPECT_EQ(board_.does("hugo", done("c1")).refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(CommitmentTest, OwnerSaysItIsDone) {
  EXPECT_EQ(board_.does("hugo", done("c1", "yesterday")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("hugo", done("c1", "", "ben")).refused, v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(board_.does("hugo", done("c1")).ok());
  EXPECT_EQ(c1().status(), v1::COMMITMENT_STATUS_DONE);
  EXPECT_EQ(c1().done_on(), in_days(0));
  EXPECT_FALSE(c1().has_confirmed_by());
  EXPECT_EQ(board_.does("hugo", done("c1")).refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(CommitmentTest, ThePersonHelpedConfirmsNamingTheOwner) {
  EXPECT_EQ(board_.does("amara", done("c1", "", "hugo")).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("ben", done("c1")).refused, v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(board_.does("ben", done("c1", in_days(1), "hugo")).ok());
  EXPECT_EQ(c1().confirmed_by(), "ben");
  EXPECT_EQ(c1().owner(), "hugo");
}

TEST_F(CommitmentTest, UnknownPromiseIsGone) {
  EXPECT_EQ(board_.does("hugo", done("nothing")).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("hugo", drop("nothing")).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST(DateOf, IsTheDayInUtc) {
  EXPECT_EQ(date_of(0), "1970-01-01");
  EXPECT_EQ(date_of(-1), "1969-12-31");
  EXPECT_EQ(date_of(951'782'400'000), "2000-02-29");
  EXPECT_EQ(date_of(1'747'094'399'999), "2025-05-12");
  EXPECT_EQ(date_of(1'747'094'400'000), "2025-05-13");
}

}  // namespace
}  // namespace swarmboard::board
