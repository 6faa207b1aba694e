#include "persistence/commit_pace.h"

#include <algorithm>

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kWindowUs = 100'000;
// Of one core, in percent: below the first nothing is gained by waiting, at the second the core
// that sends is close to full.
constexpr std::int64_t kIdlePercent = 20;
constexpr std::int64_t kBusyPercent = 70;

}  // namespace

std::int64_t CommitPace::next_pause_us(std::int64_t wall_us, std::int64_t cpu_us) {
  const std::int64_t wall = wall_us - window_wall_us_;
  if (wall >= kWindowUs) {
    // A window much longer than wanted means that nothing was committed for a while: start calm.
    const std::int64_t percent = (cpu_us - window_cpu_us_) * 100 / wall;
    const std::int64_t above =
        std::clamp(percent - kIdlePercent, std::int64_t{0}, kBusyPercent - kIdlePercent);
    pause_us_ = pause_us_max_ * above / (kBusyPercent - kIdlePercent);
    window_wall_us_ = wall_us;
    window_cpu_us_ = cpu_us;
  }
  return pause_us_;
}

}  // namespace swarmboard::persistence
