// How long the commit thread waits before it commits, so that under load a commit holds more and
// fewer, bigger sends follow: nothing while the process is idle, a third of the limit when the core
// is busy, all of it when the core is full. Decided from the CPU share of the last 100 ms and not
// from the length of a queue, which reacts too late (docs/performance.md).
//
// Pure: time is passed in. Owner: the commit thread.
#pragma once

#include <cstdint>

namespace swarmboard::persistence {

class CommitPace {
 public:
  explicit CommitPace(std::int64_t pause_us_max) : pause_us_max_(pause_us_max) {}

  // `wall_us`: monotonic time; `cpu_us`: CPU time of the whole process. Returns the pause in us.
  [[nodiscard]] std::int64_t next_pause_us(std::int64_t wall_us, std::int64_t cpu_us);

 private:
  std::int64_t pause_us_max_;
  std::int64_t window_wall_us_ = 0;
  std::int64_t window_cpu_us_ = 0;
  std::int64_t pause_us_ = 0;
};

}  // namespace swarmboard::persistence
