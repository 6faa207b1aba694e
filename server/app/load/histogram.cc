#include "server/app/load/histogram.h"

#include <algorithm>
#include <cmath>

namespace swarmboard::load {

std::uint64_t Histogram::quantile(double share) const {
  if (count_ == 0) {
    return 0;
  }
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) {
      return std::min(upper_edge(bucket), max_);
    }
  }
  return max_;
}

std::uint64_t Histogram::upper_edge(std::size_t bucket) {
  if (bucket < 2 * kPerPower) {
    return bucket;
  }
  const std::size_t shift = bucket / kPerPower - 1;
  const std::uint64_t first = (bucket - kPerPower * shift) << shift;
  return first + ((std::uint64_t{1} << shift) - 1);
}

}  // namespace swarmboard::load
