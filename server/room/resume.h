// How a joining client is brought up: by the events since its token, or by a snapshot, and why.
// All or nothing. PURE. Rules R10 to R14 of docs/protocol.md.
#pragma once

#include <cstdint>
#include <optional>

#include "persistence/journal.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

struct ResumeFacts {
  persistence::Head durable;
  // The chain at the token's position; nothing when it is not known without reading the journal.
  std::optional<std::uint64_t> chain_at_token;
  std::size_t tail_bytes = 0;  // About.
  std::size_t snapshot_bytes = 0;
};

struct ResumeDecision {
  enum class Mode { Tail, Snapshot, ReadChain };  // ReadChain: decide again with chain_at_token.
  Mode mode = Mode::Snapshot;
  v1::WhySnapshot why = v1::WHY_SNAPSHOT_UNSPECIFIED;
};

[[nodiscard]] ResumeDecision decide_resume(const std::optional<v1::ResumeToken>& have,
                                           const ResumeFacts& facts);

}  // namespace swarmboard::room
