#include "persistence/commit_pace.h"

#include <algorithm>

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kWindowUs = 100'000;
constexpr std::int64_t kForgottenUs = 10 * kWindowUs;
// Of one core, in percent: below the first nothing is gained by waiting; at the last the core that
// sends is full, and only fewer sends leave it time to keep its word at all.
constexpr std::int64_t kIdlePercent = 20;
constexpr std::int64_t kBusyPercent = 70;
constexpr std::int64_t kFullPercent = 95;

// From 0 at `low` to `range` at `high` percent.
std::int64_t ramp(std::int64_t percent, std::int64_t low, std::int64_t high, std::int64_t range) {
  return range * (std::clamp(percent, low, high) - low) / (high - low);
}

}  // namespace

std::int64_t CommitPace::next_pause_us(std::int64_t wall_us, std::int64_t cpu_us) {
  const std::int64_t wall = wall_us - window_wall_us_;
  if (wall >= kWindowUs) {
    // A window much longer than wanted means that nothing was committed for a while: start calm.
    const std::int64_t percent = (cpu_us - window_cpu_us_) * 100 / wall;
    const std::int64_t while_busy = pause_us_max_ / 3;
    const std::int64_t wanted =
        ramp(percent, kIdlePercent, kBusyPercent, while_busy) +
        ramp(percent, kBusyPercent, kFullPercent, pause_us_max_ - while_busy);
    // Half of the way: a longer pause lowers the share that asked for it.
    pause_us_ = wall >= kForgottenUs ? wanted : pause_us_ + (wanted - pause_us_) / 2;
    window_wall_us_ = wall_us;
    window_cpu_us_ = cpu_us;
  }
  return pause_us_;
}

}  // namespace swarmboard::persistence
