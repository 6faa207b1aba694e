// Reading a past (or running) session for a replay: the public lane at any event, from keyframe
// plus tail, on the reader's thread; never touches the live team.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "persistence/journal.h"
#include "server/board/state.h"

namespace swarmboard::room {

struct ReplayState {
  std::uint64_t seq = 0;  // min(asked, head)
  std::uint64_t head = 0;
  std::int64_t at_ms = 0;
  std::string snapshot;  // Serialized v1::Snapshot, public records only.
};

// Calls back once, on a thread of the journal's choice.
void read_state_at(persistence::Journal& journal, persistence::StreamName name, std::uint64_t seq,
                   std::function<void(persistence::Result<ReplayState>)> done);

// A serialized v1::EventPage of the public parts of events from `from` on, at most about bytes_max.
void read_events(persistence::Journal& journal, persistence::StreamName name, std::uint64_t from,
                 std::size_t bytes_max, std::function<void(persistence::Result<std::string>)> done);

}  // namespace swarmboard::room
