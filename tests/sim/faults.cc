#include "tests/sim/faults.h"

#include <sstream>

namespace swarmboard::sim {
namespace {

// Absent in half of the worlds; otherwise anything up to the most.
double rate(Random& random, double most) {
  if (!chance(random, 0.5)) {
    return 0;
  }
  return most * static_cast<double>(1 + below(random, 100)) / 100;
}

}  // namespace

FaultPlan choose_faults(Random& random) {
  FaultPlan plan;
  plan.two_tabs = chance(random, 0.5);
  plan.long_pause = rate(random, 0.03);
  plan.disk.sync_us_max = chance(random, 0.2) ? 250'000 : 3'000;
  plan.disk.read_us_max = chance(random, 0.2) ? 50'000 : 500;
  plan.network.delay_us_max = chance(random, 0.3) ? 800'000 : 40'000;
  if (chance(random, 0.1)) {
    return plan;  // Nothing goes wrong here: what fails now fails without excuse.
  }
  plan.cut = rate(random, 0.08);
  plan.half_open = rate(random, 0.02);
  plan.slow_reader = rate(random, 0.04);
  // A board is a few kilobytes: only a small buffer is ever full.
  plan.network.kernel_bytes_max = chance(random, 0.5) ? 48 * 1024 : 1024 + below(random, 8 * 1024);
  plan.second_socket = rate(random, 0.04);
  plan.tab_kill = rate(random, 0.04);
  plan.clock_jump = rate(random, 0.02);
  plan.server_kill = rate(random, 0.04);
  plan.graceful_stop = rate(random, 0.02);
  plan.disk_full = rate(random, 0.02);
  plan.restore = chance(random, 0.3) ? rate(random, 0.01) : 0;
  plan.fence = rate(random, 0.01);
  plan.lost_keyframes = rate(random, 0.02);
  plan.disk.sync_fails = rate(random, 0.01);
  plan.disk.outcome_unknown = rate(random, 0.01);
  return plan;
}

std::string FaultPlan::describe() const {
  std::ostringstream out;
  const auto tell = [&out](const char* name, double value) {
    if (value > 0) {
      out << ' ' << name << '=' << value;
    }
  };
  tell("cut", cut);
  tell("half_open", half_open);
  tell("slow_reader", slow_reader);
  tell("second_socket", second_socket);
  tell("tab_kill", tab_kill);
  tell("clock_jump", clock_jump);
  tell("server_kill", server_kill);
  tell("graceful_stop", graceful_stop);
  tell("disk_full", disk_full);
  tell("restore", restore);
  tell("fence", fence);
  tell("lost_keyframes", lost_keyframes);
  tell("sync_fails", disk.sync_fails);
  tell("outcome_unknown", disk.outcome_unknown);
  tell("two_tabs", two_tabs ? 1 : 0);
  return out.str();
}

}  // namespace swarmboard::sim
