// The course of a load, the same for whatever server and dialect: all enter, warm-up, the measured
// window between two looks at the server's process, and then the wait for what is still under way.
//
// One thread, that of the engine. What went wrong becomes a problem among the findings.
#pragma once

#include <sys/types.h>
#include <vector>

#include "server/app/load/client.h"
#include "server/app/load/engine.h"
#include "server/app/load/plan.h"
#include "server/app/load/process_figures.h"
#include "server/app/load/report.h"
#include "server/base/clock.h"

namespace swarmboard::load {

// Raises this process's limit of open files, if it may.
[[nodiscard]] Problem allow_descriptors(std::uint64_t connections);

[[nodiscard]] std::vector<Client> make_clients(const Plan& plan);

class Measurement {
 public:
  // `server_pid`: 0 when the server's process cannot be read.
  Measurement(const Plan& plan, Engine& engine, const Clock& clock, pid_t server_pid);

  // Connects all who are away; false when not all entered. May be called again after a cut.
  [[nodiscard]] bool enter();
  // Writes as planned, and settles.
  void measure();

  [[nodiscard]] const Findings& findings() const { return findings_; }

 private:
  void settle();

  Engine& engine_;
  const Clock& clock_;
  pid_t server_pid_;
  std::optional<ProcessFigures> at_first_;
  Findings findings_;
};

}  // namespace swarmboard::load
