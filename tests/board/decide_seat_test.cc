#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class SeatTest : public ::testing::Test {
 protected:
  SeatTest() {
    board_.usual_team().at(0);
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "hugo", "imelda", "jonas"});
  }

  const v1::Seat& seat() const { return board_.the<v1::Seat>("seat"); }

  Outcome feedback(const std::string& from, const std::string& to, std::uint32_t rating,
                   const std::string& text = "Well led") {
    v1::Command command;
    command.mutable_give_feedback()->set_to(to);
    command.mutable_give_feedback()->set_rating(rating);
    command.mutable_give_feedback()->set_text(text);
    return board_.does(from, command);
  }

  Outcome nominate(const std::string& actor, const std::string& member,
                   const std::string& template_id) {
    v1::Command command;
    command.mutable_nominate_next()->set_member(member);
    command.mutable_nominate_next()->set_template_id(template_id);
    return board_.does(actor, command);
  }

  BoardBuilder board_;
};

TEST_F(SeatTest, TheOpenerLeads) {
  EXPECT_EQ(seat().state(), v1::SEAT_STATE_HELD);
  EXPECT_EQ(seat().holder(), "greta");
  const auto& turn = board_.the<v1::FacilitationTurn>("turn-0001");
  EXPECT_EQ(turn.member(), "greta");
  EXPECT_EQ(turn.how(), v1::SEAT_HOW_OPENED);
  EXPECT_FALSE(turn.has_to_ms());
}

