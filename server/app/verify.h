// The subcommand `verify`. First every stored byte is read, without a change to the folder: what
// cannot be read, or is missing at the end of a stream, is reported with the id that `accept-loss`
// asks for. Then every stream of a whole store is folded from its first event, and what can be
// checked is checked: the CRC and chain of every unit, the order, that each patch fits, the rules
// that always hold on a board, and that every keyframe says what the log says.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "server/app/config.h"

namespace swarmboard::app {

// What folding one stream from its first event found.
struct StreamFinding {
  persistence::StreamName name;
  persistence::Head head;        // As the journal says.
  std::uint64_t state_hash = 0;  // Of the folded state: board::state_hash.
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t keyframes = 0;
  std::vector<std::string> damage;  // Sentences; empty: whole.
};

struct StoreFinding {
  std::vector<StreamFinding> streams;  // By team, then by stream.
  std::vector<std::string> damage;     // What is not about one stream.

  [[nodiscard]] bool is_whole() const;
};

// Folds every stream of an open journal. Waits for the journal on the calling thread.
[[nodiscard]] StoreFinding check_store(persistence::Journal& journal);

// "team/session", or "team/(library)".
[[nodiscard]] std::string label_of(const persistence::StreamName& name);

// A line per stream on `out`, and what is on record of accepted losses and restored backups. 0 =
// all is well, 1 = any finding, or the folder cannot be opened.
[[nodiscard]] int verify(const VerifyConfig& config, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::app
