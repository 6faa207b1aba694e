#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

v1::Command journey(v1::JourneyStage stage, const std::string& evidence = "") {
  v1::Command command;
  auto& body = *command.mutable_set_journey_stage();
  body.set_deal_id("d9");
  body.set_stage(stage);
  if (!evidence.empty()) {
    body.set_evidence_kind(v1::EVIDENCE_KIND_CUSTOMER_MESSAGE);
    body.set_evidence(evidence);
  }
  return command;
}

v1::Command score(v1::Element element, std::uint32_t level, const std::string& evidence = "") {
  v1::Command command;
  auto& body = *command.mutable_set_score();
  body.set_deal_id("d9");
  body.set_element(element);
  body.set_level(level);
  body.set_evidence(evidence);
  return command;
}

v1::Command person(const std::string& id, const std::string& name) {
  v1::Command command;
  command.mutable_set_stakeholder()->set_id(id);
  command.mutable_set_stakeholder()->set_deal_id("d9");
  command.mutable_set_stakeholder()->mutable_stakeholder()->set_name(name);
  return command;
}

v1::Command play(v1::Strategy strategy, const std::string& why,
                 const std::string& competitor = "k1") {
  v1::Command command;
  auto& body = *command.mutable_set_strategy();
  body.set_deal_id("d9");
  body.set_competitor_id(competitor);
  body.set_strategy(strategy);
  body.set_why(why);
  return command;
}

v1::Command step(const std::string& who, const std::string& what, const std::string& by) {
  v1::Command command;
  auto& body = *command.mutable_set_next_step();
  body.set_deal_id("d9");
  body.set_buyer_person(who);
  body.set_buyer_action(what);
  body.set_by(by);
  return command;
}

template <class Body, class Holds>
std::vector<std::string> ids_where(const State& state, Holds holds) {
  std::vector<std::string> ids;
  state.each<Body>([&](const std::string& id, const Body& body) {
    if (holds(body)) {
      ids.push_back(id);
    }
  });
  return ids;
}

// Ben's deal d9 at DEFINING, its session, and amara as the scribe.
class DealTest : public ::testing::Test {
 protected:
  DealTest() {
    v1::Deal deal;
    deal.set_account("Corbelle Mills");
    deal.set_owner("ben");
    deal.set_stage(v1::JOURNEY_STAGE_DEFINING);
    deal.set_is_open(true);
    v1::Competitor competitor;
    competitor.set_name("Other");
    board_.usual_team().load(a_record("d9", deal)).load(a_record("k1", competitor));
    v1::Command open;
    auto& session = *open.mutable_open_session();
    session.set_session_id("s1");
    session.set_template_id("deal_swarm_50");
    session.mutable_topic()->set_kind(v1::TOPIC_KIND_SPECIFIC_OPPORTUNITY);
    session.mutable_topic()->set_title("How do we reach the decider?");
    session.mutable_topic()->set_deal_id("d9");
    session.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
    board_.in_library("greta", open);
    board_.in("s1").all_join({"amara", "ben", "hugo"});
    board_.assign("greta", v1::SESSION_ROLE_SCRIBE, "amara");
    board_.start("greta", "brief");
  }

  const v1::Deal& deal() const { return board_.in_the_library<v1::Deal>("d9"); }

  BoardBuilder board_;
};

TEST_F(DealTest, ForwardWithoutEvidenceCountsAndIsMarked) {  // Rule 9.
  ASSERT_TRUE(board_.does("ben", journey(v1::JOURNEY_STAGE_CHOOSING)).ok());
  EXPECT_EQ(deal().stage(), v1::JOURNEY_STAGE_CHOOSING);
  EXPECT_TRUE(deal().stage_unproven());
  EXPECT_TRUE(board_.the<v1::Deal>("d9").stage_unproven());
  EXPECT_EQ(board_.does("ben", journey(v1::JOURNEY_STAGE_CHOOSING)).refused,
            v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.does("ben", journey(v1::JOURNEY_STAGE_CHOOSING, "They mailed a list")).ok());
  EXPECT_FALSE(deal().stage_unproven());
}

TEST_F(DealTest, ForwardWithEvidenceIsProvenAndTheEvidenceStays) {  // Rule 9.
  ASSERT_TRUE(board_.does("ben", journey(v1::JOURNEY_STAGE_CHOOSING, "They mailed a list")).ok());
  EXPECT_FALSE(deal().stage_unproven());
  const auto items = ids_where<v1::JourneyEvidence>(
      board_.library(), [](const v1::JourneyEvidence& item) { return item.deal_id() == "d9"; });
  ASSERT_EQ(items.size(), 1U);
  const auto& item = board_.in_the_library<v1::JourneyEvidence>(items.front());
  EXPECT_EQ(item.text(), "They mailed a list");
  EXPECT_EQ(item.stage(), v1::JOURNEY_STAGE_CHOOSING);
  EXPECT_EQ(item.entered_by(), "ben");
  EXPECT_EQ(item.session_id(), "s1");
  // What was shown for the stage that is left now proves the next move.
  ASSERT_TRUE(board_.does("ben", journey(v1::JOURNEY_STAGE_PROVING)).ok());
  EXPECT_FALSE(deal().stage_unproven());
}

