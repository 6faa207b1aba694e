#include "tests/fuzz/message_mutator.h"

#include <array>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

// The fuzzer's own mutation of plain bytes; null in a build without a fuzzer.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t size_max);

namespace swarmboard::fuzz {
namespace {

namespace pb = google::protobuf;
using pb::FieldDescriptor;

// Names that inputs and prepared boards share, so that links between records lead somewhere.
constexpr std::array<std::string_view, 24> kWords = {
    "",   "amara", "ben",     "greta", "imelda",     "jonas", "s1",   "s2",
    "n1", "n2",    "n3",      "d1",    "v1",         "g1",    "c1",   "o1",
    "r1", "w1",    "id00001", "open",  "2026-11-25", "north", "x\ny", "\xf0\x9f\x90\x9d bees"};
constexpr std::array<std::int64_t, 12> kNumbers = {0,
                                                   1,
                                                   2,
                                                   3,
                                                   7,
                                                   64,
                                                   255,
                                                   20'001,
                                                   -1,
                                                   1'747'126'800'000,
                                                   std::numeric_limits<std::int64_t>::min(),
                                                   std::numeric_limits<std::int64_t>::max()};

// Bytes fields that hold a message.
const pb::Message* nested_in(const FieldDescriptor& field) {
  if (field.full_name() == "swarmboard.v1.Submit.command") {
    return &v1::Command::default_instance();
  }
  if (field.full_name() == "swarmboard.v1.StoredEvent.public_part" ||
      field.full_name() == "swarmboard.v1.LanePart.event") {
    return &v1::Event::default_instance();
  }
  return nullptr;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  void change(pb::Message& message) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const pb::Reflection& access = *message.GetReflection();
    std::vector<const FieldDescriptor*> present;
    access.ListFields(message, &present);
    // Mostly what is there already: that is how depth is reached.
    if (present.empty() || below(4) == 0) {
      if (type.field_count() > 0) {
        set(message,
            *type.field(static_cast<int>(below(static_cast<std::size_t>(type.field_count())))));
      }
      return;
    }
    const FieldDescriptor& field = *present[below(present.size())];
    if (field.is_repeated()) {
      change_list(message, field);
    } else if (below(12) == 0) {
      access.ClearField(&message, &field);
    } else {
      change_one(message, field);
    }
  }

 private:
  void change_one(pb::Message& message, const FieldDescriptor& field) {
    const pb::Reflection& access = *message.GetReflection();
    const pb::Message* const nested = nested_in(field);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      change(*access.MutableMessage(&message, &field));
    } else if (nested != nullptr && below(16) != 0) {
      const std::unique_ptr<pb::Message> inner(nested->New());
      inner->ParsePartialFromString(access.GetString(message, &field));
      change(*inner);
      access.SetString(&message, &field, inner->SerializePartialAsString());
    } else {
      set(message, field);
    }
  }

  void change_list(pb::Message& message, const FieldDescriptor& field) {
    const pb::Reflection& access = *message.GetReflection();
    const auto size = static_cast<std::size_t>(access.FieldSize(message, &field));
    const auto at = static_cast<int>(below(size));
    const bool of_messages = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    switch (below(of_messages ? 8 : 3)) {
      case 0:
        access.SwapElements(&message, &field, at, static_cast<int>(size) - 1);
        access.RemoveLast(&message, &field);
        break;
      case 1:
        access.SwapElements(&message, &field, at, static_cast<int>(below(size)));
        break;
      case 2:
        set(message, field);
        break;
      case 3: {
        const std::unique_ptr<pb::Message> copy(
            access.GetRepeatedMessage(message, &field, at).New());
        copy->CopyFrom(access.GetRepeatedMessage(message, &field, at));
        access.AddMessage(&message, &field)->CopyFrom(*copy);
        break;
      }
      default:
        change(*access.MutableRepeatedMessage(&message, &field, at));
    }
  }

  std::string text(const FieldDescriptor& field) {
    if (field.type() == FieldDescriptor::TYPE_BYTES && below(2) == 0) {
      return std::string(below(4) == 0 ? below(300) : 16, static_cast<char>(below(4)));
    }
    if (below(20) == 0) {
      return std::string(below(3000), 'w');
    }
    return std::string(kWords[below(kWords.size())]);
  }

  std::int64_t number() {
    return below(3) == 0 ? kNumbers[below(kNumbers.size())] : static_cast<std::int64_t>(below(12));
  }

  // Sets the field, or adds an element, from nothing.
  void set(pb::Message& message, const FieldDescriptor& field) {
    const pb::Reflection& access = *message.GetReflection();
    const bool add = field.is_repeated();
    const std::int64_t n = number();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        change(add ? *access.AddMessage(&message, &field)
                   : *access.MutableMessage(&message, &field));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        add ? access.AddString(&message, &field, text(field))
            : access.SetString(&message, &field, text(field));
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto value =
            static_cast<int>(below(static_cast<std::size_t>(field.enum_type()->value_count()) + 1));
        add ? access.AddEnumValue(&message, &field, value)
            : access.SetEnumValue(&message, &field, value);
        break;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        add ? access.AddBool(&message, &field, n % 2 != 0)
            : access.SetBool(&message, &field, n % 2 != 0);
        break;
      default:
        set_number(message, field, n);
    }
  }

  static void set_number(pb::Message& message, const FieldDescriptor& field, std::int64_t n) {
    const pb::Reflection& access = *message.GetReflection();
    const bool add = field.is_repeated();
    const auto unsigned_64 = static_cast<std::uint64_t>(n);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        add ? access.AddInt32(&message, &field, static_cast<std::int32_t>(n))
            : access.SetInt32(&message, &field, static_cast<std::int32_t>(n));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        add ? access.AddUInt32(&message, &field, static_cast<std::uint32_t>(n))
            : access.SetUInt32(&message, &field, static_cast<std::uint32_t>(n));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        add ? access.AddInt64(&message, &field, n) : access.SetInt64(&message, &field, n);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        add ? access.AddUInt64(&message, &field, unsigned_64)
            : access.SetUInt64(&message, &field, unsigned_64);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        add ? access.AddDouble(&message, &field, static_cast<double>(n))
            : access.SetDouble(&message, &field, static_cast<double>(n));
        break;
      default:  // No field of ours is a float.
        break;
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

void mutate_message(pb::Message& message, std::uint64_t seed) {
  Mutator(seed).change(message);
}

std::size_t mutate_input(pb::Message& scratch, std::uint8_t* data, std::size_t size,
                         std::size_t size_max, unsigned seed) {
  Mutator mutator(seed);
  if (LLVMFuzzerMutate != nullptr && mutator.below(8) == 0) {
    return LLVMFuzzerMutate(data, size, size_max);
  }
  scratch.ParsePartialFromArray(data, static_cast<int>(size));
  for (std::size_t changes = mutator.below(4) + 1; changes > 0; --changes) {
    mutator.change(scratch);
  }
  const std::string changed = scratch.SerializePartialAsString();
  if (changed.size() > size_max) {
    return size;
  }
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}

}  // namespace swarmboard::fuzz
