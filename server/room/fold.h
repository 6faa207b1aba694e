// Folding units of the log onto a state, with every check: the chain, the order, the fit. Used by
// loading and by replay alike. PURE; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "persistence/journal.h"
#include "server/board/apply.h"
#include "server/board/state.h"
#include "server/room/unit_codec.h"

namespace swarmboard::room {

struct Fold {
  board::State state;
  std::uint64_t seq = 0;
  std::uint64_t chain = 0;
  std::int64_t last_at_ms = 0;
};

// Events and marks as they are folded; all may be empty.
struct FoldWatch {
  board::BeforePatch before_patch;
  std::function<void(const v1::StoredEvent&, std::uint64_t chain)> on_event;
  // What the event changed; after on_event.
  std::function<void(std::uint64_t seq, const std::vector<board::RecordChange>&)> on_changes;
  std::function<void(const v1::ClientMark&, std::int64_t at_ms)> on_mark;
};

// Applies the events of the unit that lie after the fold's position, up to `seq_max`. Events before
// it are only hashed, to prove that the fold stands where it says.
[[nodiscard]] boost::system::result<void, Damage> fold_unit(
    Fold& fold, const persistence::Unit& unit, const FoldWatch& watch = {},
    std::uint64_t seq_max = std::numeric_limits<std::uint64_t>::max());

// The events of a unit, checked against its chain; no state.
struct CheckedEvent {
  v1::StoredEvent event;
  std::uint64_t chain = 0;  // After it.
};

[[nodiscard]] boost::system::result<std::vector<CheckedEvent>, Damage> check_unit(
    const persistence::Unit& unit);

}  // namespace swarmboard::room
