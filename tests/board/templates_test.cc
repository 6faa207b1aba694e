#include "server/board/templates.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace swarmboard::board {
namespace {

bool allows(const v1::Stage& stage, v1::NoteKind kind) {
  const auto& items = stage.allowed_notes().items();
  return std::find(items.begin(), items.end(), kind) != items.end();
}

const v1::Stage& stage_of(std::string_view id, std::string_view key) {
  const Template* found = find_template(id);
  if (found == nullptr) {
    throw std::runtime_error("no such template");
  }
  for (const auto& stage : found->stages) {
    if (stage.key == key) {
      return stage.stage;
    }
  }
  throw std::runtime_error("no such stage");
}

TEST(Templates, ThereAreSixteenWithDifferentIds) {
  std::set<std::string_view> ids;
  for (const Template& each : all_templates()) {
    ids.insert(each.id);
    EXPECT_EQ(find_template(each.id), &each);
  }
  EXPECT_EQ(all_templates().size(), 16U);
  EXPECT_EQ(ids.size(), 16U);
  EXPECT_EQ(find_template("no_such_template"), nullptr);
}

TEST(Templates, MinutesOfTheStagesAddUpToTheName) {
  for (const Template& each : all_templates()) {
    std::uint32_t sum = 0;
    for (const auto& stage : each.stages) {
      sum += stage.stage.minutes();
    }
    const std::string_view digits = each.id.substr(each.id.rfind('_') + 1);
    std::uint32_t named = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), named);
    EXPECT_EQ(sum, each.minutes) << each.id;
    EXPECT_EQ(named, each.minutes) << each.id;
  }
}

TEST(Templates, EveryTopicKindOfTheDomainHasOne) {
  std::set<v1::TopicKind> kinds;
  for (const Template& each : all_templates()) {
    kinds.insert(each.topic_kind);
  }
  for (int kind = v1::TopicKind_MIN + 1; kind <= v1::TopicKind_MAX; ++kind) {
    EXPECT_TRUE(kinds.contains(static_cast<v1::TopicKind>(kind))) << kind;
  }
}

TEST(Templates, EveryStageIsCompleteAndInOrder) {
  for (const Template& each : all_templates()) {
    std::set<std::string_view> keys;
    std::uint32_t position = 0;
    for (const auto& [key, stage] : each.stages) {
      SCOPED_TRACE(std::string(each.id) + "/" + std::string(key));
      EXPECT_TRUE(keys.insert(key).second);
      EXPECT_EQ(stage.position(), ++position);
      EXPECT_FALSE(stage.name().empty());
      EXPECT_GT(stage.minutes(), 0U);
      EXPECT_NE(stage.visibility(), v1::VISIBILITY_UNSPECIFIED);
      EXPECT_NE(stage.visibility(), v1::VISIBILITY_OFF_RECORD);
      EXPECT_TRUE(stage.has_allowed_notes());
      EXPECT_FALSE(stage.script().empty());
      EXPECT_FALSE(stage.prompt().empty());
    }
  }
}

TEST(Templates, SomebodyIsThankedAtTheEndAndTheNextFacilitatorNamed) {
  for (const Template& each : all_templates()) {
    const v1::Stage& last = each.stages.back().stage;
    const std::string text = last.script() + last.prompt();
    EXPECT_NE(text.find("hank"), std::string::npos) << each.id;
    EXPECT_TRUE(text.find("next") != std::string::npos) << each.id;
  }
}

TEST(Templates, TheFirstStageTakesGroundRules) {
  for (const Template& each : all_templates()) {
    EXPECT_TRUE(allows(each.stages.front().stage, v1::NOTE_KIND_GROUND_RULE)) << each.id;
  }
}

