#include "server/board/policy.h"

#include <string_view>

#include <google/protobuf/descriptor.h>

namespace swarmboard::board {

const v1::RecordPolicy& record_policy(Kind kind) {
  const auto* field = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
  if (field == nullptr || field->containing_oneof() == nullptr) {
    return v1::RecordPolicy::default_instance();
  }
  return field->message_type()->options().GetExtension(v1::record);
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
