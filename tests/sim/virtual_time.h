// Virtual time: the only clock and the only scheduler of a simulated world. Tasks run one after the
// other; those due at the same moment in an order that the seed chooses.
//
// Owner: World. Single-threaded. It never waits: time jumps to the next task.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string_view>
#include <vector>

#include "server/base/clock.h"

namespace swarmboard::sim {

using Random = std::mt19937_64;

[[nodiscard]] std::uint64_t below(Random& random, std::uint64_t bound);
[[nodiscard]] std::int64_t between(Random& random, std::int64_t low, std::int64_t high);
// Asks for no number when the answer is certain.
[[nodiscard]] bool chance(Random& random, double probability);

// A running hash over everything that happens, so that two runs of a seed can be compared.
class Trace {
 public:
  void mix(std::uint64_t value);
  void mix(std::string_view bytes);

  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 1469598103934665603U;
};

class Scheduler {
 public:
  using Task = std::function<void()>;

  explicit Scheduler(Random& random) : random_(random) {}

  void at(std::int64_t due_us, Task task);
  void after(std::int64_t delay_us, Task task);
  // Runs the next task if it is due by `until_us`. False: there is none, and it is `until_us` now.
  bool step(std::int64_t until_us);

  [[nodiscard]] std::int64_t now_us() const { return now_us_; }

 private:
  struct Entry {
    std::int64_t due_us;
    std::uint64_t tie;
    Task task;
  };

  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.due_us != b.due_us ? a.due_us > b.due_us : a.tie > b.tie;
    }
  };

  Random& random_;
  std::priority_queue<Entry, std::vector<Entry>, Later> tasks_;
  std::int64_t now_us_ = 0;
};

// Keeps an order: what is handed in first runs first, whatever the delays.
class Channel {
 public:
  explicit Channel(Scheduler& scheduler) : scheduler_(scheduler) {}

  void after(std::int64_t delay_us, Scheduler::Task task);

 private:
  Scheduler& scheduler_;
  std::int64_t last_us_ = -1;
};

// Wall time may be set by a fault; monotonic time never falls.
class VirtualClock : public Clock {
 public:
  explicit VirtualClock(const Scheduler& scheduler) : scheduler_(scheduler) {}

  [[nodiscard]] std::int64_t wall_ms() const override;
  [[nodiscard]] std::int64_t mono_us() const override;

  void jump_wall(std::int64_t by_ms) { skew_ms_ += by_ms; }

 private:
  const Scheduler& scheduler_;
  std::int64_t skew_ms_ = 0;
};

}  // namespace swarmboard::sim
