#include "server/board/record_check.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/base/ids.h"
#include "server/base/limits.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/snapshot.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

using Checked = std::optional<Refusal>;

constexpr int kItemsDefault = 50;

Refusal invalid(const FieldDescriptor& field, std::string_view what) {
  return refuse(v1::REJECT_REASON_INVALID, field.name() + " " + std::string(what));
}

Checked check_text(const FieldDescriptor& field, const v1::FieldPolicy& policy,
                   const std::string& text) {
  const std::size_t most = policy.utf16_max() == 0 ? limits::kTextUtf16Default : policy.utf16_max();
  // A text has no more units than bytes: nearly every one is short enough without being counted.
  if (text.size() > most && utf16_length(text) > most) {
    return refuse(v1::REJECT_REASON_TOO_LARGE,
                  field.name() + " is longer than " + std::to_string(most) + " characters.");
  }
  if (policy.iso_date() && !is_iso_date(text)) {
    return invalid(field, "is not a date of the form YYYY-MM-DD.");
  }
  if (!policy.ref().empty() && !is_valid_id(text)) {
    return invalid(field, "is not an id.");
  }
  return std::nullopt;
}

Checked check_enum(const FieldDescriptor& field, int value) {
  if (value == 0 || field.enum_type()->FindValueByNumber(value) == nullptr) {
    return invalid(field, "is not one of the known words.");
  }
  return std::nullopt;
}

Checked check_number(const FieldDescriptor& field, const v1::FieldPolicy& policy,
                     std::int64_t value) {
  if ((policy.has_min() && value < policy.min()) || (policy.has_max() && value > policy.max())) {
    return invalid(field, "is out of range.");
  }
  return std::nullopt;
}

Checked check_message(const Message& body, const v1::FieldPolicy* of_wrapper);

