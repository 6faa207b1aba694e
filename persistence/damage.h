// What is known of a journal that was refused because of damage, and how it is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "persistence/record.h"

namespace swarmboard::persistence {

// A stream that misses events. What comes behind the first gap is no use without it.
struct DamagedStream {
  StreamName name;
  std::uint64_t whole_to = 0;   // Events 1 to this one are there, in order.
  std::uint64_t known_to = 0;   // The last event that is known to have been there.
  std::uint64_t set_aside = 0;  // Events that can be read, but only behind a gap.
  bool operator==(const DamagedStream&) const = default;
};

struct DamageReport {
  std::string reason;  // A sentence.
  // What was acknowledged at least, and what the journal still holds at most.
  CommitMark acknowledged;
  CommitMark found;
  // What follows was found by reading a copy of what is left.
  bool surveyed = false;
  std::uint64_t streams_readable = 0;
  std::uint64_t events_readable = 0;
  std::vector<DamagedStream> streams;
  // The ends of all streams are known up to what was acknowledged, so `streams` names every loss
  // of events. Otherwise a stream may have lost its end without a trace.
  bool ends_known = false;
  // Stored values outside the streams that cannot be read: settings, sealed entries.
  std::uint64_t values_unreadable = 0;
  std::uint64_t keyframes_unreadable = 0;  // No loss: they are made again from the log.
};

// For the operator: one line for the reason, one for each damaged stream, and what to do.
[[nodiscard]] std::string describe(const DamageReport& report);

// The same without what to do: for the record.
[[nodiscard]] std::string describe_loss(const DamageReport& report);

// A report on damage that was met while reading. Not surveyed.
[[nodiscard]] DamageReport unread_report(const std::string& folder, const CommitMark& mark);

// Names what the report says, for the operator's consent: another loss has another id.
[[nodiscard]] std::string id_of(const DamageReport& report);

}  // namespace swarmboard::persistence
