// The kinds of practice_records.proto and help_records.proto, and the rules of record_rules.h.
#include "server/board/record_rules.h"

#include <gtest/gtest.h>

#include "server/board/groups.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;

template <class Body, class Fill>
v1::Command edit(const std::string& id, bool create, Fill fill) {
  v1::Command command;
  command.mutable_edit_record()->set_create(create);
  v1::Record& record = *command.mutable_edit_record()->mutable_record();
  record.set_id(id);
  fill(mutable_body_of<Body>(record));
  return command;
}

v1::Command review(const std::string& reviewer) {
  return edit<v1::WinLossReview>("w1", true, [&](v1::WinLossReview& body) {
    body.set_deal_id("d1");
    body.set_reviewer(reviewer);
  });
}

v1::Command agree(v1::ReasonCode primary) {
  return edit<v1::WinLossReview>("w1", false,
                                 [&](v1::WinLossReview& body) { body.set_primary(primary); });
}

v1::Command tag(const std::string& id, v1::ReasonCode code, v1::EvidenceClass evidence) {
  return edit<v1::ReasonTag>(id, true, [&](v1::ReasonTag& body) {
    body.set_review("w1");
    body.set_code(code);
    body.set_evidence_class(evidence);
  });
}

v1::Command experiment(const std::string& id) {
  return edit<v1::Experiment>(id, true, [&](v1::Experiment& body) {
    body.set_hypothesis("If we ask earlier, fewer deals are lost alone");
    body.set_change("Ask in week two");
    body.set_owner("ben");
    body.set_review_on("2027-01-15");
  });
}

v1::Command tactic(const std::string& id) {
  return edit<v1::Tactic>(id, true, [&](v1::Tactic& body) {
    body.set_competitor_id("c1");
    body.set_text("They offer the first year for nothing");
  });
}

// Ben's deal d1, a competitor, and a session of the given template with its first stage running.
class RecordRulesTest : public ::testing::Test {
 protected:
  void begin(const std::string& template_id, const std::string& stage) {
    board_.usual_team();
    v1::Record competitor;
    competitor.set_id("c1");
    competitor.mutable_competitor()->set_name("Veltrane");
    board_.load(competitor);
    board_.open("greta", "s1", template_id);
    board_.all_join({"amara", "ben", "hugo", "jonas"});
    board_.start("greta", stage);
  }

  BoardBuilder board_;
};

