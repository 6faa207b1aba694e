// What stands on what: whether a record may go without others losing what they are about. PURE.
#pragma once

#include "server/board/state.h"

namespace swarmboard::board {

// Whether another record of the state links to this one by a link that it must have or that the
// server made, or an open vote is on it. One pass over the kinds that have such links.
[[nodiscard]] bool is_needed(const State& state, const RecordKey& key);

// Whether a group of the state holds the record.
[[nodiscard]] bool is_grouped(const State& state, const RecordKey& key);

}  // namespace swarmboard::board
