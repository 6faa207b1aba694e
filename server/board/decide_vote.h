// What other acts do to votes. PURE.
#pragma once

#include <cstdint>

#include "server/board/decide.h"

namespace swarmboard::board {

// Ends the votes that are still open with their tally: a dot that was placed is never lost.
void close_open_votes(v1::Patch& patch, const State& session, std::int64_t now_ms);

}  // namespace swarmboard::board
