#include "server/board/record_check.h"

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/patch_builder.h"

namespace swarmboard::board {
namespace {

// A session with an objection, and a library with a deal and a member.
class RecordCheckTest : public ::testing::Test {
 protected:
  RecordCheckTest() {
    v1::Patch session, library;
    create<v1::Objection>(session, "o1").set_as_heard("Too dear");
    create<v1::Note>(session, "hidden").set_text("Ben's");
    only_for(*session.mutable_upsert()->rbegin(), {"ben"});
    create<v1::Deal>(library, "d1");
    create<v1::Member>(library, "ben");
    EXPECT_TRUE(apply_patch(session_, session).has_value());
    EXPECT_TRUE(apply_patch(library_, library).has_value());
  }

  template <class Body>
  v1::RejectReason check_new_body(const Body& body, const std::string& audience = {}) const {
    v1::Record record;
    record.set_id("x");
    mutable_body_of<Body>(record) = body;
    const auto no = check_new(view_, record, audience);
    return no ? no->reason : v1::REJECT_REASON_UNSPECIFIED;
  }

  template <class Body>
  v1::RejectReason check_edit(const Body& body, std::initializer_list<std::uint32_t> cleared = {}) {
    v1::EditRecord command;
    command.mutable_record()->set_id("x");
    mutable_body_of<Body>(*command.mutable_record()) = body;
    for (const std::uint32_t number : cleared) {
      command.add_clear(number);
    }
    const auto no = check_change(view_, command, {});
    return no ? no->reason : v1::REJECT_REASON_UNSPECIFIED;
  }

  static v1::Objection objection() {
    v1::Objection body;
    body.set_as_heard("Too dear");
    return body;
  }

  static v1::Note note() {
    v1::Note body;
    body.set_kind(v1::NOTE_KIND_IDEA);
    body.set_text("x");
    return body;
  }

