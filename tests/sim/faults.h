// Which misfortunes exist in a world and how often they come: chosen from the seed, so that some
// worlds know only one of them and some all ("swizzling").
//
// Owner: World. A value.
#pragma once

#include <cstdint>
#include <string>

#include "persistence/sim_journal.h"
#include "tests/sim/sim_network.h"
#include "tests/sim/virtual_time.h"

namespace swarmboard::sim {

// Chances are per step of the world.
struct FaultPlan {
  NetworkFaults network;
  persistence::SimFaults disk;
  double cut = 0;
  double half_open = 0;
  double slow_reader = 0;
  double second_socket = 0;
  double tab_kill = 0;
  double clock_jump = 0;
  double server_kill = 0;
  double graceful_stop = 0;
  double disk_full = 0;
  double restore = 0;
  double fence = 0;
  double lost_keyframes = 0;
  double long_pause = 0;
  bool two_tabs = false;

  // For the report of a failing seed.
  [[nodiscard]] std::string describe() const;
};

[[nodiscard]] FaultPlan choose_faults(Random& random);

}  // namespace swarmboard::sim
