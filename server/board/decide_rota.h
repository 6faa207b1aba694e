// Whose turn it is to lead: the order of the reps, with whoever led longest ago first. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/board/decide.h"

namespace swarmboard::board {

// All active reps, the next one first. Somebody whom the rota does not list yet comes after the
// listed ones, those who have led least lately first.
[[nodiscard]] std::vector<std::string> turn_order(const State& library);

// Adds to `patch`, when a session ends: who led most of it goes to the end of the order, the card
// says who led, and a nomination of the same person is done with.
void end_turn_of_leader(v1::Patch& patch, const View& view, std::int64_t now_ms);

}  // namespace swarmboard::board
