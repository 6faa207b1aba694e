#include "server/app/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace swarmboard::load {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.quantile(0.99), 0U);
}

TEST(Histogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) {
    histogram.record(value);
  }
  EXPECT_EQ(histogram.quantile(0.01), 1U);
  EXPECT_EQ(histogram.quantile(0.5), 50U);
  EXPECT_EQ(histogram.quantile(1), 100U);
}

TEST(Histogram, NeverSaysLessThanTheTruthAndAtMostASixtyFourthMore) {
  constexpr unsigned kSeed = 7;
  std::mt19937_64 random(kSeed);
  Histogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t value = random() >> (random() % 60);
    values.push_back(value);
    histogram.record(value);
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()))) - 1;
    const std::uint64_t truth = values[rank];
    const std::uint64_t said = histogram.quantile(share);
    EXPECT_GE(said, truth) << share << " seed " << kSeed;
    EXPECT_LE(said - truth, truth / 64) << share << " seed " << kSeed;
  }
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(Histogram, HoldsTheLargestValueThereIs) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.quantile(0.5), UINT64_MAX);
}

}  // namespace
}  // namespace swarmboard::load
