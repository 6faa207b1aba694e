#include "server/board/decide_rota.h"

#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;
using Names = std::vector<std::string>;

class RotaTest : public ::testing::Test {
 protected:
  RotaTest() {
    board_.rep("amara").rep("ben").rep("chidi").manager("imelda").partner("jonas");
    v1::Rota rota;
    for (const char* member : {"chidi", "amara", "ben"}) {
      rota.mutable_order()->add_items(member);
    }
    board_.load(testing::a_record("rota", rota));
  }

  Outcome swap(const std::string& actor, const std::string& a, const std::string& b) {
    v1::Command command;
    command.mutable_swap_turns()->set_a(a);
    command.mutable_swap_turns()->set_b(b);
    return board_.in_library(actor, command);
  }

  Outcome skip(const std::string& actor, const std::string& member, const std::string& until) {
    v1::Command command;
    command.mutable_skip_turn()->set_member(member);
    command.mutable_skip_turn()->set_until(until);
    return board_.in_library(actor, command);
  }

  Outcome nominate(const std::string& actor, const std::string& member) {
    v1::Command command;
    command.mutable_nominate_next()->set_member(member);
    return board_.does(actor, command);
  }

  Names order() const { return turn_order(board_.library()); }

  const v1::Rota& rota() const { return board_.in_the_library<v1::Rota>("rota"); }

  BoardBuilder board_;
};

TEST_F(RotaTest, WhoeverLedGoesToTheEnd) {
  EXPECT_EQ(order(), (Names{"chidi", "amara", "ben"}));
  ASSERT_TRUE(board_.open("chidi", "s1", "deal_swarm_50").ok());
  ASSERT_TRUE(board_.later(60'000).close("chidi").ok());
  EXPECT_EQ(order(), (Names{"amara", "ben", "chidi"}));
}

TEST_F(RotaTest, TheTurnIsOfWhomLedLongest) {
  ASSERT_TRUE(board_.open("chidi", "s1", "deal_swarm_50").ok());
  board_.all_join({"amara"});
  ASSERT_TRUE(board_.later(60'000).hand_over("chidi", "amara").ok());
  ASSERT_TRUE(board_.later(120'000).close("amara").ok());
  EXPECT_EQ(order(), (Names{"chidi", "ben", "amara"}));
  EXPECT_EQ(board_.in_the_library<v1::SessionCard>("s1").facilitator(), "amara");
}

TEST_F(RotaTest, ATalkOfTwoAndAManagersSessionAreNobodysTurn) {
  ASSERT_TRUE(board_.open("chidi", "s1", "buddy_checkin_20", v1::REPLAY_AUDIENCE_PAIR).ok());
  ASSERT_TRUE(board_.later(60'000).close("chidi").ok());
  ASSERT_TRUE(board_.open("imelda", "s2", "deal_swarm_50").ok());
  ASSERT_TRUE(board_.later(60'000).close("imelda").ok());
  EXPECT_EQ(order(), (Names{"chidi", "amara", "ben"}));
}

TEST_F(RotaTest, SomebodyNewComesAfterTheOthers) {
  board_.rep("aaron");
  EXPECT_EQ(order(), (Names{"chidi", "amara", "ben", "aaron"}));
}

TEST_F(RotaTest, ATeamWithoutARotaGetsOneFromItsSessions) {
  BoardBuilder fresh;
  fresh.rep("zoe").rep("yann");
  EXPECT_EQ(turn_order(fresh.library()), (Names{"yann", "zoe"}));
  ASSERT_TRUE(fresh.open("yann", "s1", "deal_swarm_50").ok());
  ASSERT_TRUE(fresh.later(60'000).close("yann").ok());
  EXPECT_EQ(turn_order(fresh.library()), (Names{"zoe", "yann"}));
}

TEST_F(RotaTest, TwoPeopleSwapAndItIsKept) {
  ASSERT_TRUE(swap("chidi", "chidi", "ben").ok());
  EXPECT_EQ(order(), (Names{"ben", "amara", "chidi"}));
  ASSERT_EQ(rota().swaps().items_size(), 1);
  EXPECT_EQ(rota().swaps().items(0).by(), "chidi");
  EXPECT_EQ(rota().swaps().items(0).at_ms(), board_.now_ms());
}

TEST_F(RotaTest, ANominationIsSwappedAlong) {
  ASSERT_TRUE(board_.open("chidi", "s1", "deal_swarm_50").ok());
  ASSERT_TRUE(nominate("chidi", "ben").ok());
  ASSERT_TRUE(board_.later(60'000).close("chidi").ok());
  EXPECT_EQ(rota().nominated(), "ben");
  ASSERT_TRUE(swap("ben", "ben", "amara").ok());
  EXPECT_EQ(rota().nominated(), "amara");
  ASSERT_TRUE(board_.open("amara", "s2", "deal_swarm_50").ok());
  ASSERT_TRUE(board_.later(60'000).close("amara").ok());
  EXPECT_FALSE(rota().has_nominated()) << "has led";
}

TEST_F(RotaTest, OldSwapsAreForgotten) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(swap("imelda", "chidi", i % 2 == 0 ? "ben" : "amara").ok());
  }
  EXPECT_EQ(rota().swaps().items_size(), 20);
}

TEST_F(RotaTest, SwappingIsRefusedForGoodReasons) {
  EXPECT_EQ(swap("amara", "chidi", "ben").refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(swap("amara", "amara", "imelda").refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(swap("amara", "amara", "nobody").refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(swap("amara", "amara", "amara").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_TRUE(swap("imelda", "chidi", "ben").ok()) << "the manager may help out";
}

TEST_F(RotaTest, AHolidayIsKeptUntilItIsOverOrTakenBack) {
  ASSERT_TRUE(skip("amara", "amara", "2999-08-01").ok());
  EXPECT_EQ(rota().skips().items(0).until(), "2999-08-01");
  EXPECT_EQ(skip("amara", "amara", "2999-08-01").refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(skip("imelda", "ben", "2999-09-01").ok());
  EXPECT_EQ(rota().skips().items_size(), 2);
  ASSERT_TRUE(skip("amara", "amara", "").ok());
  EXPECT_EQ(rota().skips().items_size(), 1);
  EXPECT_EQ(skip("amara", "amara", "").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(skip("amara", "ben", "2999-08-01").refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(skip("amara", "amara", "soon").refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(skip("amara", "amara", "1999-08-01").refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(skip("imelda", "imelda", "2999-08-01").refused, v1::REJECT_REASON_TARGET_GONE);
}

}  // namespace
}  // namespace swarmboard::board
