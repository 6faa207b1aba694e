#include "persistence/damage.h"

#include <string>

namespace swarmboard::persistence {

std::string describe(const DamageReport& report) {
  std::string text = report.reason;
  if (report.acknowledged.commit_no > report.found.commit_no) {
    text += "\nAcknowledged up to commit " + std::to_string(report.acknowledged.commit_no) +
            ", found up to commit " + std::to_string(report.found.commit_no) + ": " +
            std::to_string(report.acknowledged.commit_no - report.found.commit_no) +
            " commits are missing.";
  }
  if (report.surveyed) {
    text += "\nReadable: " + std::to_string(report.events_readable) + " events in " +
            std::to_string(report.streams_readable) + " streams.";
  } else {
    text += "\nWhat is left could not be read.";
  }
  for (const MissingRange& range : report.missing) {
    text += "\nMissing in team " + range.name.team + ", " +
            (range.name.stream.empty() ? "its library" : "session " + range.name.stream) +
            ": events " + std::to_string(range.first_seq) + " to " +
            std::to_string(range.last_seq) + ".";
  }
  text +=
      "\nNothing was changed. Keep a copy of the folder before anything else, then restore a "
      "backup.";
  return text;
}

}  // namespace swarmboard::persistence
