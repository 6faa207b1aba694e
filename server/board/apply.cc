#include "server/board/apply.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>

#include "server/base/unknown_fields.h"
#include "server/board/kinds.h"
#include "server/text/change.h"

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

const FieldDescriptor* text_field(const Message& body, std::uint32_t number) {
  const auto* field = body.GetDescriptor()->FindFieldByNumber(static_cast<int>(number));
  const bool is_text =
      field != nullptr && field->options().GetExtension(v1::field).merge() == v1::MERGE_TEXT;
  return is_text ? field : nullptr;
}

// The text after the change; nothing: it does not fit.
std::optional<std::string> changed_text(const v1::Record& record, const v1::TextDelta& delta) {
  const FieldDescriptor* field = text_field(body_message(record), delta.field());
  const auto change = text::read(delta.change());
  if (field == nullptr || !change) {
    return std::nullopt;
  }
  return text::changed(text_of(record, *field), *change);
}

// Precondition: Existence took it.
void change_texts(v1::Record& record, const v1::Upsert& upsert) {
  for (const v1::TextDelta& delta : upsert.text()) {
    auto after = changed_text(record, delta);
    Message& body = mutable_body_message(record);
    if (after) {
      body.GetReflection()->SetString(&body, text_field(body, delta.field()), std::move(*after));
    }
  }
}

std::string describe(const RecordRef& key) {
  const std::string_view name = kind_name(key.kind);
  return (name.empty() ? "kind " + std::to_string(key.kind) : std::string(name)) + " '" +
         std::string(key.id) + "'";
}

// Which records there would be after the patches seen so far; nothing is changed by it.
class Existence {
 public:
  explicit Existence(const State& state) : state_(state) {}

  Fit take(const v1::Patch& patch) {
    for (const v1::Upsert& upsert : patch.upsert()) {
      const RecordRef key{kind_of_record(upsert.record()), upsert.record().id()};
      if (key.kind == 0) {
        return Misfit{"upsert of '" + std::string(key.id) + "' without a body"};
      }
      if (key.id.empty()) {
        return Misfit{"upsert without an id: " + describe(key)};
      }
      if (!upsert.create() && !exists(key)) {
        return Misfit{"upsert of a missing record: " + describe(key)};
      }
      if (!upsert.text().empty() && !texts_fit(key, upsert)) {
        return Misfit{"a change of a text does not fit: " + describe(key)};
      }
      touched_[key] = true;
    }
    for (const v1::RecordId& target : patch.remove()) {
      const RecordRef key{target.kind(), target.id()};
      if (!exists(key)) {
        return Misfit{"removal of a missing record: " + describe(key)};
      }
      touched_[key] = false;
    }
    return boost::system::in_place_value;
  }

 private:
  // Each to a text of a record that nothing else of these patches touches, and each text once.
  [[nodiscard]] bool texts_fit(const RecordRef& key, const v1::Upsert& upsert) const {
    const RecordPtr record = touched_.contains(key) ? nullptr : state_.find(key.kind, key.id);
    if (upsert.create() || record == nullptr) {
      return false;
    }
    const Message& given = body_message(upsert.record());
    std::vector<std::uint32_t> seen(upsert.clear().begin(), upsert.clear().end());
    return std::all_of(upsert.text().begin(), upsert.text().end(), [&](const v1::TextDelta& delta) {
      const auto* field = text_field(given, delta.field());
      const bool again = std::find(seen.begin(), seen.end(), delta.field()) != seen.end();
      seen.push_back(delta.field());
      return field != nullptr && !again && !given.GetReflection()->HasField(given, field) &&
             changed_text(*record, delta).has_value();
    });
  }

  [[nodiscard]] bool exists(const RecordRef& key) const {
    const auto it = touched_.find(key);
    return it != touched_.end() ? it->second : state_.records().contains(key);
  }

  const State& state_;
  std::map<RecordRef, bool, RecordKeyLess> touched_;  // Keys into the patches, which stay.
};

// Uses the upsert's record up. Precondition: the record is of that id and kind.
void take_upsert(v1::Record& record, v1::Upsert& upsert) {
  v1::Record& given = *upsert.mutable_record();
  discard_unknown_fields(given);
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
  change_texts(record, upsert);
  if (upsert.set_only_for()) {
    if (given.has_only_for()) {
      *record.mutable_only_for() = std::move(*given.mutable_only_for());
    } else {
      record.clear_only_for();
    }
  }
}

