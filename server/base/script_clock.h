// Wall time that stands where a script puts it, for playing a session at full speed with its own
// dates. Monotonic time is real, so heartbeats and deadlines work as ever. Any thread.
#pragma once

#include <atomic>

#include "server/base/system_clock.h"

namespace swarmboard {

class ScriptClock final : public Clock {
 public:
  ScriptClock();

  [[nodiscard]] std::int64_t wall_ms() const override;
  [[nodiscard]] std::int64_t mono_us() const override;
  void set_wall_ms(std::int64_t wall_ms);

 private:
  SystemClock system_;
  std::atomic<std::int64_t> wall_ms_;
};

}  // namespace swarmboard