TEST(Templates, QuestionStagesRefuseAdvice) {
  for (const auto& [id, key] : {std::pair{"deal_swarm_50", "brief"},
                                {"deal_swarm_50", "clarify"},
                                {"quick_assist_20", "clarify"}}) {
    const v1::Stage& stage = stage_of(id, key);
    EXPECT_TRUE(allows(stage, v1::NOTE_KIND_QUESTION)) << id << key;
    EXPECT_FALSE(allows(stage, v1::NOTE_KIND_IDEA)) << id << key;
    EXPECT_FALSE(allows(stage, v1::NOTE_KIND_COMMENT)) << id << key;
  }
}

TEST(Templates, WhereQuestionsAreReadTheyMayBeAnswered) {
  for (const Template& each : all_templates()) {
    for (const auto& [key, stage] : each.stages) {
      const bool hidden = stage.visibility() != v1::VISIBILITY_OPEN || stage.has_private_kinds();
      if (allows(stage, v1::NOTE_KIND_QUESTION) && !hidden) {
        EXPECT_TRUE(allows(stage, v1::NOTE_KIND_ANSWER)) << each.id << "/" << key;
      }
    }
  }
}

TEST(Templates, OnlyTheFirstQuestionsOfASwarmArePrivateInAnOpenStage) {
  const v1::Stage& brief = stage_of("deal_swarm_50", "brief");
  EXPECT_EQ(brief.visibility(), v1::VISIBILITY_OPEN);
  ASSERT_EQ(brief.private_kinds().items_size(), 1);
  EXPECT_EQ(brief.private_kinds().items(0), "QUESTION");
}

TEST(Templates, TheOwnerListensWhereHelpersTalk) {
  for (const Template& each : all_templates()) {
    for (const auto& [key, stage] : each.stages) {
      const bool expected = (each.id == "deal_swarm_50" && key == "options") ||
                            (each.id == "quick_assist_20" && key == "listen");
      EXPECT_EQ(stage.listen_only().items_size() == 1, expected) << each.id << "/" << key;
    }
  }
}

TEST(Templates, TheFloorOpensToObserversLate) {
  EXPECT_FALSE(stage_of("deal_swarm_50", "options").observer_writes());
  EXPECT_TRUE(stage_of("deal_swarm_50", "choose").observer_writes());
  EXPECT_TRUE(stage_of("deal_swarm_50", "close").observer_writes());
  EXPECT_FALSE(stage_of("win_loss_45", "unsaid").observer_writes());
  EXPECT_TRUE(stage_of("win_loss_45", "learn").observer_writes());
  EXPECT_FALSE(stage_of("objection_clinic_45", "close").observer_writes());
}

TEST(Templates, AnonymousStagesAreFewAndNamed) {
  std::set<std::string> found;
  for (const Template& each : all_templates()) {
    for (const auto& [key, stage] : each.stages) {
      if (stage.visibility() == v1::VISIBILITY_ANONYMOUS) {
        found.insert(std::string(each.id) + "/" + std::string(key));
      }
    }
  }
  const std::set<std::string> expected = {"how_to_40/need", "how_to_40/close", "win_loss_45/unsaid",
                                          "team_retro_60/pulse"};
  EXPECT_EQ(found, expected);
}

TEST(Templates, ReplayAudienceIsNarrowWhereTheRoomIsFrank) {
  EXPECT_EQ(find_template("team_retro_60")->default_audience, v1::REPLAY_AUDIENCE_TEAM);
  EXPECT_EQ(find_template("buddy_checkin_20")->default_audience, v1::REPLAY_AUDIENCE_PAIR);
  EXPECT_EQ(find_template("deal_swarm_50")->default_audience, v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
}

TEST(Templates, TheOwnerOfTheAskVotesEverywhereButInSwarms) {
  for (const Template& each : all_templates()) {
    const bool swarm = each.id == "deal_swarm_50" || each.id == "quick_assist_20";
    EXPECT_EQ(each.owner_votes, !swarm) << each.id;
  }
}

}  // namespace
}  // namespace swarmboard::board