// One value: item `index` of a list, or the field itself when it is -1.
Checked check_value(const Message& body, const FieldDescriptor& field,
                    const v1::FieldPolicy& policy, int index) {
  const Reflection& r = *body.GetReflection();
  const bool item = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return check_text(
          field, policy,
          item ? r.GetRepeatedString(body, &field, index) : r.GetString(body, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return check_enum(
          field, item ? r.GetRepeatedEnumValue(body, &field, index) : r.GetEnumValue(body, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return item ? std::nullopt : check_number(field, policy, r.GetUInt32(body, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return item ? std::nullopt : check_number(field, policy, r.GetInt64(body, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return check_message(
          item ? r.GetRepeatedMessage(body, &field, index) : r.GetMessage(body, &field), &policy);
    default:
      return std::nullopt;
  }
}

// Inside a wrapper the policy of the field that holds it speaks for its items.
Checked check_message(const Message& body, const v1::FieldPolicy* of_wrapper) {
  const Reflection& r = *body.GetReflection();
  std::vector<const FieldDescriptor*> present;
  r.ListFields(body, &present);
  for (const FieldDescriptor* field : present) {
    const v1::FieldPolicy& policy = of_wrapper != nullptr ? *of_wrapper : field_policy(*field);
    if (!field->is_repeated()) {
      if (Checked no = check_value(body, *field, policy, -1)) {
        return no;
      }
      continue;
    }
    const int most = policy.items_max() == 0 ? kItemsDefault : static_cast<int>(policy.items_max());
    if (r.FieldSize(body, field) > most) {
      return refuse(v1::REJECT_REASON_TOO_LARGE,
                    "More than " + std::to_string(most) + " items in a list.");
    }
    for (int i = 0; i < r.FieldSize(body, field); ++i) {
      if (Checked no = check_value(body, *field, policy, i)) {
        return no;
      }
    }
  }
  return std::nullopt;
}

// The fields of a record's body that hold ids of others, in ascending order. Looked up once by each
// thread.
const std::vector<const FieldDescriptor*>& ref_fields(const google::protobuf::Descriptor& type) {
  thread_local std::unordered_map<const google::protobuf::Descriptor*,
                                  std::vector<const FieldDescriptor*>>
      known;
  const auto [found, is_new] = known.try_emplace(&type);
  for (int i = 0; is_new && i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool holds_ids =
        !field->is_repeated() && (field->type() == FieldDescriptor::TYPE_STRING ||
                                  (field->type() == FieldDescriptor::TYPE_MESSAGE &&
                                   field->message_type() == v1::Ids::descriptor()));
    if (holds_ids && !field_policy(*field).ref().empty()) {
      found->second.push_back(field);
    }
  }
  return found->second;
}

Checked check_refs(const View& view, const Message& body, const std::string& audience) {
  Checked no;
  each_ref(body, [&](const v1::FieldPolicy& policy, const std::string& id) {
    if (!no && find_ref(view, policy.ref(), id, audience) == nullptr) {
      no = refuse(v1::REJECT_REASON_TARGET_GONE, "What this refers to is not there.");
    }
  });
  return no;
}

bool is_missing(const Message& body, const FieldDescriptor& field) {
  if (!body.GetReflection()->HasField(body, &field)) {
    return true;
  }
  return field.type() == FieldDescriptor::TYPE_STRING &&
         is_blank(body.GetReflection()->GetString(body, &field));
}

Checked check_not_stamped(const Message& body) {
  std::vector<const FieldDescriptor*> present;
  body.GetReflection()->ListFields(body, &present);
  for (const FieldDescriptor* field : present) {
    if (field_policy(*field).server_set()) {
      return invalid(*field, "is set by the server.");
    }
  }
  return std::nullopt;
}

// What a change may not do to one field.
Checked check_touched(const FieldDescriptor& field) {
  const v1::FieldPolicy& policy = field_policy(field);
  if (policy.server_set()) {
    return invalid(field, "is set by the server.");
  }
  if (policy.frozen()) {
    return invalid(field, "cannot be changed any more.");
  }
  return std::nullopt;
}

Checked check_cleared(const Message& body, const v1::EditRecord& command) {
  for (const std::uint32_t number : command.clear()) {
    const auto* field = body.GetDescriptor()->FindFieldByNumber(static_cast<int>(number));
    if (field == nullptr) {
      return refuse(v1::REJECT_REASON_INVALID, "There is no such field to clear.");
    }
    if (Checked no = check_touched(*field)) {
      return no;
    }
    if (field_policy(*field).required() && !body.GetReflection()->HasField(body, field)) {
      return invalid(*field, "cannot be empty.");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_values(const Message& body) {
  return check_message(body, nullptr);
}

std::optional<Refusal> check_new(const View& view, const v1::Record& record,
                                 const std::string& audience) {
  const Message& body = body_message(record);
  if (Checked no = check_not_stamped(body)) {
    return no;
  }
  if (Checked no = check_values(body)) {
    return no;
  }
  for (int i = 0; i < body.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *body.GetDescriptor()->field(i);
    if (field_policy(field).required() && is_missing(body, field)) {
      return invalid(field, "is missing.");
    }
  }
  return check_refs(view, body, audience);
}

std::optional<Refusal> check_change(const View& view, const v1::EditRecord& command,
                                    const std::string& audience) {
  const Message& body = body_message(command.record());
  if (Checked no = check_cleared(body, command)) {
    return no;
  }
  std::vector<const FieldDescriptor*> present;
  body.GetReflection()->ListFields(body, &present);
  for (const FieldDescriptor* field : present) {
    if (Checked no = check_touched(*field)) {
      return no;
    }
    if (field_policy(*field).required() && is_missing(body, *field)) {
      return invalid(*field, "cannot be empty.");
    }
  }
  if (Checked no = check_values(body)) {
    return no;
  }
  return check_refs(view, body, audience);
}

void each_ref(const Message& body,
              const std::function<void(const v1::FieldPolicy&, const std::string&)>& fn) {
  const Reflection& r = *body.GetReflection();
  std::string scratch;
  for (const FieldDescriptor* field : ref_fields(*body.GetDescriptor())) {
    if (!r.HasField(body, field)) {
      continue;
    }
    const v1::FieldPolicy& policy = field_policy(*field);
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      fn(policy, r.GetStringReference(body, field, &scratch));
      continue;
    }
    for (const std::string& id : static_cast<const v1::Ids&>(r.GetMessage(body, field)).items()) {
      fn(policy, id);
    }
  }
}

RecordPtr find_ref(const View& view, const std::string& ref, const std::string& id,
                   const std::string& audience) {
  for (const State* state : {&view.session, &view.library}) {
    for (const Kind kind : ref_kinds(ref)) {
      RecordPtr record = state->find(kind, id);
      if (record != nullptr && is_visible(*record, audience)) {
        return record;
      }
    }
  }
  return nullptr;
}

}  // namespace swarmboard::board
