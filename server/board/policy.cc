#include "server/board/policy.h"

#include <string_view>

#include <google/protobuf/descriptor.h>

namespace swarmboard::board {
namespace {

// Looked up once: every command asks several times.
std::vector<const v1::RecordPolicy*> list_policies() {
  std::vector<const v1::RecordPolicy*> policies;
  for (const Kind kind : all_kinds()) {
    policies.resize(kind + 1, &v1::RecordPolicy::default_instance());
    const auto* field = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
    policies.back() = &field->message_type()->options().GetExtension(v1::record);
  }
  return policies;
}

std::vector<std::vector<const google::protobuf::FieldDescriptor*>> list_text_fields() {
  std::vector<std::vector<const google::protobuf::FieldDescriptor*>> fields;
  for (const Kind kind : all_kinds()) {
    fields.resize(kind + 1);
    const auto& type =
        *v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind))->message_type();
    for (int i = 0; i < type.field_count(); ++i) {
      if (field_policy(*type.field(i)).merge() == v1::MERGE_TEXT) {
        fields.back().push_back(type.field(i));
      }
    }
  }
  return fields;
}

}  // namespace

const std::vector<const google::protobuf::FieldDescriptor*>& text_fields(Kind kind) {
  static const std::vector<std::vector<const google::protobuf::FieldDescriptor*>> fields =
      list_text_fields();
  static const std::vector<const google::protobuf::FieldDescriptor*> none;
  return kind < fields.size() ? fields[kind] : none;
}

const v1::RecordPolicy& record_policy(Kind kind) {
  static const std::vector<const v1::RecordPolicy*> policies = list_policies();
  return kind < policies.size() ? *policies[kind] : v1::RecordPolicy::default_instance();
}

const v1::FieldPolicy& field_policy(const google::protobuf::FieldDescriptor& field) {
  return field.options().GetExtension(v1::field);
}

std::vector<Kind> ref_kinds(const std::string& ref) {
  if (ref == "*") {
    return {all_kinds().begin(), all_kinds().end()};
  }
  std::vector<Kind> kinds;
  std::string_view rest = ref;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    if (const auto kind = kind_named(rest.substr(0, bar))) {
      kinds.push_back(*kind);
    }
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  return kinds;
}

}  // namespace swarmboard::board
