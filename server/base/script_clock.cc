#include "server/base/script_clock.h"

namespace swarmboard {

ScriptClock::ScriptClock() : wall_ms_(system_.wall_ms()) {}

std::int64_t ScriptClock::wall_ms() const {
  return wall_ms_.load(std::memory_order_relaxed);
}

std::int64_t ScriptClock::mono_us() const {
  return system_.mono_us();
}

void ScriptClock::set_wall_ms(std::int64_t wall_ms) {
  wall_ms_.store(wall_ms, std::memory_order_relaxed);
}

}  // namespace swarmboard
