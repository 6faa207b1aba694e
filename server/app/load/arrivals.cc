#include "server/app/load/arrivals.h"

#include <cmath>

namespace swarmboard::load {
namespace {

// In (0, 1]: 53 random bits, never zero, because the logarithm follows.
double unit_interval(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 1) / 9007199254740992.0;
}

}  // namespace

Arrivals::Arrivals(double per_second, std::uint32_t writers, std::int64_t start_us,
                   std::uint64_t seed)
    : mean_gap_us_(1e6 / per_second),
      writers_(writers),
      at_us_(static_cast<double>(start_us)),
      random_(seed) {
  pop();
}

void Arrivals::pop() {
  at_us_ -= std::log(unit_interval(random_)) * mean_gap_us_;
  next_.at_us = static_cast<std::int64_t>(at_us_);
  next_.writer = static_cast<std::uint32_t>(random_() % writers_);
}

}  // namespace swarmboard::load
