// The machine's own clocks. A value without state; any thread.
#pragma once

#include "server/base/clock.h"

namespace swarmboard {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override;
  [[nodiscard]] std::int64_t mono_us() const override;
};

}  // namespace swarmboard