TEST_F(SeatTest, AnotherFacilitatorHasTheGraceTimeToCome) {
  ASSERT_TRUE(
      board_.open("imelda", "s2", "objection_clinic_45", v1::REPLAY_AUDIENCE_UNSPECIFIED, "chidi")
          .ok());
  EXPECT_EQ(seat().state(), v1::SEAT_STATE_RESERVED);
  EXPECT_EQ(seat().holder(), "chidi");
  EXPECT_EQ(board_.claim("imelda").refused, v1::REJECT_REASON_SEAT_RESERVED);
  board_.later(30'000);
  ASSERT_TRUE(board_.join("chidi").ok());
  EXPECT_EQ(seat().state(), v1::SEAT_STATE_HELD);
  const auto& turn = board_.the<v1::FacilitationTurn>("turn-0001");
  EXPECT_EQ(turn.member(), "chidi");
  EXPECT_EQ(turn.from_ms(), board_.now_ms());
  EXPECT_EQ(turn.how(), v1::SEAT_HOW_OPENED);
}

TEST_F(SeatTest, AFacilitatorWhoNeverComesLeavesTheSeatToTheRoom) {
  ASSERT_TRUE(
      board_.open("imelda", "s2", "objection_clinic_45", v1::REPLAY_AUDIENCE_UNSPECIFIED, "chidi")
          .ok());
  board_.later(60'000);
  ASSERT_TRUE(board_.join("hugo").ok());
  EXPECT_TRUE(board_.claim("hugo").ok());
  EXPECT_EQ(seat().holder(), "hugo");
}

TEST_F(SeatTest, HandOverEndsOneTurnAndBeginsAnother) {
  board_.later(5'000);
  ASSERT_TRUE(board_.hand_over("greta", "hugo").ok());
  EXPECT_EQ(seat().holder(), "hugo");
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0001").to_ms(), board_.now_ms());
  const auto& turn = board_.the<v1::FacilitationTurn>("turn-0002");
  EXPECT_EQ(turn.member(), "hugo");
  EXPECT_EQ(turn.how(), v1::SEAT_HOW_HANDED_OVER);
  EXPECT_EQ(board_.start("greta", "open").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_TRUE(board_.start("hugo", "open").ok());
}

TEST_F(SeatTest, HandOverGoesToSomebodyWhoIsHere) {
  EXPECT_EQ(board_.hand_over("greta", "greta").refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.hand_over("greta", "chidi").refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.lose("hugo").ok());
  EXPECT_EQ(board_.hand_over("greta", "hugo").refused, v1::REJECT_REASON_PRECONDITION);
  EXPECT_EQ(board_.hand_over("ben", "amara").refused, v1::REJECT_REASON_NOT_FACILITATOR);
}

TEST_F(SeatTest, AHeldSeatCannotBeClaimed) {
  EXPECT_EQ(board_.claim("hugo").refused, v1::REJECT_REASON_SEAT_TAKEN);
  EXPECT_EQ(board_.claim("greta").refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(SeatTest, SomebodyWhoIsGoneCannotClaim) {
  ASSERT_TRUE(board_.lose("greta").ok());
  ASSERT_TRUE(board_.lose("hugo").ok());
  board_.later(60'000);
  EXPECT_EQ(board_.claim("hugo").refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(SeatTest, TheServerVacatesAtTheEndOfTheGraceTime) {
  ASSERT_TRUE(board_.lose("greta").ok());
  const std::int64_t until = seat().reserved_until_ms();
  EXPECT_EQ(until, board_.now_ms() + 60'000);
  EXPECT_EQ(board_.vacate().refused, v1::REJECT_REASON_PRECONDITION);
  board_.later(60'250);  // Timers are never early and seldom exact.
  ASSERT_TRUE(board_.vacate().ok());
  EXPECT_EQ(seat().state(), v1::SEAT_STATE_VACANT);
  EXPECT_FALSE(seat().has_holder());
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0001").to_ms(), until);
  EXPECT_EQ(board_.vacate().refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(SeatTest, ATimerOfAnEarlierDropHasNoEffect) {
  ASSERT_TRUE(board_.lose("greta").ok());
  v1::Command timer;
  timer.mutable_vacate_seat()->set_generation(seat().generation());
  board_.later(10'000);
  ASSERT_TRUE(board_.rejoin("greta").ok());
  board_.later(1'000);
  ASSERT_TRUE(board_.lose("greta").ok());
  board_.later(59'000);
  EXPECT_EQ(board_.server_does(timer).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(seat().state(), v1::SEAT_STATE_RESERVED);
}

TEST_F(SeatTest, AClaimAfterTheGraceTimeNeedsNoTimer) {
  ASSERT_TRUE(board_.lose("greta").ok());
  const std::int64_t until = seat().reserved_until_ms();
  board_.later(63'000);
  ASSERT_TRUE(board_.claim("hugo").ok());
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0001").to_ms(), until);
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0002").from_ms(), board_.now_ms());
  EXPECT_EQ(board_.the<v1::FacilitationTurn>("turn-0002").how(), v1::SEAT_HOW_CLAIMED);
}

TEST_F(SeatTest, TheTeamsOwnGraceTimeCounts) {
  BoardBuilder other;
  v1::TeamRules rules;
  rules.set_seat_grace_s(10);
  other.rules(rules).rep("a").rep("b");
  ASSERT_TRUE(other.open("a", "s", "quick_assist_20").ok());
  other.all_join({"b"});
  ASSERT_TRUE(other.leave("a").ok());
  other.later(9'999);
  EXPECT_EQ(other.claim("b").refused, v1::REJECT_REASON_SEAT_RESERVED);
  other.later(1);
  EXPECT_TRUE(other.claim("b").ok());
}

TEST_F(SeatTest, FeedbackIsForTheFacilitatorAndTheGiverOnly) {
  ASSERT_TRUE(feedback("amara", "greta", 5, "The rule of no advice").ok());
  const auto has_feedback = [&](const std::string& member) {
    bool found = false;
    board_.seen_by(member).each<v1::FacilitatorFeedback>(
        [&](const std::string&, const auto&) { found = true; });
    return found;
  };
  EXPECT_TRUE(has_feedback("amara"));
  EXPECT_TRUE(has_feedback("greta"));
  EXPECT_FALSE(has_feedback("hugo"));
  EXPECT_FALSE(has_feedback("imelda"));
  EXPECT_FALSE(has_feedback(""));
  EXPECT_TRUE(board_.events().back().public_part().empty());
}

TEST_F(SeatTest, ASecondFeedbackTakesThePlaceOfTheFirst) {
  ASSERT_TRUE(feedback("amara", "greta", 2).ok());
  ASSERT_TRUE(feedback("amara", "greta", 4).ok());
  std::vector<std::uint32_t> ratings;
  board_.session().each<v1::FacilitatorFeedback>(
      [&](const std::string&, const v1::FacilitatorFeedback& one) {
        ratings.push_back(one.rating());
      });
  EXPECT_EQ(ratings, std::vector<std::uint32_t>{4});
}

TEST_F(SeatTest, FeedbackIsRefusedForGoodReasons) {
  EXPECT_EQ(feedback("greta", "greta", 5).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(feedback("amara", "hugo", 5).refused, v1::REJECT_REASON_PRECONDITION);
  EXPECT_EQ(feedback("amara", "greta", 0).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(feedback("amara", "greta", 6).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(feedback("amara", "greta", 5, std::string(1001, 'x')).refused,
            v1::REJECT_REASON_TOO_LARGE);
  EXPECT_EQ(feedback("chidi", "greta", 5).refused, v1::REJECT_REASON_NOT_IN_AUDIENCE);
}

TEST_F(SeatTest, TheFacilitatorNamesTheNextOne) {
  ASSERT_TRUE(nominate("greta", "farah", "objection_clinic_45").ok());
  const auto& rota = board_.in_the_library<v1::Rota>("rota");
  EXPECT_EQ(rota.nominated(), "farah");
  EXPECT_EQ(rota.nominated_template(), "objection_clinic_45");
  EXPECT_EQ(rota.nominated_by(), "greta");
  ASSERT_TRUE(nominate("greta", "chidi", "").ok());
  EXPECT_EQ(board_.in_the_library<v1::Rota>("rota").nominated(), "chidi");
  EXPECT_FALSE(board_.in_the_library<v1::Rota>("rota").has_nominated_template());
}

TEST_F(SeatTest, NominationsAreRefusedForGoodReasons) {
  EXPECT_EQ(nominate("ben", "farah", "").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(nominate("greta", "nobody", "").refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(nominate("greta", "farah", "no_such").refused, v1::REJECT_REASON_INVALID);
}

}  // namespace
}  // namespace swarmboard::board
