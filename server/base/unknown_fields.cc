#include "server/base/unknown_fields.h"

#include <unordered_map>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

namespace swarmboard {
namespace {

namespace pb = google::protobuf;

// Where a type of message holds other messages. Of a oneof with dozens of them only the one that is
// set is worth a look.
struct Holders {
  std::vector<const pb::FieldDescriptor*> fields;
  std::vector<const pb::OneofDescriptor*> oneofs;
};

Holders list_holders(const pb::Descriptor& type) {
  Holders holders;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::FieldDescriptor* field = type.field(i);
    if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE &&
        field->real_containing_oneof() == nullptr) {
      holders.fields.push_back(field);
    }
  }
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
    holders.oneofs.push_back(type.oneof_decl(i));
  }
  return holders;
}

const Holders& holders_of(const pb::Descriptor& type) {
  // One of each thread, so that nobody waits for a lock.
  thread_local std::unordered_map<const pb::Descriptor*, Holders> known;
  const auto found = known.find(&type);
  return found != known.end() ? found->second
                              : known.emplace(&type, list_holders(type)).first->second;
}

// The fields that hold a message now.
template <class Fn>
void each_holder(const pb::Message& message, Fn fn) {
  const pb::Reflection& reflection = *message.GetReflection();
  const Holders& holders = holders_of(*message.GetDescriptor());
  for (const pb::FieldDescriptor* field : holders.fields) {
    if (field->is_repeated() ? reflection.FieldSize(message, field) > 0
                             : reflection.HasField(message, field)) {
      fn(*field);
    }
  }
  for (const pb::OneofDescriptor* oneof : holders.oneofs) {
    const pb::FieldDescriptor* field = reflection.GetOneofFieldDescriptor(message, oneof);
    if (field != nullptr && field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      fn(*field);
    }
  }
}

}  // namespace

bool has_unknown_fields(const pb::Message& message) {
  const pb::Reflection& reflection = *message.GetReflection();
  bool found = !reflection.GetUnknownFields(message).empty();
  each_holder(message, [&](const pb::FieldDescriptor& field) {
    if (!field.is_repeated()) {
      found = found || has_unknown_fields(reflection.GetMessage(message, &field));
      return;
    }
    for (int i = 0; !found && i < reflection.FieldSize(message, &field); ++i) {
      found = has_unknown_fields(reflection.GetRepeatedMessage(message, &field, i));
    }
  });
  return found;
}

void discard_unknown_fields(pb::Message& message) {
  const pb::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    reflection.MutableUnknownFields(&message)->Clear();
  }
  each_holder(message, [&](const pb::FieldDescriptor& field) {
    if (!field.is_repeated()) {
      discard_unknown_fields(*reflection.MutableMessage(&message, &field));
      return;
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      discard_unknown_fields(*reflection.MutableRepeatedMessage(&message, &field, i));
    }
  });
}

}  // namespace swarmboard
