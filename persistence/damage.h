// What is known of a journal that was refused because of damage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "persistence/record.h"

namespace swarmboard::persistence {

// Events of one stream that are missing or unreadable although later ones are there.
struct MissingRange {
  StreamName name;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  bool operator==(const MissingRange&) const = default;
};

struct DamageReport {
  std::string reason;  // A sentence.
  // What was acknowledged at least, and what the journal still holds at most.
  CommitMark acknowledged;
  CommitMark found;
  // Found by reading a copy of what is left. The end of a stream can be missing without a trace
  // here: then only the number of missing commits tells.
  bool surveyed = false;
  std::uint64_t streams_readable = 0;
  std::uint64_t events_readable = 0;
  std::vector<MissingRange> missing;
};

// For the operator: one line for the reason, one for each missing range.
[[nodiscard]] std::string describe(const DamageReport& report);

}  // namespace swarmboard::persistence