// Uses the patch up. Precondition: Existence took it.
void apply_checked(State& state, v1::Patch& patch, std::vector<RecordChange>* changes) {
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    RecordKey key = key_of(upsert.record());
    RecordPtr before = state.find(key.kind, key.id);
    const bool merges = !upsert.create() && before != nullptr;
    auto after = merges ? std::make_shared<v1::Record>(*before) : std::make_shared<v1::Record>();
    take_upsert(*after, upsert);
    if (changes != nullptr) {
      changes->push_back(
          {std::move(key), std::move(before), after, {upsert.text().begin(), upsert.text().end()}});
    }
    state.put(std::move(after));
  }
  for (const v1::RecordId& target : patch.remove()) {
    RecordKey key{target.kind(), target.id()};
    if (changes != nullptr) {
      changes->push_back({key, state.find(key.kind, key.id), nullptr, {}});
    }
    state.erase(key);
  }
}

// Whether one of the values that the upsert brings is plainly another one. False tells nothing.
bool brings_another_value(const Message& body, const Message& given) {
  const Reflection& reflection = *given.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(given, &present);
  std::string here;
  std::string there;
  return std::any_of(present.begin(), present.end(), [&](const FieldDescriptor* field) {
    return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated() &&
           reflection.GetStringReference(body, field, &here) !=
               reflection.GetStringReference(given, field, &there);
  });
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
Fit apply_parts(State& state, const v1::StoredEvent& event, const BeforePatch& before,
                std::vector<RecordChange>* changes, IsMine is_mine) {
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
    if (before) {
      before(patches[i]);
    }
    if (Fit fit = existence.take(patches[i]); fit.has_error()) {
      return fit;
    }
  }
  for (v1::Patch& patch : patches) {
    apply_checked(state, patch, changes);
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
  apply_checked(state, used, nullptr);
  return boost::system::in_place_value;
}

boost::system::result<std::vector<RecordChange>, Misfit> apply_patches(
    State& state, std::span<v1::Patch* const> patches) {
  Existence existence(state);
  for (const v1::Patch* patch : patches) {
    if (Fit fit = existence.take(*patch); fit.has_error()) {
      return fit.error();
    }
  }
  std::vector<RecordChange> changes;
  for (v1::Patch* patch : patches) {
    apply_checked(state, *patch, &changes);
  }
  return changes;
}

std::string text_of(const v1::Record& record, const FieldDescriptor& field) {
  const Message& body = body_message(record);
  return body.GetReflection()->GetString(body, &field);
}

void write_texts_whole(v1::Upsert& upsert, const v1::Record& after) {
  Message& body = mutable_body_message(*upsert.mutable_record());
  for (const v1::TextDelta& delta : upsert.text()) {
    if (const FieldDescriptor* field = text_field(body, delta.field())) {
      body.GetReflection()->SetString(&body, field, text_of(after, *field));
    }
  }
  upsert.clear_text();
}

bool would_change(const v1::Record& record, const v1::Upsert& upsert) {
  // What people do most is another text, and to see that nothing has to be copied.
  if (brings_another_value(body_message(record), body_message(upsert.record()))) {
    return true;
  }
  v1::Record after = record;
  apply_upsert(after, upsert);
  return after.SerializeAsString() != record.SerializeAsString();
}

void apply_upsert(v1::Record& record, const v1::Upsert& upsert) {
  v1::Upsert used = upsert;
  take_upsert(record, used);
}

Fit apply_stored(State& state, const v1::StoredEvent& event, const BeforePatch& before,
                 std::vector<RecordChange>* changes) {
  return apply_parts(state, event, before, changes, [](const v1::LanePart&) { return true; });
}

Fit apply_for(State& state, const v1::StoredEvent& event, const std::string& member) {
  return apply_parts(state, event, {}, nullptr, [&](const v1::LanePart& lane) {
    return !member.empty() &&
           std::find(lane.members().begin(), lane.members().end(), member) != lane.members().end();
  });
}

}  // namespace swarmboard::board
