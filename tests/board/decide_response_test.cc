#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

v1::Command publish(const std::string& id, const std::string& entry,
                    v1::ResponseStatus status = v1::RESPONSE_STATUS_TRIAL) {
  v1::Command command;
  auto& body = *command.mutable_publish_response();
  body.set_id(id);
  body.set_library_id(entry);
  body.set_status(status);
  return command;
}

v1::Record an_outcome(const std::string& id, const std::string& deal, v1::StepClass led_to) {
  v1::ResponseOutcome outcome;
  outcome.set_response("r1");
  outcome.set_deal_id(deal);
  outcome.set_on("2026-01-05");
  outcome.set_buyer_reaction(v1::BUYER_REACTION_OPENED_UP);
  outcome.set_led_to(led_to);
  return a_record(id, outcome);
}

// A response of amara's to an objection, both filed in the library, and a session that runs.
class PublishTest : public ::testing::Test {
 protected:
  PublishTest() {
    v1::Objection objection;
    objection.set_as_heard("You cost more than we planned.");
    objection.set_category(v1::OBJECTION_CATEGORY_PRICE_VALUE);
    objection.set_author("ben");
    v1::Response response;
    response.set_objection("o1");
    response.set_say("Let us look at what a stop costs you.");
    response.set_author("amara");
    response.set_status(v1::RESPONSE_STATUS_DRAFT);
    board_.usual_team().deal("d2", "amara");
    board_.load(a_record("o1", objection)).load(a_record("r1", response));
    board_.open("farah", "s1", "objection_clinic_45");
    board_.all_join({"amara", "ben"});
    board_.join("kavya", v1::SESSION_ROLE_GUEST);
    board_.start("farah", "publish");
  }

  BoardBuilder board_;
};

TEST_F(PublishTest, NewEntryTakesTitleAndCategoryFromTheObjection) {
  ASSERT_TRUE(board_.does("amara", publish("r1", "new_entry")).ok());
  const auto& entry = board_.in_the_library<v1::ObjectionEntry>("new_entry");
  EXPECT_EQ(entry.title(), "You cost more than we planned.");
  EXPECT_EQ(entry.category(), v1::OBJECTION_CATEGORY_PRICE_VALUE);
  EXPECT_EQ(entry.keeper(), "amara");
  EXPECT_EQ(board_.the<v1::ObjectionEntry>("new_entry").title(), entry.title());
  const auto& response = board_.in_the_library<v1::Response>("r1");
  EXPECT_EQ(response.status(), v1::RESPONSE_STATUS_TRIAL);
  EXPECT_EQ(response.library_id(), "new_entry");
  EXPECT_EQ(response.keeper(), "amara");
  EXPECT_EQ(response.say(), "Let us look at what a stop costs you.");
}

TEST_F(PublishTest, ExistingEntryStaysAsItIs) {
  ASSERT_TRUE(board_.does("amara", publish("r1", "new_entry")).ok());
  auto again = publish("r1", "new_entry");
  again.mutable_publish_response()->set_keeper("ben");
  ASSERT_TRUE(board_.does("farah", again).ok());
  EXPECT_EQ(board_.in_the_library<v1::ObjectionEntry>("new_entry").keeper(), "amara");
  EXPECT_EQ(board_.in_the_library<v1::Response>("r1").keeper(), "ben");
}

TEST_F(PublishTest, OnlyRepsPublish) {
  EXPECT_EQ(board_.does("kavya", publish("r1", "e1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

TEST_F(PublishTest, RefusesTheMissingTheNamelessAndTheStranger) {
  EXPECT_EQ(board_.does("amara", publish("nothing", "e1")).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("amara", publish("r1", "")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("amara", publish("r1", "not an id")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("amara", publish("r1", "e1", v1::RESPONSE_STATUS_DRAFT)).refused,
            v1::REJECT_REASON_INVALID);
  auto stranger = publish("r1", "e1");
  stranger.mutable_publish_response()->set_keeper("nobody");
  EXPECT_EQ(board_.does("amara", stranger).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(PublishTest, ProvenNeedsThreeOutcomesWithProgressOnTwoDeals) {
  const auto proven = publish("r1", "e1", v1::RESPONSE_STATUS_PROVEN);
  board_.load(an_outcome("u1", "d1", v1::STEP_CLASS_ADVANCE))
      .load(an_outcome("u2", "d1", v1::STEP_CLASS_ORDER))
      .load(an_outcome("u3", "d2", v1::STEP_CLASS_CONTINUATION));
  EXPECT_EQ(board_.does("amara", proven).refused, v1::REJECT_REASON_NO_EVIDENCE);
  board_.load(an_outcome("u4", "d1", v1::STEP_CLASS_ADVANCE));
  EXPECT_EQ(board_.does("amara", proven).refused, v1::REJECT_REASON_NO_EVIDENCE);
  board_.load(an_outcome("u5", "d2", v1::STEP_CLASS_ADVANCE));
  EXPECT_TRUE(board_.does("amara", proven).ok());
}

TEST_F(PublishTest, LongTitleIsCutAtAWholeCharacter) {
  v1::Objection objection;
  std::string heard(299, 'a');
  heard += "\xF0\x9F\x98\x80 and more";  // Two UTF-16 units that do not fit any more.
  objection.set_as_heard(heard);
  v1::Response response;
  response.set_objection("o_long");
  response.set_author("amara");
  board_.load(a_record("o_long", objection)).load(a_record("r_long", response));
  ASSERT_TRUE(board_.does("amara", publish("r_long", "e_long")).ok());
  EXPECT_EQ(board_.in_the_library<v1::ObjectionEntry>("e_long").title(), std::string(299, 'a'));
}

}  // namespace
}  // namespace swarmboard::board
