// When people write, in an open loop: independent writers that together make a Poisson process. The
// moments are drawn before and without regard to the server, so a server that is late does not get
// fewer commands, and the wait before a late command counts as latency.
//
// PURE: a seed gives the same moments again. One thread.
#pragma once

#include <cstdint>
#include <random>

namespace swarmboard::load {

struct Arrival {
  std::int64_t at_us = 0;
  std::uint32_t writer = 0;
};

class Arrivals {
 public:
  // `per_second`: of all writers together, above 0. `writers`: at least one.
  Arrivals(double per_second, std::uint32_t writers, std::int64_t start_us, std::uint64_t seed);

  [[nodiscard]] const Arrival& next() const { return next_; }

  void pop();

 private:
  double mean_gap_us_;
  std::uint32_t writers_;
  double at_us_;
  std::mt19937_64 random_;
  Arrival next_;
};

}  // namespace swarmboard::load
