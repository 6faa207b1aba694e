// The bytes of a StoredUnit: events are written as they were encoded and read as they lie, because
// the chain is a hash of journaled bytes, never of re-encoded ones. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {

// What is wrong with stored bytes: damage, or a bug of ours.
struct Damage {
  std::string what;
};

[[nodiscard]] std::uint64_t next_chain(std::uint64_t chain, std::string_view event_bytes);

void append_stored_event(std::string& unit, std::string_view event_bytes);
void append_mark(std::string& unit, const v1::ClientMark& mark);

struct UnitView {
  std::vector<std::string_view> events;  // Into the unit's bytes.
  std::vector<v1::ClientMark> marks;
};

[[nodiscard]] boost::system::result<UnitView, Damage> view_unit(std::string_view unit);

// A message taken apart: the bytes of every length-delimited field with that number, and the rest.
struct SplitMessage {
  std::vector<std::string_view> fields;  // Into the message's bytes.
  std::string rest;
};

[[nodiscard]] boost::system::result<SplitMessage, Damage> split_field(std::string_view message,
                                                                      std::uint32_t field);

// Length-delimited field of a protobuf message: tag, length, bytes.
void append_field(std::string& out, std::uint32_t field, std::string_view bytes);

}  // namespace swarmboard::room