TEST_F(RecordRulesTest, TheOwnerOfADealDoesNotReviewIt) {
  begin("win_loss_45", "open");
  EXPECT_EQ(board_.does("amara", review("ben")).refused, v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
  EXPECT_TRUE(board_.does("amara", review("amara")).ok());
  EXPECT_EQ(board_.the<v1::WinLossReview>("w1").owner(), "ben");
  EXPECT_EQ(board_.in_the_library<v1::WinLossReview>("w1").status(), v1::REVIEW_STATUS_OPEN);
  const auto hand_on = edit<v1::WinLossReview>(
      "w1", false, [](v1::WinLossReview& body) { body.set_reviewer("ben"); });
  EXPECT_EQ(board_.does("amara", hand_on).refused, v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
  const auto voice = edit<v1::CustomerVoice>("v1", true, [](v1::CustomerVoice& body) {
    body.set_review("w1");
    body.set_person("Maud Iversen");
  });
  EXPECT_EQ(board_.does("ben", voice).refused, v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
  EXPECT_TRUE(board_.does("amara", voice).ok());
}

TEST_F(RecordRulesTest, PriceIsAGuessUntilSomethingElseSaysSo) {
  begin("win_loss_45", "timeline");
  ASSERT_TRUE(board_.does("amara", review("amara")).ok());
  const auto price = v1::REASON_CODE_PRICE_VALUE_NOT_SHOWN;
  EXPECT_EQ(board_.does("amara", agree(price)).refused, v1::REJECT_REASON_NO_EVIDENCE);
  ASSERT_TRUE(board_.does("ben", tag("t1", price, v1::EVIDENCE_CLASS_OUR_GUESS)).ok());
  EXPECT_EQ(board_.does("amara", agree(price)).refused, v1::REJECT_REASON_NO_EVIDENCE);
  ASSERT_TRUE(board_
                  .does("ben", tag("t2", v1::REASON_CODE_PRICE_BUDGET_GONE,
                                   v1::EVIDENCE_CLASS_CUSTOMER_SAID))
                  .ok());
  EXPECT_EQ(board_.does("amara", agree(price)).refused, v1::REJECT_REASON_NO_EVIDENCE)
      << "another reason is no evidence for this one";
  ASSERT_TRUE(board_.does("hugo", tag("t3", price, v1::EVIDENCE_CLASS_CUSTOMER_SAID)).ok());
  EXPECT_TRUE(board_.does("amara", agree(price)).ok());
}

TEST_F(RecordRulesTest, OtherReasonsNeedNoSuchEvidence) {
  begin("win_loss_45", "timeline");
  ASSERT_TRUE(board_.does("amara", review("amara")).ok());
  EXPECT_TRUE(board_.does("amara", agree(v1::REASON_CODE_OUR_TEAM_SLOW_ANSWERS)).ok());
}

TEST_F(RecordRulesTest, TheReviewerOrTheFacilitatorPublishes) {
  begin("win_loss_45", "open");
  ASSERT_TRUE(board_.does("amara", review("amara")).ok());
  const auto publish = [](v1::ReviewStatus status) {
    return edit<v1::WinLossReview>("w1", false,
                                   [&](v1::WinLossReview& body) { body.set_status(status); });
  };
  EXPECT_EQ(board_.does("hugo", publish(v1::REVIEW_STATUS_PUBLISHED)).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("greta", publish(v1::REVIEW_STATUS_PUBLISHED)).ok());
  EXPECT_FALSE(board_.the<v1::WinLossReview>("w1").published_on().empty());
  EXPECT_EQ(board_.does("greta", publish(v1::REVIEW_STATUS_OPEN)).refused,
            v1::REJECT_REASON_PRECONDITION);
}

TEST_F(RecordRulesTest, ReasonsWrittenApartStayHiddenUntilTheReveal) {
  begin("win_loss_45", "open");
  ASSERT_TRUE(board_.does("amara", review("amara")).ok());
  board_.start("greta", "reasons");
  const auto code = v1::REASON_CODE_PRICE_GOOD_VALUE;
  ASSERT_TRUE(board_.does("hugo", tag("t1", code, v1::EVIDENCE_CLASS_DOCUMENT)).ok());
  EXPECT_EQ(board_.seen_by("ben").get<v1::ReasonTag>("t1"), nullptr);
  EXPECT_EQ(board_.does("amara", agree(code)).refused, v1::REJECT_REASON_NO_EVIDENCE)
      << "what is hidden must not show through a rule";
  board_.reveal("greta", "reasons");
  EXPECT_NE(board_.seen_by("ben").get<v1::ReasonTag>("t1"), nullptr);
  EXPECT_TRUE(board_.does("amara", agree(code)).ok());
}

TEST_F(RecordRulesTest, AtMostTwoExperimentsAreOpen) {
  begin("team_retro_60", "decide");
  ASSERT_TRUE(board_.does("ben", experiment("e1")).ok());
  ASSERT_TRUE(board_.does("hugo", experiment("e2")).ok());
  EXPECT_EQ(board_.does("ben", experiment("e3")).refused, v1::REJECT_REASON_LIMIT_REACHED);
  const auto result = edit<v1::Experiment>(
      "e1", false, [](v1::Experiment& body) { body.set_result(v1::EXPERIMENT_RESULT_WORKED); });
  ASSERT_TRUE(board_.does("ben", result).ok());
  EXPECT_EQ(board_.the<v1::Experiment>("e1").status(), v1::EXPERIMENT_STATUS_REVIEWED);
  EXPECT_EQ(board_.does("ben", result).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_TRUE(board_.does("ben", experiment("e3")).ok());
}

TEST_F(RecordRulesTest, AMessageCountsItsVersionsAndGetsAKeeper) {
  begin("messaging_workshop_60", "swap_test");
  const auto draft = edit<v1::ValueMessage>("m1", true, [](v1::ValueMessage& body) {
    body.set_audience_role("Plant manager");
    body.set_today("Plans live in one head");
  });
  ASSERT_TRUE(board_.does("ben", draft).ok());
  EXPECT_EQ(board_.the<v1::ValueMessage>("m1").status(), v1::RESPONSE_STATUS_DRAFT);
  const auto mark = [](const std::string& id) {
    return edit<v1::SwapMark>(id, true, [](v1::SwapMark& body) {
      body.set_message("m1");
      body.set_clear(true);
      body.set_rival_could_say(false);
    });
  };
  ASSERT_TRUE(board_.does("hugo", mark("k1")).ok());
  EXPECT_EQ(board_.does("hugo", mark("k2")).refused, v1::REJECT_REASON_ALREADY_EXISTS);
  ASSERT_TRUE(board_.does("amara", mark("k3")).ok());
  ASSERT_TRUE(board_
                  .does("ben", edit<v1::ValueMessage>("m1", false,
                                                      [](v1::ValueMessage& body) {
                                                        body.set_today("Plans live in two heads");
                                                      }))
                  .ok());
  EXPECT_EQ(board_.the<v1::ValueMessage>("m1").version(), 2U);
  const auto publish = edit<v1::ValueMessage>(
      "m1", false, [](v1::ValueMessage& body) { body.set_status(v1::RESPONSE_STATUS_TRIAL); });
  EXPECT_EQ(board_.does("jonas", publish).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("hugo", publish).ok());
  EXPECT_EQ(board_.in_the_library<v1::ValueMessage>("m1").keeper(), "hugo");
  EXPECT_EQ(board_.the<v1::ValueMessage>("m1").version(), 2U);
}

TEST_F(RecordRulesTest, EveryKindWithAGroupCanBeGrouped) {
  begin("competitor_tactics_45", "cluster");
  ASSERT_TRUE(board_.does("ben", tactic("t1")).ok());
  ASSERT_TRUE(board_.does("hugo", tactic("t2")).ok());
  v1::Command group;
  group.mutable_group_cards()->set_id("g1");
  group.mutable_group_cards()->set_title("Money first");
  group.mutable_group_cards()->add_ids("t1");
  group.mutable_group_cards()->add_ids("t2");
  ASSERT_TRUE(board_.does("amara", group).ok());
  EXPECT_EQ(board_.the<v1::Tactic>("t1").group(), "g1");
  EXPECT_TRUE(board_.in_the_library<v1::Tactic>("t1").group().empty()) << "a group is of a board";
  v1::Command remove;
  remove.mutable_remove_record()->mutable_target()->set_kind(kind_of<v1::Tactic>());
  remove.mutable_remove_record()->mutable_target()->set_id("t1");
  ASSERT_TRUE(board_.does("ben", remove).ok());
  EXPECT_EQ(board_.the<v1::NoteGroup>("g1").members().items_size(), 1);
  EXPECT_GE(groupable_kinds().size(), 10U);
}

TEST_F(RecordRulesTest, AMatchCallsASwarmForTheOneWhoAsked) {
  begin("target_huddle_25", "match");
  ASSERT_TRUE(board_
                  .does("ben", edit<v1::HelpAsk>("a1", true,
                                                 [](v1::HelpAsk& body) {
                                                   body.set_text("Who knows their buyer?");
                                                   body.set_deal_id("d1");
                                                 }))
                  .ok());
  const auto offer = edit<v1::HelpOffer>(
      "o1", true, [](v1::HelpOffer& body) { body.set_text("I sold to them before"); });
  ASSERT_TRUE(board_.does("hugo", offer).ok());
  const auto match = [](const std::string& id) {
    return edit<v1::HelpMatch>(id, true, [](v1::HelpMatch& body) {
      body.set_ask("a1");
      body.set_offer("o1");
      body.set_becomes(v1::MATCH_BECOMES_SWARM);
    });
  };
  ASSERT_TRUE(board_.does("greta", match("h1")).ok());
  const std::string swarm = board_.the<v1::HelpMatch>("h1").swarm();
  EXPECT_EQ(board_.the<v1::Swarm>(swarm).owner(), "ben");
  EXPECT_EQ(board_.in_the_library<v1::SwarmMember>(swarm + "/hugo").role(), v1::SWARM_ROLE_HELPER);
  EXPECT_EQ(board_.does("greta", match("h2")).refused, v1::REJECT_REASON_ALREADY_EXISTS);
}

TEST_F(RecordRulesTest, ThePartnerAnswersAHandover) {
  begin("lifecycle_handover_30", "why_they_bought");
  const auto open = edit<v1::Handover>("h1", true, [](v1::Handover& body) {
    body.set_deal_id("d1");
    body.set_to_team(v1::PARTNER_TEAM_CUSTOMER_SUCCESS);
  });
  EXPECT_EQ(board_.does("hugo", open).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("ben", open).ok());
  const auto answer = edit<v1::Handover>(
      "h1", false, [](v1::Handover& body) { body.set_status(v1::HANDOVER_STATUS_ACCEPTED); });
  EXPECT_EQ(board_.does("ben", answer).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.does("jonas", answer).ok());
  EXPECT_EQ(board_.the<v1::Handover>("h1").answered_by(), "jonas");
}

TEST_F(RecordRulesTest, ACheckInIsLoggedByThePair) {
  begin("win_loss_45", "open");
  const auto pair = [](const std::string& b) {
    return edit<v1::BuddyPair>("p1", true, [&](v1::BuddyPair& body) {
      body.set_a("ben");
      body.set_b(b);
    });
  };
  EXPECT_EQ(board_.in_library("ben", pair("ben")).refused, v1::REJECT_REASON_INVALID);
  ASSERT_TRUE(board_.in_library("ben", pair("hugo")).ok());
  const auto check_in = edit<v1::BuddyCheckIn>("k1", true, [](v1::BuddyCheckIn& body) {
    body.set_pair("p1");
    body.set_held_on("2026-11-20");
  });
  EXPECT_EQ(board_.in_library("amara", check_in).refused, v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_TRUE(board_.in_library("hugo", check_in).ok());
}

TEST_F(RecordRulesTest, FiguresOfAPersonGoToThatPersonAndTheManager) {
  begin("target_huddle_25", "where");
  v1::Command target;
  target.mutable_set_target()->set_id("q1");
  target.mutable_set_target()->set_starts("2026-10-01");
  target.mutable_set_target()->set_ends("2026-12-31");
  target.mutable_set_target()->set_team_target(100);
  EXPECT_EQ(board_.in_library("ben", target).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.in_library("imelda", target).ok());
  v1::Command progress;
  progress.mutable_set_progress()->set_period("q1");
  progress.mutable_set_progress()->set_member("ben");
  progress.mutable_set_progress()->set_target(10);
  progress.mutable_set_progress()->set_to_date(4);
  ASSERT_TRUE(board_.in_library("imelda", progress).ok());
  EXPECT_TRUE(board_.last_decision().private_act);
  EXPECT_TRUE(board_.last_decision().patch.upsert().empty());
  ASSERT_EQ(board_.last_decision().lanes.size(), 1U);
  EXPECT_EQ(board_.last_decision().lanes[0].members, (std::vector<std::string>{"ben", "imelda"}));
}

}  // namespace
}  // namespace swarmboard::board
