#include "server/board/apply.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/kinds.h"

#include "swarmboard/v1/policy.pb.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

using Fit = boost::system::result<void, Misfit>;

bool merges_fieldwise(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
         field.options().GetExtension(v1::field).merge() == v1::MERGE_FIELDWISE;
}

void merge_fields(Message& into, const Message& from) {
  const Reflection& reflection = *from.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(from, &present);
  if (present.empty()) {
    return;
  }
  // Everything that is not merged inside takes the place of the old value as a whole: swapped in
  // from a copy, so that one code path serves scalars, lists and atomic messages.
  const std::unique_ptr<Message> copy(from.New());
  copy->CopyFrom(from);
  std::vector<const FieldDescriptor*> replaced;
  for (const FieldDescriptor* field : present) {
    if (merges_fieldwise(*field) && reflection.HasField(into, field)) {
      merge_fields(*reflection.MutableMessage(&into, field), reflection.GetMessage(from, field));
    } else {
      reflection.ClearField(&into, field);
      replaced.push_back(field);
    }
  }
  reflection.SwapFields(copy.get(), &into, replaced);
}

std::string describe(const RecordKey& key) {
  const std::string_view name = kind_name(key.kind);
  return (name.empty() ? "kind " + std::to_string(key.kind) : std::string(name)) + " '" + key.id +
         "'";
}

// Which records there would be after the patches seen so far; nothing is changed by it.
class Existence {
 public:
  explicit Existence(const State& state) : state_(state) {}

  Fit take(const v1::Patch& patch) {
    for (const v1::Upsert& upsert : patch.upsert()) {
      RecordKey key = key_of(upsert.record());
      if (key.kind == 0) {
        return Misfit{"upsert of '" + key.id + "' without a body"};
      }
      if (key.id.empty()) {
        return Misfit{"upsert without an id: " + describe(key)};
      }
      if (!upsert.create() && !exists(key)) {
        return Misfit{"upsert of a missing record: " + describe(key)};
      }
      touched_[std::move(key)] = true;
    }
    for (const v1::RecordId& target : patch.remove()) {
      RecordKey key{target.kind(), target.id()};
      if (!exists(key)) {
        return Misfit{"removal of a missing record: " + describe(key)};
      }
      touched_[std::move(key)] = false;
    }
    return boost::system::in_place_value;
  }

 private:
  [[nodiscard]] bool exists(const RecordKey& key) const {
    const auto it = touched_.find(key);
    return it != touched_.end() ? it->second : state_.find(key.kind, key.id) != nullptr;
  }

  const State& state_;
  std::map<RecordKey, bool> touched_;
};

// Precondition: Existence took the patch.
void apply_checked(State& state, const v1::Patch& patch) {
  for (const v1::Upsert& upsert : patch.upsert()) {
    const RecordKey key = key_of(upsert.record());
    const RecordPtr before = upsert.create() ? nullptr : state.find(key.kind, key.id);
    auto after =
        before == nullptr ? std::make_shared<v1::Record>() : std::make_shared<v1::Record>(*before);
    apply_upsert(*after, upsert);
    state.put(std::move(after));
  }
  for (const v1::RecordId& target : patch.remove()) {
    state.erase(RecordKey{target.kind(), target.id()});
  }
}

// Applies the public part and the lanes that `is_mine` picks; nothing when one of them misfits.
template <class IsMine>
Fit apply_parts(State& state, const v1::StoredEvent& event, IsMine is_mine) {
  std::vector<const std::string*> parts;
  if (!event.public_part().empty()) {
    parts.push_back(&event.public_part());
  }
  for (const v1::LanePart& lane : event.lanes()) {
    if (is_mine(lane)) {
      parts.push_back(&lane.event());
    }
  }
  Existence existence(state);
  std::vector<v1::Event> events(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!events[i].ParseFromString(*parts[i])) {
      return Misfit{"a part of event " + std::to_string(event.seq()) + " is not an Event"};
    }
    if (Fit fit = existence.take(events[i].patch()); fit.has_error()) {
      return fit;
    }
  }
  for (const v1::Event& part : events) {
    apply_checked(state, part.patch());
  }
  return boost::system::in_place_value;
}

}  // namespace

Fit apply_patch(State& state, const v1::Patch& patch) {
  Existence existence(state);
  if (Fit fit = existence.take(patch); fit.has_error()) {
    return fit;
  }
  apply_checked(state, patch);
  return boost::system::in_place_value;
}

void apply_upsert(v1::Record& record, const v1::Upsert& upsert) {
  if (upsert.create()) {
    record = upsert.record();
    record.DiscardUnknownFields();
    return;
  }
  Message& body = mutable_body_message(record);
  for (const std::uint32_t number : upsert.clear()) {
    // A number that this version does not know names a field that this version does not keep.
    if (const auto* field = body.GetDescriptor()->FindFieldByNumber(static_cast<int>(number))) {
      body.GetReflection()->ClearField(&body, field);
    }
  }
  merge_fields(body, body_message(upsert.record()));
  if (upsert.set_only_for()) {
    if (upsert.record().has_only_for()) {
      *record.mutable_only_for() = upsert.record().only_for();
    } else {
      record.clear_only_for();
    }
  }
  record.DiscardUnknownFields();
}

Fit apply_stored(State& state, const v1::StoredEvent& event) {
  return apply_parts(state, event, [](const v1::LanePart&) { return true; });
}

Fit apply_for(State& state, const v1::StoredEvent& event, const std::string& member) {
  return apply_parts(state, event, [&](const v1::LanePart& lane) {
    return !member.empty() &&
           std::find(lane.members().begin(), lane.members().end(), member) != lane.members().end();
  });
}

}  // namespace swarmboard::board
