// Which keyframes of a stream to keep. Pure.
//
// Of the newest state version, the newest few are kept for those who join, and of the others as
// many as the limit allows, as evenly spread over the history as possible, for those who replay.
// Keyframes of other versions are never read again by this program and go first.
#pragma once

#include <cstddef>
#include <vector>

#include "persistence/keys.h"

namespace swarmboard::persistence {

// `positions` is in order and includes the new one, whose version counts.
[[nodiscard]] std::vector<KeyframePosition> keyframes_to_drop(
    std::vector<KeyframePosition> positions, std::uint32_t state_version, std::size_t kept_max);

}  // namespace swarmboard::persistence
