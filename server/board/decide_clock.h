// The clock of the running stage, and the poll at its end. Time left is counted by the server: a
// stage ends at a moment that everybody knows, and a pause keeps what was left.
//
// PURE. All times are the server's wall clock in milliseconds.
#pragma once

#include <cstdint>
#include <string>

#include "server/board/decide.h"

namespace swarmboard::board {

// How long a poll is open: the result is there within this time.
inline constexpr std::int64_t kTimePollMs = 15'000;

// When the stage's time is up. While the clock stands still: the moment at which it would be up if
// it went on now. Precondition: the stage has started.
[[nodiscard]] std::int64_t stage_ends_at_ms(const v1::Stage& stage, std::int64_t now_ms);

// Adds to `patch`: the stage ends now. A pause does not count as time used.
void end_stage(v1::Patch& patch, const std::string& id, const v1::Stage& stage,
               std::int64_t now_ms);

// Whether the clock itself should ask the room now: the time has just run out, people are here, and
// nobody has asked.
[[nodiscard]] bool is_time_poll_due(const State& session, std::int64_t now_ms);

// The open poll; empty: none.
[[nodiscard]] std::string open_time_poll(const State& session);

// Ends the open poll, if there is one, with its count.
void close_time_poll(v1::Patch& patch, const State& session, std::int64_t now_ms);

}  // namespace swarmboard::board
