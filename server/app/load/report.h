// What a load found out, as a page to read and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "server/app/load/histogram.h"
#include "server/app/load/ledger.h"
#include "server/app/load/plan.h"

namespace swarmboard::load {

struct Findings {
  Plan plan;
  double window_s = 0;
  Tally window;  // Of the measured time.
  Tally whole;   // Of warm-up, measured time and what came in afterwards.
  Histogram to_others_us;
  Histogram to_author_us;
  Histogram entering_us;      // Of the last time that all entered.
  double entering_all_s = 0;  // From the first connection until all were ready.
  // Of the server's process; absent when it cannot be read.
  std::optional<double> cpu_s;                // In the measured time.
  std::optional<double> entering_cpu_s;       // While all entered.
  std::optional<std::uint64_t> memory_bytes;  // More than before the first connection.
  double own_cpu_s = 0;                       // The load's own, in the measured time.
  std::vector<std::string> problems;
};

[[nodiscard]] boost::json::object to_json(const Findings& findings);
[[nodiscard]] std::string to_text(const Findings& findings);

// The page on `out`, and the JSON in this file when one is named; "-" = only JSON, on `out`. False
// when the file cannot be written.
[[nodiscard]] bool write_report(const Findings& findings, const std::string& json_path,
                                std::ostream& out);

}  // namespace swarmboard::load
