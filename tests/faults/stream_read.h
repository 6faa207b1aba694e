// Streams as they are read back after a fault: folded from disk with every check of the server's
// own fold, or page by page as a replay shows them.
//
// One thread. Errors: StreamError with a sentence; a refusal to open is a value, because damage may
// be refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "server/app/play/person.h"
#include "server/board/state.h"
#include "tests/faults/history.h"

namespace swarmboard::faults {

struct StreamError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ReadStream {
  std::vector<Entry> entries;  // What clients did.
  std::string opened_by;       // The command on the library whose effect the first event is.
  // Events that neither a client nor the server makes, and times that fall.
  std::vector<std::string> unexplained;
  std::uint64_t head = 0;
  std::int64_t last_at_ms = 0;
  board::State state;  // Folded from disk; empty from a replay.
};

using Streams = std::map<std::string, ReadStream>;  // By session; "" is the library.

struct DiskRead {
  Streams streams;
  std::string refused;  // Why the journal was not opened; empty: it was.
};

// Opens the journal in the folder, as the server would (which may change files), and folds
// everything of the team.
[[nodiscard]] DiskRead read_disk(const std::filesystem::path& data, const std::string& team);

// All streams of a team through an open journal.
[[nodiscard]] Streams read_streams(persistence::Journal& journal, const std::string& team);

// Keys of all settings, and ids in hex of a session's cards without an author, sealed or revealed.
[[nodiscard]] std::set<std::string> read_settings(persistence::Journal& journal);
[[nodiscard]] std::set<std::string> read_cards(persistence::Journal& journal,
                                               const std::string& team, const std::string& session);

// The public events of a session, as this person may replay them.
[[nodiscard]] ReadStream read_replay(play::Person& person, const std::string& session);

}  // namespace swarmboard::faults
