#include "server/app/load/arrivals.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace swarmboard::load {
namespace {

std::vector<Arrival> take(Arrivals arrivals, int count) {
  std::vector<Arrival> taken;
  for (int i = 0; i < count; ++i) {
    taken.push_back(arrivals.next());
    arrivals.pop();
  }
  return taken;
}

TEST(Arrivals, AreTheSameForTheSameSeedAndOthersForAnother) {
  const auto first = take(Arrivals(1'000, 50, 0, 1), 100);
  const auto again = take(Arrivals(1'000, 50, 0, 1), 100);
  const auto other = take(Arrivals(1'000, 50, 0, 2), 100);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].at_us, again[i].at_us);
    EXPECT_EQ(first[i].writer, again[i].writer);
  }
  EXPECT_NE(first.back().at_us, other.back().at_us);
}

TEST(Arrivals, ComeAtTheRateAskedForWithTheSpreadOfAPoissonProcess) {
  constexpr int kCount = 20'000;
  const auto taken = take(Arrivals(1'000, 50, 5'000'000, 3), kCount);
  double sum = 0;
  double squares = 0;
  std::int64_t before_us = 5'000'000;
  for (const Arrival& arrival : taken) {
    ASSERT_GE(arrival.at_us, before_us);
    const auto gap = static_cast<double>(arrival.at_us - before_us);
    sum += gap;
    squares += gap * gap;
    before_us = arrival.at_us;
  }
  const double mean = sum / kCount;
  EXPECT_NEAR(mean, 1'000, 30);  // Microseconds: four standard errors.
  // The gaps of a Poisson process spread as much as they last.
  EXPECT_NEAR(std::sqrt(squares / kCount - mean * mean), 1'000, 60);
}

TEST(Arrivals, AreSharedEvenlyAmongTheWriters) {
  std::vector<int> counts(10);
  for (const Arrival& arrival : take(Arrivals(1'000, 10, 0, 4), 10'000)) {
    ++counts.at(arrival.writer);
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 1'000, 150);
  }
}

}  // namespace
}  // namespace swarmboard::load