TEST_F(DealTest, BackNeedsNoExcuse) {  // Rule 9.
  ASSERT_TRUE(board_.does("ben", journey(v1::JOURNEY_STAGE_AWARE)).ok());
  EXPECT_EQ(deal().stage(), v1::JOURNEY_STAGE_AWARE);
  EXPECT_FALSE(deal().stage_unproven());
}

TEST_F(DealTest, JourneyRefusesNoStageAndEvidenceOfNoKind) {
  EXPECT_EQ(board_.does("ben", journey(v1::JOURNEY_STAGE_UNSPECIFIED)).refused,
            v1::REJECT_REASON_INVALID);
  auto vague = journey(v1::JOURNEY_STAGE_CHOOSING, "They mailed a list");
  vague.mutable_set_journey_stage()->clear_evidence_kind();
  EXPECT_EQ(board_.does("ben", vague).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", journey(v1::JOURNEY_STAGE_CHOOSING, std::string(2001, 'x'))).refused,
            v1::REJECT_REASON_TOO_LARGE);
}

TEST_F(DealTest, LevelsTwoAndThreeNeedEvidence) {  // Rule 9.
  EXPECT_EQ(board_.does("ben", score(v1::ELEMENT_METRICS, 2)).refused,
            v1::REJECT_REASON_NO_EVIDENCE);
  EXPECT_EQ(board_.does("ben", score(v1::ELEMENT_METRICS, 3, "  ")).refused,
            v1::REJECT_REASON_NO_EVIDENCE);
  EXPECT_EQ(board_.does("ben", score(v1::ELEMENT_METRICS, 4, "told")).refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_TRUE(board_.does("ben", score(v1::ELEMENT_METRICS, 1)).ok());
  ASSERT_TRUE(board_.does("ben", score(v1::ELEMENT_METRICS, 2, "Her slide")).ok());
  const auto& element = board_.in_the_library<v1::ScoreElement>("d9/METRICS");
  EXPECT_EQ(element.level(), 2U);
  EXPECT_EQ(element.evidence(), "Her slide");
  EXPECT_EQ(element.by(), "ben");
  EXPECT_EQ(board_.does("ben", score(v1::ELEMENT_METRICS, 2, "Her slide")).refused,
            v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(DealTest, OwnerScribeAndOwnerOfTheAskWriteTheDealOthersDoNot) {
  EXPECT_TRUE(board_.does("amara", score(v1::ELEMENT_CHAMPION, 1)).ok());
  EXPECT_EQ(board_.does("hugo", score(v1::ELEMENT_CHAMPION, 0)).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("amara", step("Nora", "Signs", "2026-03-01")).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.does("amara", play(v1::STRATEGY_FLANK, "why")).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "hugo").ok());
  EXPECT_TRUE(board_.does("hugo", score(v1::ELEMENT_CHAMPION, 0)).ok());
  EXPECT_TRUE(board_.does("hugo", play(v1::STRATEGY_FLANK, "why")).ok());
}

TEST_F(DealTest, RolesOfASessionEndAtItsDeal) {
  auto elsewhere = score(v1::ELEMENT_CHAMPION, 1);
  elsewhere.mutable_set_score()->set_deal_id("d1");
  EXPECT_EQ(board_.does("amara", elsewhere).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_TRUE(board_.does("ben", elsewhere).ok());  // His own.
  elsewhere.mutable_set_score()->set_deal_id("nothing");
  EXPECT_EQ(board_.does("ben", elsewhere).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(DealTest, PersonIsMadeAndThenChangedFieldByField) {
  auto nora = person("st1", "Nora Hale");
  nora.mutable_set_stakeholder()->mutable_stakeholder()->set_influence(3);
  ASSERT_TRUE(board_.does("ben", nora).ok());
  auto change = person("st1", "");
  change.mutable_set_stakeholder()->mutable_stakeholder()->clear_name();
  change.mutable_set_stakeholder()->mutable_stakeholder()->set_stance(v1::STANCE_OPPOSED);
  ASSERT_TRUE(board_.does("amara", change).ok());
  const auto& stakeholder = board_.in_the_library<v1::Stakeholder>("st1");
  EXPECT_EQ(stakeholder.name(), "Nora Hale");
  EXPECT_EQ(stakeholder.influence(), 3U);
  EXPECT_EQ(stakeholder.stance(), v1::STANCE_OPPOSED);
  EXPECT_EQ(stakeholder.deal_id(), "d9");
}

TEST_F(DealTest, PersonRefusals) {
  EXPECT_EQ(board_.does("ben", person("st1", " ")).refused, v1::REJECT_REASON_INVALID);
  auto mighty = person("st1", "Nora Hale");
  mighty.mutable_set_stakeholder()->mutable_stakeholder()->set_influence(4);
  EXPECT_EQ(board_.does("ben", mighty).refused, v1::REJECT_REASON_INVALID);
  auto reports = person("st1", "Nora Hale");
  reports.mutable_set_stakeholder()->mutable_stakeholder()->set_reports_to("nobody");
  EXPECT_EQ(board_.does("ben", reports).refused, v1::REJECT_REASON_TARGET_GONE);
  auto strange = person("st1", "Nora Hale");
  strange.mutable_set_stakeholder()->mutable_stakeholder()->set_our_owner("nobody");
  EXPECT_EQ(board_.does("ben", strange).refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.does("ben", person("st1", "Nora Hale")).ok());
  auto moved = person("st1", "Nora Hale");
  moved.mutable_set_stakeholder()->set_deal_id("d1");
  EXPECT_EQ(board_.does("ben", moved).refused, v1::REJECT_REASON_ALREADY_EXISTS);
}

TEST_F(DealTest, EarlierPlaysStayAsHistory) {
  ASSERT_TRUE(board_.does("ben", play(v1::STRATEGY_FRONTAL, "Their sheet asks for it")).ok());
  EXPECT_EQ(board_.does("ben", play(v1::STRATEGY_FRONTAL, "Their sheet asks for it")).refused,
            v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.does("ben", play(v1::STRATEGY_FRAGMENT, "Leave finance alone")).ok());
  const auto all =
      ids_where<v1::CompetitivePlay>(board_.library(), [](const auto&) { return true; });
  const auto current = ids_where<v1::CompetitivePlay>(
      board_.library(), [](const v1::CompetitivePlay& play) { return play.current(); });
  EXPECT_EQ(all.size(), 2U);
  ASSERT_EQ(current.size(), 1U);
  EXPECT_EQ(board_.in_the_library<v1::CompetitivePlay>(current.front()).strategy(),
            v1::STRATEGY_FRAGMENT);
  EXPECT_EQ(board_.does("ben", play(v1::STRATEGY_FLANK, "why", "nobody")).refused,
            v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(DealTest, NewStepReplacesTheOneThatWaited) {  // Rule 8.
  ASSERT_TRUE(board_.does("ben", step("", "We follow up next week", "2026-03-01")).ok());
  ASSERT_TRUE(board_.does("ben", step("Nora Hale", "Sends the export", "2026-03-01")).ok());
  const auto waiting = ids_where<v1::NextStep>(board_.library(), [](const v1::NextStep& next) {
    return next.status() == v1::NEXT_STEP_STATUS_WAITING;
  });
  const auto replaced = ids_where<v1::NextStep>(board_.library(), [](const v1::NextStep& next) {
    return next.status() == v1::NEXT_STEP_STATUS_REPLACED;
  });
  ASSERT_EQ(waiting.size(), 1U);
  ASSERT_EQ(replaced.size(), 1U);
  EXPECT_EQ(board_.in_the_library<v1::NextStep>(waiting.front()).step_class(),
            v1::STEP_CLASS_ADVANCE);
  EXPECT_EQ(board_.in_the_library<v1::NextStep>(replaced.front()).step_class(),
            v1::STEP_CLASS_CONTINUATION);
}

TEST_F(DealTest, StepIsResolvedOnce) {
  ASSERT_TRUE(board_.does("ben", step("Nora Hale", "Sends the export", "2026-03-01")).ok());
  const auto waiting = ids_where<v1::NextStep>(board_.library(), [](const auto&) { return true; });
  v1::Command resolve;
  resolve.mutable_resolve_next_step()->set_id(waiting.front());
  EXPECT_EQ(board_.does("ben", resolve).refused, v1::REJECT_REASON_INVALID);
  resolve.mutable_resolve_next_step()->set_status(v1::NEXT_STEP_STATUS_HAPPENED);
  EXPECT_EQ(board_.does("hugo", resolve).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("ben", resolve).ok());
  EXPECT_EQ(board_.does("ben", resolve).refused, v1::REJECT_REASON_PRECONDITION);
  resolve.mutable_resolve_next_step()->set_id("nothing");
  EXPECT_EQ(board_.does("ben", resolve).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(DealTest, StepNeedsWordsAndARealDay) {
  EXPECT_EQ(board_.does("ben", step("Nora", " ", "2026-03-01")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", step("Nora", "Signs", "in spring")).refused,
            v1::REJECT_REASON_INVALID);
}

TEST_F(DealTest, OffTheRecordNothingIsWrittenDown) {
  ASSERT_TRUE(board_.start("greta", "clarify", true).ok());
  EXPECT_EQ(board_.does("ben", step("Nora", "Signs", "2026-03-01")).refused,
            v1::REJECT_REASON_WRONG_STAGE);
  EXPECT_EQ(board_.does("ben", score(v1::ELEMENT_METRICS, 1)).refused,
            v1::REJECT_REASON_WRONG_STAGE);
}

}  // namespace
}  // namespace swarmboard::board
