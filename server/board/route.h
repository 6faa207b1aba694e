// From a decision to what each stream records, and from there to the bytes of its event.
//
// A session stream is self-contained: its first event carries a view of the library, and every
// library record that a command touches is also in the session's event (whole, if the session had
// no copy). The library's stream records the library part; other live sessions of the team that
// hold a copy of a touched record get a mirror event. All of it is one atomic group.
//
// PURE.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/board/decide.h"

namespace swarmboard::board {

struct StreamEffect {
  std::string stream;  // Session id, or empty: the library.
  v1::Patch patch;     // Public.
  std::vector<Decision::Lane> lanes;
  bool shows_intent = true;  // False: no actor and intent in the public part (private acts).
  bool mirror = false;  // The server's copy of an act elsewhere: no client, intent MirrorLibrary.
};

// `sessions` are the live sessions of the team by id, the commanding one included. The commanding
// stream's effect comes first. Precondition: `decision` was decided on these states. Its patches
// are used up.
[[nodiscard]] std::vector<StreamEffect> route(Decision& decision, const std::string& stream,
                                              const std::map<std::string, const State*>& sessions,
                                              const State& library);

// The records of the library that a new session starts with.
[[nodiscard]] v1::Patch opening_view(const State& library, const v1::Topic& topic);

// `client_id`, `cmd_no` and `body_hash` belong to the commanding stream's event and to no other:
// commands are numbered per client and stream.
struct EventStamp {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  std::string actor;
  std::string client_id;
  std::uint64_t cmd_no = 0;
  std::uint32_t body_hash = 0;
  std::uint64_t library_seq = 0;
};

// The stored event with each part encoded once: these bytes go to disk and to the wire. The echo
// (client_id, cmd_no) is in the public part, or, for a private act, only in the lane of its actor.
[[nodiscard]] v1::StoredEvent make_event(const StreamEffect& effect, const EventStamp& stamp,
                                         const v1::Command& intent);

}  // namespace swarmboard::board
