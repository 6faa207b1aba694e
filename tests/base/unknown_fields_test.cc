#include "server/base/unknown_fields.h"

#include <string>

#include <gtest/gtest.h>

#include "swarmboard/v1/command.pb.h"

namespace swarmboard {
namespace {

constexpr int kNobodysNumber = 987;

void make_unknown(google::protobuf::Message& message) {
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(kNobodysNumber, 1);
}

v1::Command a_command() {
  v1::Command command;
  v1::Record& record = *command.mutable_edit_record()->mutable_record();
  record.set_id("n1");
  record.mutable_note()->set_text("Too dear");
  record.mutable_note()->mutable_refs()->add_items("d1");
  return command;
}

TEST(UnknownFields, NothingIsFoundWhereNothingIs) {
  EXPECT_FALSE(has_unknown_fields(v1::Command()));
  EXPECT_FALSE(has_unknown_fields(a_command()));
}

TEST(UnknownFields, AreFoundAndDroppedAtEveryDepth) {
  const std::string clean = a_command().SerializeAsString();
  for (int depth = 0; depth < 5; ++depth) {
    v1::Command command = a_command();
    v1::Record& record = *command.mutable_edit_record()->mutable_record();
    google::protobuf::Message* const places[] = {&command, command.mutable_edit_record(), &record,
                                                 record.mutable_note(),
                                                 record.mutable_note()->mutable_refs()};
    make_unknown(*places[depth]);
    EXPECT_TRUE(has_unknown_fields(command)) << "at depth " << depth;
    discard_unknown_fields(command);
    EXPECT_FALSE(has_unknown_fields(command)) << "at depth " << depth;
    EXPECT_EQ(command.SerializeAsString(), clean);
  }
}

TEST(UnknownFields, AreFoundInLists) {
  v1::Command command;
  for (int i = 0; i < 3; ++i) {
    command.mutable_load_fixture()->add_records()->mutable_note()->set_text("a card");
  }
  EXPECT_FALSE(has_unknown_fields(command));
  make_unknown(*command.mutable_load_fixture()->mutable_records(2)->mutable_note());
  EXPECT_TRUE(has_unknown_fields(command));
  discard_unknown_fields(command);
  EXPECT_FALSE(has_unknown_fields(command));
}

}  // namespace
}  // namespace swarmboard
