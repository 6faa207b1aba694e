// What must hold after every event, checked in all tests and per board in the running server: a
// board that breaks one is closed, not the process. PURE.
#pragma once

#include <string>
#include <vector>

#include "server/board/state.h"

namespace swarmboard::board {

// A sentence for each invariant that does not hold; empty when all is well. Cost: one pass.
[[nodiscard]] std::vector<std::string> broken_invariants(const State& session);

}  // namespace swarmboard::board