  State session_;
  State library_;
  View view_{session_, library_, "s1"};
};

constexpr auto kFine = v1::REJECT_REASON_UNSPECIFIED;
constexpr auto kInvalid = v1::REJECT_REASON_INVALID;

TEST_F(RecordCheckTest, TakesWhatIsRight) {
  v1::Objection body = objection();
  body.set_category(v1::OBJECTION_CATEGORY_BUDGET);
  body.set_deal_id("d1");
  EXPECT_EQ(check_new_body(body), kFine);
}

TEST_F(RecordCheckTest, TextsHaveALengthInUtf16) {
  v1::Objection body = objection();
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "\U0001F642";
  }
  body.set_as_heard(text);
  EXPECT_EQ(check_new_body(body), kFine) << "2,000 units are the limit";
  body.set_as_heard(text + "x");
  EXPECT_EQ(check_new_body(body), v1::REJECT_REASON_TOO_LARGE);
  v1::Note long_note = note();
  long_note.set_text(std::string(20'001, 'x'));
  EXPECT_EQ(check_new_body(long_note), v1::REJECT_REASON_TOO_LARGE);
}

TEST_F(RecordCheckTest, RequiredFieldsMustSaySomething) {
  EXPECT_EQ(check_new_body(v1::Objection()), kInvalid);
  v1::Objection blank;
  blank.set_as_heard(" \u00a0\n");
  EXPECT_EQ(check_new_body(blank), kInvalid);
  v1::Note no_kind;
  no_kind.set_text("x");
  EXPECT_EQ(check_new_body(no_kind), kInvalid);
  EXPECT_EQ(check_edit(blank), kInvalid);
  EXPECT_EQ(check_edit(v1::Objection(), {v1::Objection::kAsHeardFieldNumber}), kInvalid);
  EXPECT_EQ(check_edit(objection(), {v1::Objection::kAsHeardFieldNumber}), kFine);
}

TEST_F(RecordCheckTest, NobodyForgesWhatTheServerSets) {
  v1::Objection body = objection();
  body.set_author("ben");
  EXPECT_EQ(check_new_body(body), kInvalid);
  EXPECT_EQ(check_edit(body), kInvalid);
  EXPECT_EQ(check_edit(objection(), {v1::Objection::kAuthorFieldNumber}), kInvalid);
  v1::Note anonymous = note();
  anonymous.set_anonymous(true);
  EXPECT_EQ(check_new_body(anonymous), kInvalid);
}

TEST_F(RecordCheckTest, FrozenFieldsAreSetOnce) {
  v1::Note body = note();
  EXPECT_EQ(check_new_body(body), kFine);
  EXPECT_EQ(check_edit(body), kInvalid) << "the kind of a note is frozen";
  body.clear_kind();
  EXPECT_EQ(check_edit(body), kFine);
  EXPECT_EQ(check_edit(body, {v1::Note::kKindFieldNumber}), kInvalid);
  EXPECT_EQ(check_edit(body, {12345}), kInvalid);
}

TEST_F(RecordCheckTest, WordsOfEnumsMustBeKnown) {
  v1::Objection body = objection();
  body.set_category(static_cast<v1::ObjectionCategory>(999));
  EXPECT_EQ(check_new_body(body), kInvalid);
  body.set_category(v1::OBJECTION_CATEGORY_UNSPECIFIED);
  EXPECT_EQ(check_new_body(body), kInvalid);
  v1::Stakeholder person;
  person.set_name("Owen");
  person.mutable_roles()->add_items(static_cast<v1::StakeholderRole>(999));
  EXPECT_EQ(check_new_body(person), kInvalid);
}

TEST_F(RecordCheckTest, NumbersHaveARange) {
  v1::Stakeholder person;
  person.set_name("Owen");
  for (const std::uint32_t influence : {0U, 4U}) {
    person.set_influence(influence);
    EXPECT_EQ(check_new_body(person), kInvalid) << influence;
  }
  person.set_influence(3);
  EXPECT_EQ(check_new_body(person), kFine);
}

TEST_F(RecordCheckTest, DatesMustExist) {
  v1::Evidence body;
  body.set_on("o1");
  body.set_kind(v1::EVIDENCE_SORT_STORY);
  body.set_text("They said so");
  body.set_valid_until("2026-02-28");
  EXPECT_EQ(check_new_body(body), kFine);
  body.set_valid_until("2026-02-30");
  EXPECT_EQ(check_new_body(body), kInvalid);
}

TEST_F(RecordCheckTest, ListsHaveALength) {
  v1::Note body = note();
  for (int i = 0; i < 20; ++i) {
    body.mutable_refs()->add_items("o1");
  }
  EXPECT_EQ(check_new_body(body), kFine);
  body.mutable_refs()->add_items("o1");
  EXPECT_EQ(check_new_body(body), v1::REJECT_REASON_TOO_LARGE);
}

TEST_F(RecordCheckTest, LinksLeadToRecordsOfTheRightKind) {
  v1::Response body;
  body.set_objection("o1");
  EXPECT_EQ(check_new_body(body), kFine);
  body.set_objection("gone");
  EXPECT_EQ(check_new_body(body), v1::REJECT_REASON_TARGET_GONE);
  body.set_objection("d1");
  EXPECT_EQ(check_new_body(body), v1::REJECT_REASON_TARGET_GONE) << "a deal is no objection";
  body.set_objection("not an id!");
  EXPECT_EQ(check_new_body(body), kInvalid);
}

TEST_F(RecordCheckTest, LinksLeadToWhatTheAudienceSees) {
  v1::Note body = note();
  body.set_builds_on("hidden");
  EXPECT_EQ(check_new_body(body), v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(check_new_body(body, "ben"), kFine);
  EXPECT_EQ(check_new_body(body, "amara"), v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(RecordCheckTest, RefusalsNameTheFieldAndNotItsText) {
  v1::Record record;
  record.set_id("x");
  record.mutable_objection()->set_as_heard(std::string(3000, 'z'));
  const auto no = check_new(view_, record, {});
  ASSERT_TRUE(no);
  EXPECT_NE(no->detail.find("as_heard"), std::string::npos);
  EXPECT_EQ(no->detail.find("zz"), std::string::npos);
}

}  // namespace
}  // namespace swarmboard::board
