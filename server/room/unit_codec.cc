#include "server/room/unit_codec.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace swarmboard::room {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr std::uint32_t kLengthDelimited = 2;

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

std::uint64_t next_chain(std::uint64_t chain, std::string_view event_bytes) {
  return XXH3_64bits_withSeed(event_bytes.data(), event_bytes.size(), chain);
}

void append_field(std::string& out, std::uint32_t field, std::string_view bytes) {
  append_varint(out, (field << 3) | kLengthDelimited);
  append_varint(out, bytes.size());
  out.append(bytes);
}

void append_stored_event(std::string& unit, std::string_view event_bytes) {
  append_field(unit, v1::StoredUnit::kEventsFieldNumber, event_bytes);
}

void append_mark(std::string& unit, const v1::ClientMark& mark) {
  append_field(unit, v1::StoredUnit::kMarksFieldNumber, mark.SerializeAsString());
}

boost::system::result<UnitView, Damage> view_unit(std::string_view unit) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(unit.data()),
                                            static_cast<int>(unit.size()));
  UnitView view;
  while (const std::uint32_t tag = in.ReadTag()) {
    std::uint32_t length = 0;
    if ((tag & 7U) != kLengthDelimited) {
      // A field of a later version: it does not take part in the fold.
      if (!WireFormatLite::SkipField(&in, tag)) {
        return Damage{"a unit does not parse"};
      }
      continue;
    }
    if (!in.ReadVarint32(&length)) {
      return Damage{"a unit ends inside a length"};
    }
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (!in.Skip(static_cast<int>(length))) {
      return Damage{"a unit is shorter than it says"};
    }
    const std::string_view bytes = unit.substr(at, length);
    if ((tag >> 3) == v1::StoredUnit::kEventsFieldNumber) {
      view.events.push_back(bytes);
    } else if ((tag >> 3) == v1::StoredUnit::kMarksFieldNumber) {
      if (!view.marks.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return Damage{"a mark does not parse"};
      }
    }
  }
  if (!in.ConsumedEntireMessage()) {
    return Damage{"a unit has bytes that do not parse"};
  }
  return view;
}

boost::system::result<SplitMessage, Damage> split_field(std::string_view message,
                                                        std::uint32_t field) {
  const std::uint32_t wanted = (field << 3) | kLengthDelimited;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(message.data()),
                                            static_cast<int>(message.size()));
  SplitMessage split;
  auto begin = static_cast<std::size_t>(in.CurrentPosition());
  while (const std::uint32_t tag = in.ReadTag()) {
    int length = 0;
    if (tag == wanted ? !in.ReadVarintSizeAsInt(&length) : !WireFormatLite::SkipField(&in, tag)) {
      return Damage{"a message does not parse"};
    }
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (tag != wanted) {
      split.rest += message.substr(begin, at - begin);
    } else if (in.Skip(length)) {
      split.fields.push_back(message.substr(at, static_cast<std::size_t>(length)));
    } else {
      return Damage{"a message is shorter than it says"};
    }
    begin = static_cast<std::size_t>(in.CurrentPosition());
  }
  if (!in.ConsumedEntireMessage()) {
    return Damage{"a message has bytes that do not parse"};
  }
  return split;
}

}  // namespace swarmboard::room
