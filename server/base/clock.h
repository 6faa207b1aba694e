// Time comes from here and from nowhere else. Wall time is for display and the record, monotonic
// time for every wait and deadline.
#pragma once

#include <cstdint>

namespace swarmboard {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t wall_ms() const = 0;  // Milliseconds since 1970, UTC.
  [[nodiscard]] virtual std::int64_t mono_us() const = 0;  // Never falls; origin arbitrary.
};

}  // namespace swarmboard
