#include "server/board/kinds.h"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace swarmboard::board {
namespace {

const google::protobuf::OneofDescriptor& bodies() {
  static const auto& found = *v1::Record::descriptor()->FindOneofByName("body");
  return found;
}

using BodyFields = std::vector<const google::protobuf::FieldDescriptor*>;

BodyFields list_body_fields() {
  BodyFields fields;
  for (int i = 0; i < bodies().field_count(); ++i) {
    const auto number = static_cast<std::size_t>(bodies().field(i)->number());
    fields.resize(std::max(fields.size(), number + 1));
    fields[number] = bodies().field(i);
  }
  return fields;
}

const google::protobuf::FieldDescriptor* body_field(Kind kind) {
  static const BodyFields fields = list_body_fields();
  return kind < fields.size() ? fields[kind] : nullptr;
}

std::vector<Kind> list_kinds() {
  std::vector<Kind> kinds;
  for (int i = 0; i < bodies().field_count(); ++i) {
    kinds.push_back(static_cast<Kind>(bodies().field(i)->number()));
  }
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

}  // namespace

std::span<const Kind> all_kinds() {
  static const std::vector<Kind> kinds = list_kinds();
  return kinds;
}

std::string_view kind_name(Kind kind) {
  const auto* field = body_field(kind);
  return field == nullptr ? std::string_view() : std::string_view(field->name());
}

std::optional<Kind> kind_named(std::string_view name) {
  const auto* field = v1::Record::descriptor()->FindFieldByName(std::string(name));
  if (field == nullptr || field->containing_oneof() != &bodies()) {
    return std::nullopt;
  }
  return static_cast<Kind>(field->number());
}

const google::protobuf::Message& body_message(const v1::Record& record) {
  return record.GetReflection()->GetMessage(record, body_field(kind_of_record(record)));
}

google::protobuf::Message& mutable_body_message(v1::Record& record) {
  return *record.GetReflection()->MutableMessage(&record, body_field(kind_of_record(record)));
}

}  // namespace swarmboard::board
