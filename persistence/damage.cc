#include "persistence/damage.h"

#include <array>
#include <cstdio>
#include <string>
#include <xxhash.h>

namespace swarmboard::persistence {
namespace {

std::string label_of(const StreamName& name) {
  return "team " + name.team + ", " +
         (name.stream.empty() ? "its library" : "session " + name.stream);
}

std::string describe(const DamagedStream& stream) {
  std::string text = "\nMissing in " + label_of(stream.name) + ": ";
  const std::string first = std::to_string(stream.whole_to + 1);
  if (stream.set_aside == 0) {
    text += "events " + first + " to " + std::to_string(stream.known_to) + ".";
  } else {
    text += "events from " + first + " on, of " + std::to_string(stream.known_to) + "; " +
            std::to_string(stream.set_aside) + " of them can be read but not joined to the rest.";
  }
  return text;
}

std::string describe_findings(const DamageReport& report) {
  std::string text;
  if (report.acknowledged.commit_no > report.found.commit_no) {
    text += "\nAcknowledged up to commit " + std::to_string(report.acknowledged.commit_no) +
            ", found up to commit " + std::to_string(report.found.commit_no) + ": " +
            std::to_string(report.acknowledged.commit_no - report.found.commit_no) +
            " commits are missing.";
  } else if (report.acknowledged.writes > report.found.writes) {
    text += "\nOf " + std::to_string(report.acknowledged.writes) + " acknowledged writes " +
            std::to_string(report.acknowledged.writes - report.found.writes) +
            " are missing: sign-in data, for example.";
  }
  if (!report.surveyed) {
    return text + "\nWhat is left could not be read.";
  }
  text += "\nReadable: " + std::to_string(report.events_readable) + " events in " +
          std::to_string(report.streams_readable) + " streams.";
  for (const DamagedStream& stream : report.streams) {
    text += describe(stream);
  }
  if (report.values_unreadable > 0) {
    text += "\nUnreadable outside the streams: " + std::to_string(report.values_unreadable) +
            " places with sign-in data or sealed cards.";
  }
  text += report.ends_known
              ? "\nNo other team or session misses an event."
              : "\nThe ends of the streams are not known: any stream may have lost its last events "
                "without a trace.";
  return text;
}

}  // namespace

std::string describe_loss(const DamageReport& report) {
  return report.reason + describe_findings(report);
}

std::string describe(const DamageReport& report) {
  std::string text = describe_loss(report);
  text +=
      "\nNothing was changed. Keep a copy of the folder before anything else. Then restore a "
      "backup";
  return text + (report.surveyed ? ", or go on without what is missing: accept-loss --report " +
                                       id_of(report) + "."
                                 : ".");
}

DamageReport unread_report(const std::string& folder, const CommitMark& mark) {
  DamageReport report;
  report.reason = "Stored bytes in " + folder + " cannot be read any more.";
  report.acknowledged = report.found = mark;
  return report;
}

std::string id_of(const DamageReport& report) {
  // Without the reason, which names the folder and differs with the moment of discovery.
  const std::string text = describe_findings(report);
  std::array<char, 17> id{};
  // Always fits: sixteen digits.
  std::snprintf(id.data(), id.size(), "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  return id.data();
}

}  // namespace swarmboard::persistence
