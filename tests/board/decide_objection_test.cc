#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

v1::Command merge(const std::string& source, const std::string& into) {
  v1::Command command;
  command.mutable_merge_objection()->set_source(source);
  command.mutable_merge_objection()->set_into(into);
  return command;
}

v1::Command link(const std::string& id, const std::string& entry) {
  v1::Command command;
  command.mutable_link_objection()->set_id(id);
  command.mutable_link_objection()->set_library_id(entry);
  return command;
}

v1::Command concern(const std::string& id, const std::string& text) {
  v1::Command command;
  command.mutable_name_concern()->set_id(id);
  command.mutable_name_concern()->set_real_concern(text);
  command.mutable_name_concern()->set_nature(v1::OBJECTION_NATURE_CONCERN);
  return command;
}

// An objection clinic with three objections of two reporters, after their reveal.
class ObjectionTest : public ::testing::Test {
 protected:
  ObjectionTest() {
    v1::ObjectionEntry entry;
    entry.set_title("Too dear");
    entry.set_status(v1::ENTRY_STATUS_OPEN);
    board_.usual_team().load(a_record("e1", entry));
    board_.open("farah", "s1", "objection_clinic_45");
    board_.all_join({"amara", "ben"});
    board_.start("farah", "collect");
    board_.objection("amara", "o1", "You cost more than we planned.");
    board_.objection("ben", "o2", "The budget does not stretch to this.");
    board_.objection("ben", "o3", "Others ask for less.");
  }

  void reveal() {
    board_.start("farah", "sort");
    board_.reveal("farah", "collect");
  }

  BoardBuilder board_;
};

TEST_F(ObjectionTest, MergedObjectionKeepsItsReporterAndItsWords) {  // Rule 10.
  reveal();
  ASSERT_TRUE(board_.does("amara", merge("o2", "o1")).ok());
  const auto& merged = board_.the<v1::Objection>("o2");
  EXPECT_EQ(merged.merged_into(), "o1");
  EXPECT_EQ(merged.author(), "ben");
  EXPECT_EQ(merged.as_heard(), "The budget does not stretch to this.");
  EXPECT_FALSE(board_.the<v1::Objection>("o1").has_merged_into());
}

TEST_F(ObjectionTest, MergingASurvivorTakesItsSightingsAlong) {
  reveal();
  ASSERT_TRUE(board_.does("amara", merge("o3", "o2")).ok());
  ASSERT_TRUE(board_.does("amara", merge("o2", "o1")).ok());
  EXPECT_EQ(board_.the<v1::Objection>("o3").merged_into(), "o1");
}

TEST_F(ObjectionTest, MergeRefusesItselfTheMissingAndTheMerged) {
  reveal();
  EXPECT_EQ(board_.does("amara", merge("o1", "o1")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("amara", merge("o1", "nothing")).refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.does("amara", merge("o2", "o1")).ok());
  EXPECT_EQ(board_.does("amara", merge("o2", "o1")).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(board_.does("amara", merge("o2", "o3")).refused, v1::REJECT_REASON_PRECONDITION);
  EXPECT_EQ(board_.does("amara", merge("o3", "o2")).refused, v1::REJECT_REASON_PRECONDITION);
}

TEST_F(ObjectionTest, HiddenObjectionIsNotThereForOthersAndWaitsForItsWriter) {
  EXPECT_EQ(board_.does("amara", concern("o2", "He fears blame")).refused,
            v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("ben", concern("o2", "He fears blame")).refused,
            v1::REJECT_REASON_WRONG_STAGE);
}

TEST_F(ObjectionTest, LinkLeadsToAnEntryThatExists) {
  reveal();
  EXPECT_EQ(board_.does("amara", link("o1", "nothing")).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.does("amara", link("nothing", "e1")).refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.does("amara", link("o1", "e1")).ok());
  EXPECT_EQ(board_.the<v1::Objection>("o1").library_id(), "e1");
  EXPECT_EQ(board_.in_the_library<v1::Objection>("o1").library_id(), "e1");
  EXPECT_EQ(board_.does("ben", link("o1", "e1")).refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(ObjectionTest, ConcernNamesWhoSaidIt) {
  reveal();
  EXPECT_EQ(board_.does("ben", concern("o1", "  ")).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.does("ben", concern("o1", std::string(2001, 'x'))).refused,
            v1::REJECT_REASON_TOO_LARGE);
  ASSERT_TRUE(board_.does("ben", concern("o1", "He fears blame")).ok());
  EXPECT_EQ(board_.the<v1::Objection>("o1").real_concern(), "He fears blame");
  EXPECT_EQ(board_.the<v1::Objection>("o1").concern_by(), "ben");
  EXPECT_EQ(board_.the<v1::Objection>("o1").author(), "amara");
}

TEST_F(ObjectionTest, ObserverDoesNotSortObjectionsBeforeTheFloorIsOpen) {
  board_.join("imelda", v1::SESSION_ROLE_OBSERVER);
  reveal();
  EXPECT_EQ(board_.does("imelda", merge("o2", "o1")).refused, v1::REJECT_REASON_NOT_ALLOWED);
}

}  // namespace
}  // namespace swarmboard::board
