#include "tests/sim/virtual_time.h"

#include <algorithm>
#include <utility>

namespace swarmboard::sim {
namespace {

// A day in 2026; any will do.
constexpr std::int64_t kStartWallMs = 1'770'000'000'000;

}  // namespace

std::uint64_t below(Random& random, std::uint64_t bound) {
  return bound == 0 ? 0 : random() % bound;
}

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(below(random, static_cast<std::uint64_t>(high - low + 1)));
}

bool chance(Random& random, double probability) {
  return probability > 0 && static_cast<double>(random() >> 11) * 0x1.0p-53 < probability;
}

void Trace::mix(std::uint64_t value) {
  hash_ = (hash_ ^ value) * 1099511628211U;
  hash_ ^= hash_ >> 29;
}

void Trace::mix(std::string_view bytes) {
  mix(std::hash<std::string_view>{}(bytes));
}

void Scheduler::at(std::int64_t due_us, Task task) {
  tasks_.push(Entry{std::max(due_us, now_us_), random_(), std::move(task)});
}

void Scheduler::after(std::int64_t delay_us, Task task) {
  at(now_us_ + delay_us, std::move(task));
}

bool Scheduler::step(std::int64_t until_us) {
  if (tasks_.empty() || tasks_.top().due_us > until_us) {
    now_us_ = std::max(now_us_, until_us);
    return false;
  }
  // The queue gives only const access; the entry is popped at once.
  Task task = std::move(const_cast<Entry&>(tasks_.top()).task);
  now_us_ = tasks_.top().due_us;
  tasks_.pop();
  task();
  return true;
}

void Channel::after(std::int64_t delay_us, Scheduler::Task task) {
  last_us_ = std::max(last_us_ + 1, scheduler_.now_us() + delay_us);
  scheduler_.at(last_us_, std::move(task));
}

std::int64_t VirtualClock::wall_ms() const {
  return kStartWallMs + skew_ms_ + scheduler_.now_us() / 1000;
}

std::int64_t VirtualClock::mono_us() const {
  return scheduler_.now_us();
}

}  // namespace swarmboard::sim
