// Going on without what a damaged journal lost, when the operator has said so.
//
// What is whole becomes a new store (rocksdb_survey.h); the streams concerned get a new epoch,
// whose record keeps the report for ever (epochs.h); the damaged files are kept beside it,
// untouched, in a folder named after the epoch. A crash on the way leaves either the damaged
// journal or a mark at which the same command goes on.
//
// Owner: the subcommands `verify` and `accept-loss`. Single-threaded; no journal may be open on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/system/error_code.hpp>

#include "persistence/damage.h"

namespace swarmboard::persistence {

struct Examined {
  boost::system::error_code error;  // The folder could not be examined; `detail` says why.
  std::string detail;
  std::optional<DamageReport> damage;  // Empty without an error: no event or value is missing.
  // Of whole journals too: no loss, they are made again.
  std::uint64_t keyframes_unreadable = 0;
};

// Reads all of a journal and changes nothing.
[[nodiscard]] Examined examine(const std::string& folder);

struct AcceptedLoss {
  bool accepted = false;
  std::string detail;  // A sentence, or the report.
  std::string kept;    // Where the damaged files are now.
  std::uint64_t epoch = 0;
};

// `report_id`: id_of() the report that the operator has read; anything else changes nothing and
// answers with the report. `now_ms`: wall clock.
[[nodiscard]] AcceptedLoss accept_loss(const std::string& folder, const std::string& report_id,
                                       std::int64_t now_ms);

}  // namespace swarmboard::persistence
