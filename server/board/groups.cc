#include "server/board/groups.h"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/policy.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* group_field(const google::protobuf::Descriptor& body) {
  const auto* field = body.FindFieldByName("group");
  const bool fits = field != nullptr && field->type() == FieldDescriptor::TYPE_STRING &&
                    field_policy(*field).server_set();
  return fits ? field : nullptr;
}

std::vector<Kind> list_groupable() {
  std::vector<Kind> kinds;
  std::copy_if(all_kinds().begin(), all_kinds().end(), std::back_inserter(kinds),
               [](Kind kind) { return group_field_number(kind) != 0; });
  return kinds;
}

}  // namespace

std::span<const Kind> groupable_kinds() {
  static const std::vector<Kind> kinds = list_groupable();
  return kinds;
}

int group_field_number(Kind kind) {
  const auto* body = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
  if (body == nullptr || body->message_type() == nullptr) {
    return 0;
  }
  const auto* field = group_field(*body->message_type());
  return field == nullptr ? 0 : field->number();
}

std::string group_of(const v1::Record& record) {
  const auto& body = body_message(record);
  const auto* field = group_field(*body.GetDescriptor());
  return field == nullptr ? std::string() : body.GetReflection()->GetString(body, field);
}

void set_group_of(v1::Record& record, const std::string& group) {
  auto& body = mutable_body_message(record);
  body.GetReflection()->SetString(&body, group_field(*body.GetDescriptor()), group);
}

void clear_group_of(v1::Record& record) {
  auto& body = mutable_body_message(record);
  body.GetReflection()->ClearField(&body, group_field(*body.GetDescriptor()));
}

RecordPtr find_groupable(const State& session, const std::string& id) {
  for (const Kind kind : groupable_kinds()) {
    if (RecordPtr record = session.find(kind, id)) {
      return record;
    }
  }
  return nullptr;
}

}  // namespace swarmboard::board
