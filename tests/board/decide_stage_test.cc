#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class StageTest : public ::testing::Test {
 protected:
  StageTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "hugo"});
  }

  Outcome extend(const std::string& actor, std::uint32_t minutes) {
    v1::Command command;
    command.mutable_extend_stage()->set_add_min(minutes);
    return board_.does(actor, command);
  }

  const v1::Stage& stage(const std::string& key) const { return board_.the<v1::Stage>(key); }

  BoardBuilder board_;
};

// A win-loss review with enough people for its stage without names.
class AnonymousTest : public ::testing::Test {
 protected:
  AnonymousTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "win_loss_45").ok());
    board_.all_join({"ben", "amara", "hugo"});
  }

  void fill_room() { board_.all_join({"farah"}); }

  BoardBuilder board_;
};

TEST_F(StageTest, OneStageRunsAndTheEarlierEnds) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(stage("open").started_at_ms(), board_.now_ms());
  board_.later(180'000);
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  EXPECT_EQ(stage("open").ended_at_ms(), board_.now_ms());
  EXPECT_FALSE(stage("brief").has_ended_at_ms());
  EXPECT_EQ(board_.the<v1::Session>("s1").running_stage(), "brief");
}

TEST_F(StageTest, AStageTakenUpAgainHasTheTimeItHadLeft) {
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(board_.later(60'000).start("greta", "brief").ok());
  ASSERT_TRUE(board_.later(10'000).start("greta", "open").ok());
  EXPECT_EQ(board_.now_ms() - stage("open").started_at_ms(), 60'000);
  EXPECT_FALSE(stage("open").has_ended_at_ms());
}

TEST_F(StageTest, StartingIsRefusedForGoodReasons) {
  EXPECT_EQ(board_.start("ben", "open").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.start("greta", "no_such").refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(board_.start("greta", "open").refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(StageTest, ExtendingAddsMinutes) {
  EXPECT_EQ(extend("greta", 1).refused, v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "open").ok());
  EXPECT_EQ(extend("ben", 1).refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(extend("greta", 0).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(extend("greta", 61).refused, v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(extend("greta", 1).ok());
  ASSERT_TRUE(extend("greta", 2).ok());
  EXPECT_EQ(stage("open").extended_min(), 3U);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(extend("greta", 60).ok());
  }
  EXPECT_EQ(extend("greta", 60).refused, v1::REJECT_REASON_LIMIT_REACHED);
}

TEST_F(StageTest, QuestionsWaitForTheRevealAndOtherCardsDoNot) {
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  ASSERT_TRUE(board_.note("amara", "q1", v1::NOTE_KIND_QUESTION, "Has anybody used it?").ok());
  ASSERT_TRUE(board_.note("hugo", "q2", v1::NOTE_KIND_QUESTION, "Who decides?").ok());
  ASSERT_TRUE(board_.objection("ben", "o1", "We pay for one already").ok());
  EXPECT_EQ(stage("brief").hidden_count(), 2U);
  EXPECT_NE(board_.seen_by("amara").get<v1::Note>("q1"), nullptr);
  EXPECT_EQ(board_.seen_by("hugo").get<v1::Note>("q1"), nullptr);
  EXPECT_EQ(board_.seen_by("greta").get<v1::Note>("q1"), nullptr);
  EXPECT_NE(board_.seen_by("greta").get<v1::Objection>("o1"), nullptr);
  ASSERT_TRUE(board_.start("greta", "clarify").ok());
  EXPECT_EQ(board_.seen_by("greta").get<v1::Note>("q1"), nullptr);
  ASSERT_TRUE(board_.reveal("greta", "brief").ok());
  for (const char* member : {"ben", "greta", "hugo", ""}) {
    EXPECT_NE(board_.seen_by(member).get<v1::Note>("q1"), nullptr) << member;
  }
  EXPECT_EQ(board_.the<v1::Note>("q2").author(), "hugo");
  EXPECT_FALSE(stage("brief").has_hidden_count());
}

TEST_F(StageTest, ACardAfterTheRevealIsOpenAndLate) {
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("hugo", "c1", v1::NOTE_KIND_COMMENT, "Before").ok());
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("amara", "c2", v1::NOTE_KIND_COMMENT, "After").ok());
  EXPECT_FALSE(board_.the<v1::Note>("c1").late());
  EXPECT_TRUE(board_.the<v1::Note>("c2").late());
  EXPECT_NE(board_.seen_by("").get<v1::Note>("c2"), nullptr);
}

TEST_F(StageTest, OnlyTheCardsOfTheStageAreRevealed) {
  ASSERT_TRUE(board_.start("greta", "brief").ok());
  ASSERT_TRUE(board_.note("hugo", "q1", v1::NOTE_KIND_QUESTION, "Who decides?").ok());
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("hugo", "c1", v1::NOTE_KIND_COMMENT, "A thought").ok());
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  EXPECT_NE(board_.seen_by("ben").get<v1::Note>("c1"), nullptr);
  EXPECT_EQ(board_.seen_by("ben").get<v1::Note>("q1"), nullptr);
  EXPECT_EQ(stage("brief").hidden_count(), 1U);
}

TEST_F(StageTest, RevealingIsRefusedForGoodReasons) {
  EXPECT_EQ(board_.reveal("greta", "no_such").refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.reveal("greta", "diagnose").refused, v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "options").ok());
  EXPECT_EQ(board_.reveal("greta", "options").refused, v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  EXPECT_EQ(board_.reveal("hugo", "diagnose").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  ASSERT_TRUE(board_.reveal("greta", "diagnose").ok());
  EXPECT_EQ(board_.reveal("greta", "diagnose").refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(StageTest, OffTheRecordEndsWithTheStageAndIsNotKept) {
  ASSERT_TRUE(board_.start("greta", "options", true).ok());
  EXPECT_EQ(stage("options").visibility(), v1::VISIBILITY_OFF_RECORD);
  EXPECT_NE(board_.note("hugo", "i1", v1::NOTE_KIND_IDEA, "Never written down").refused,
            v1::REJECT_REASON_UNSPECIFIED);
  ASSERT_TRUE(board_.start("greta", "choose").ok());
  EXPECT_EQ(board_.last_decision().ends_off_record, "options");
  ASSERT_TRUE(board_.start("greta", "options").ok());
  EXPECT_EQ(stage("options").visibility(), v1::VISIBILITY_OPEN);
}

TEST_F(StageTest, AStageWithWaitingCardsDoesNotGoOffTheRecord) {
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("hugo", "c1", v1::NOTE_KIND_COMMENT, "Waits").ok());
  ASSERT_TRUE(board_.start("greta", "options").ok());
  EXPECT_EQ(board_.start("greta", "diagnose", true).refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(AnonymousTest, ItNeedsFivePeopleInTheRoom) {
  EXPECT_EQ(board_.start("greta", "unsaid").refused, v1::REJECT_REASON_TOO_FEW_FOR_ANONYMITY);
  EXPECT_TRUE(board_.start("greta", "unsaid", true).ok()) << "off the record instead";
  fill_room();
  ASSERT_TRUE(board_.start("greta", "open").ok());
  ASSERT_TRUE(board_.lose("farah").ok());
  EXPECT_EQ(board_.start("greta", "unsaid").refused, v1::REJECT_REASON_TOO_FEW_FOR_ANONYMITY);
  ASSERT_TRUE(board_.rejoin("farah").ok());
  EXPECT_TRUE(board_.start("greta", "unsaid").ok());
}

TEST_F(AnonymousTest, CardsAppearAtTheRevealWithoutAuthorOrTime) {
  fill_room();
  ASSERT_TRUE(board_.start("greta", "unsaid").ok());
  const std::int64_t began = board_.now_ms();
  ASSERT_TRUE(board_.later(10'000).seal("hugo", 7, v1::NOTE_KIND_UNSAID, "We were late").ok());
  ASSERT_TRUE(board_.later(10'000).seal("ben", 3, v1::NOTE_KIND_UNSAID, "I knew in May").ok());
  EXPECT_EQ(board_.session().get<v1::Note>("sealed7"), nullptr);
  ASSERT_TRUE(board_.reveal("greta", "unsaid").ok());
  std::vector<std::string> order;
  board_.seen_by("").each<v1::Note>([&](const std::string& id, const v1::Note& note) {
    order.push_back(id);
    EXPECT_FALSE(note.has_author());
    EXPECT_TRUE(note.anonymous());
    EXPECT_EQ(note.at_ms(), began);
    EXPECT_EQ(note.stage(), "unsaid");
  });
  EXPECT_EQ(order, (std::vector<std::string>{"sealed3", "sealed7"}));
  EXPECT_EQ(board_.sealed_in("unsaid"), 0U);
}

TEST_F(AnonymousTest, AnUnsignedCardIsJudgedLikeASignedOne) {
  fill_room();
  const auto seal = [&](const std::string& actor, v1::NoteKind kind, const std::string& text) {
    return board_.seal(actor, 1, kind, text).refused;
  };
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, "Too early"), v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "reasons").ok());
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, "Elsewhere"), v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "unsaid").ok());
  board_.all_join({"imelda"});
  EXPECT_EQ(seal("chidi", v1::NOTE_KIND_UNSAID, "Outside"), v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_EQ(seal("imelda", v1::NOTE_KIND_UNSAID, "Observer"), v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_IDEA, "Advice"), v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE);
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, " \n"), v1::REJECT_REASON_INVALID);
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, std::string(20'001, 'x')),
            v1::REJECT_REASON_TOO_LARGE);
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, "Fits"), v1::REJECT_REASON_UNSPECIFIED);
  ASSERT_TRUE(board_.reveal("greta", "unsaid").ok());
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, "Alone"), v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.close("greta").ok());
  EXPECT_EQ(seal("ben", v1::NOTE_KIND_UNSAID, "Over"), v1::REJECT_REASON_SESSION_CLOSED);
}

TEST_F(AnonymousTest, OffTheRecordCardsAreCheckedToo) {
  ASSERT_TRUE(board_.start("greta", "unsaid", true).ok());
  const auto check = [&](v1::Visibility lane) {
    return check_unsigned_card(board_.view(), v1::NOTE_KIND_UNSAID, "Between us", lane,
                               board_.context("ben"));
  };
  ASSERT_TRUE(check(v1::VISIBILITY_OFF_RECORD).has_value());
  EXPECT_EQ(check(v1::VISIBILITY_OFF_RECORD)->stage, "unsaid");
  EXPECT_EQ(check(v1::VISIBILITY_ANONYMOUS).error().reason, v1::REJECT_REASON_WRONG_STAGE);
  EXPECT_EQ(check(v1::VISIBILITY_OPEN).error().reason, v1::REJECT_REASON_INVALID);
  const auto nowhere = check_unsigned_card({State(), board_.library(), ""}, v1::NOTE_KIND_UNSAID,
                                           "x", v1::VISIBILITY_OFF_RECORD, board_.context("ben"));
  EXPECT_EQ(nowhere.error().reason, v1::REJECT_REASON_INVALID);
}

TEST_F(AnonymousTest, SealedCardsDoNotGoOffTheRecord) {
  fill_room();
  ASSERT_TRUE(board_.start("greta", "unsaid").ok());
  ASSERT_TRUE(board_.start("greta", "learn").ok());
  EXPECT_EQ(board_.start("greta", "unsaid", true).refused, v1::REJECT_REASON_PRECONDITION);
}

}  // namespace
}  // namespace swarmboard::board
