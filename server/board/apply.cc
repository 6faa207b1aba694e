#include "server/board/apply.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>

#include "server/board/kinds.h"

#include "swarmboard/v1/policy.pb.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

using google::protobuf::internal::WireFormatLite;

using Fit = boost::system::result<void, Misfit>;

bool merges_fieldwise(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
         field.options().GetExtension(v1::field).merge() == v1::MERGE_FIELDWISE;
}

// Uses `from` up.
void merge_fields(Message& into, Message& from) {
  const Reflection& reflection = *from.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(from, &present);
  std::vector<const FieldDescriptor*> replaced;
  for (const FieldDescriptor* field : present) {
    if (merges_fieldwise(*field) && reflection.HasField(into, field)) {
      merge_fields(*reflection.MutableMessage(&into, field),
                   *reflection.MutableMessage(&from, field));
    } else {
      reflection.ClearField(&into, field);
      replaced.push_back(field);
    }
  }
  // Everything that is not merged inside takes the place of the old value as a whole: one code path
  // for scalars, lists and atomic messages.
  reflection.SwapFields(&from, &into, replaced);
}

// As Message::DiscardUnknownFields(), which makes room for unknown fields in every message before
// it finds that there are none. No record has a map.
void discard_unknown(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    reflection.MutableUnknownFields(&message)->Clear();
  }
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    if (!field->is_repeated()) {
      discard_unknown(*reflection.MutableMessage(&message, field));
      continue;
    }
    for (int at = 0; at < reflection.FieldSize(message, field); ++at) {
      discard_unknown(*reflection.MutableRepeatedMessage(&message, field, at));
    }
  }
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

// Uses the upsert's record up. Precondition: the record is of that id and kind.
void take_upsert(v1::Record& record, v1::Upsert& upsert) {
  v1::Record& given = *upsert.mutable_record();
  discard_unknown(given);
  if (upsert.create()) {
    record = std::move(given);
    return;
  }
  Message& body = mutable_body_message(record);
  for (const std::uint32_t number : upsert.clear()) {
    // A number that this version does not know names a field that this version does not keep.
    if (const auto* field = body.GetDescriptor()->FindFieldByNumber(static_cast<int>(number))) {
      body.GetReflection()->ClearField(&body, field);
    }
  }
  merge_fields(body, mutable_body_message(given));
  if (upsert.set_only_for()) {
    if (given.has_only_for()) {
      *record.mutable_only_for() = std::move(*given.mutable_only_for());
    } else {
      record.clear_only_for();
    }
  }
}

// Uses the patch up. Precondition: Existence took it.
void apply_checked(State& state, v1::Patch& patch) {
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    const RecordKey key = key_of(upsert.record());
    const RecordPtr before = upsert.create() ? nullptr : state.find(key.kind, key.id);
    auto after =
        before == nullptr ? std::make_shared<v1::Record>() : std::make_shared<v1::Record>(*before);
    take_upsert(*after, upsert);
    state.put(std::move(after));
  }
  for (const v1::RecordId& target : patch.remove()) {
    state.erase(RecordKey{target.kind(), target.id()});
  }
}

// The patch of a serialized Event, without the rest: what the person did is as long as what came of
// it, and a state does not want to know. False: these are not the bytes of an Event.
bool read_patch(const std::string& part, v1::Patch& patch) {
  constexpr std::uint32_t kPatchTag = WireFormatLite::MakeTag(
      v1::Event::kPatchFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(part.data()),
                                            static_cast<int>(part.size()));
  std::string_view found;
  std::string joined;
  while (const std::uint32_t tag = in.ReadTag()) {
    if (tag != kPatchTag) {
      if (!WireFormatLite::SkipField(&in, tag)) {
        return false;
      }
      continue;
    }
    int length = 0;
    if (!in.ReadVarintSizeAsInt(&length)) {
      return false;
    }
    const auto begin = static_cast<std::size_t>(in.CurrentPosition());
    if (!in.Skip(length)) {
      return false;
    }
    const std::string_view more =
        std::string_view(part).substr(begin, static_cast<std::size_t>(length));
    if (!found.empty()) {
      // A field that comes twice is read as if its bytes were one behind the other.
      joined = std::string(found) + std::string(more);
    }
    found = joined.empty() ? more : std::string_view(joined);
  }
  return in.ConsumedEntireMessage() &&
         patch.ParseFromArray(found.data(), static_cast<int>(found.size()));
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
  std::vector<v1::Patch> patches(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!read_patch(*parts[i], patches[i])) {
      return Misfit{"a part of event " + std::to_string(event.seq()) + " is not an Event"};
    }
    if (Fit fit = existence.take(patches[i]); fit.has_error()) {
      return fit;
    }
  }
  for (v1::Patch& patch : patches) {
    apply_checked(state, patch);
  }
  return boost::system::in_place_value;
}

}  // namespace

Fit apply_patch(State& state, const v1::Patch& patch) {
  Existence existence(state);
  if (Fit fit = existence.take(patch); fit.has_error()) {
    return fit;
  }
  v1::Patch used = patch;
  apply_checked(state, used);
  return boost::system::in_place_value;
}

void apply_upsert(v1::Record& record, const v1::Upsert& upsert) {
  v1::Upsert used = upsert;
  take_upsert(record, used);
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
