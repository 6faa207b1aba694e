// Every record and field policy of the proto files is complete and makes sense. A new record kind
// that forgets something fails here.
#include "server/board/policy.h"

#include <set>

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

namespace swarmboard::board {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const Descriptor& body_of_kind(Kind kind) {
  return *v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind))->message_type();
}

template <class Fn>
void each_kind(Fn fn) {
  for (const Kind kind : all_kinds()) {
    SCOPED_TRACE(std::string(kind_name(kind)));
    fn(kind, record_policy(kind), body_of_kind(kind));
  }
}

template <class Fn>
void each_field(const Descriptor& body, Fn fn) {
  for (int i = 0; i < body.field_count(); ++i) {
    SCOPED_TRACE(body.field(i)->full_name());
    fn(*body.field(i), field_policy(*body.field(i)));
  }
}

TEST(Kinds, TraitsAgreeWithTheDescriptors) {
  EXPECT_EQ(kind_of<v1::Note>(), 15U);
  EXPECT_EQ(kind_name(kind_of<v1::ObjectionEntry>()), "objection_entry");
  EXPECT_EQ(kind_named("seat"), kind_of<v1::Seat>());
  EXPECT_EQ(kind_named("id"), std::nullopt);
  EXPECT_EQ(kind_named("nothing"), std::nullopt);
  EXPECT_EQ(kind_name(1), "") << "the id is no kind";
  EXPECT_EQ(
      all_kinds().size(),
      static_cast<std::size_t>(v1::Record::descriptor()->FindOneofByName("body")->field_count()));
}

TEST(Policy, EveryKindHasAHome) {
  each_kind([](Kind kind, const v1::RecordPolicy& policy, const Descriptor&) {
    EXPECT_NE(policy.home(), v1::HOME_UNSPECIFIED);
    if (kind < 100) {  // Later ones are numbered as they came.
      EXPECT_EQ(policy.home() == v1::HOME_LIBRARY, kind >= 40);
    }
  });
}

TEST(Policy, WhoIsAlwaysNamed) {
  each_kind([](Kind, const v1::RecordPolicy& policy, const Descriptor&) {
    for (const auto& list : {policy.create(), policy.edit(), policy.remove()}) {
      for (const int who : list) {
        EXPECT_TRUE(v1::Who_IsValid(who) && who != v1::WHO_UNSPECIFIED);
      }
    }
    for (const int who : policy.create()) {
      EXPECT_NE(who, v1::WHO_AUTHOR) << "nobody is the author of what is not there";
    }
  });
}

TEST(Policy, WhatPeopleCreateIsBoundedAndSigned) {
  each_kind([](Kind, const v1::RecordPolicy& policy, const Descriptor& body) {
    if (policy.create().empty()) {
      EXPECT_FALSE(policy.content());
      return;
    }
    const auto* author = body.FindFieldByName("author");
    ASSERT_NE(author, nullptr);
    EXPECT_TRUE(field_policy(*author).server_set());
    if (policy.home() != v1::HOME_LIBRARY || policy.content()) {
      EXPECT_GT(policy.board_max(), 0U);
      EXPECT_NE(body.FindFieldByName("at_ms"), nullptr);
    }
  });
}

TEST(Policy, KindsWithLanesSayHowStagesNameThem) {
  std::set<std::string> names;
  each_kind([&](Kind, const v1::RecordPolicy& policy, const Descriptor& body) {
    if (policy.lane() != v1::LANE_RULE_STAGE) {
      EXPECT_TRUE(policy.stage_kind().empty());
      return;
    }
    EXPECT_TRUE(names.insert(policy.stage_kind()).second) << "a name of its own";
    EXPECT_FALSE(policy.stage_kind().empty());
    EXPECT_TRUE(policy.content());
    for (const char* name : {"stage", "late"}) {
      const auto* field = body.FindFieldByName(name);
      ASSERT_NE(field, nullptr) << name;
      EXPECT_TRUE(field_policy(*field).server_set()) << name;
    }
    EXPECT_NE(policy.home(), v1::HOME_LIBRARY) << "a private record is on a board";
  });
}

TEST(Policy, FieldPoliciesFitTheirTypes) {
  each_kind([](Kind, const v1::RecordPolicy&, const Descriptor& body) {
    each_field(body, [](const FieldDescriptor& field, const v1::FieldPolicy& policy) {
      const bool text = field.type() == FieldDescriptor::TYPE_STRING;
      const bool message = field.type() == FieldDescriptor::TYPE_MESSAGE;
      const bool ids = message && field.message_type()->name() == "Ids";
      EXPECT_TRUE(policy.utf16_max() == 0 || text);
      EXPECT_TRUE(policy.items_max() == 0 || message);
      EXPECT_TRUE(!policy.iso_date() || text);
      EXPECT_TRUE(policy.ref().empty() || text || ids);
      EXPECT_TRUE(policy.merge() != v1::MERGE_FIELDWISE || (message && !ids));
      EXPECT_TRUE(policy.merge() != v1::MERGE_TEXT || text);
      EXPECT_TRUE(!policy.has_initial() || field.type() == FieldDescriptor::TYPE_ENUM);
      EXPECT_FALSE(policy.has_min() && policy.has_max() && policy.min() > policy.max());
      EXPECT_FALSE(policy.server_set() && (policy.required() || policy.frozen()))
          << "what the server sets is not asked of a client";
    });
  });
}

TEST(Policy, LinksNameKindsThatExist) {
  each_kind([](Kind, const v1::RecordPolicy&, const Descriptor& body) {
    each_field(body, [](const FieldDescriptor&, const v1::FieldPolicy& policy) {
      if (policy.ref().empty()) {
        return;
      }
      const auto bars =
          static_cast<std::size_t>(std::count(policy.ref().begin(), policy.ref().end(), '|'));
      EXPECT_EQ(ref_kinds(policy.ref()).size(), policy.ref() == "*" ? all_kinds().size() : bars + 1)
          << policy.ref();
    });
  });
}

TEST(Policy, InitialValuesAreKnownWords) {
  each_kind([](Kind, const v1::RecordPolicy&, const Descriptor& body) {
    each_field(body, [](const FieldDescriptor& field, const v1::FieldPolicy& policy) {
      if (policy.has_initial()) {
        EXPECT_NE(field.enum_type()->FindValueByNumber(static_cast<int>(policy.initial())),
                  nullptr);
      }
    });
  });
}

TEST(Policy, SomebodyMayTouchWhatTheServerDoesNotSet) {
  each_kind([](Kind, const v1::RecordPolicy& policy, const Descriptor& body) {
    if (policy.create().empty() && policy.edit().empty()) {
      return;
    }
    bool any = false;
    each_field(body, [&](const FieldDescriptor&, const v1::FieldPolicy& field) {
      any = any || !field.server_set();
    });
    EXPECT_TRUE(any);
  });
}

}  // namespace
}  // namespace swarmboard::board
