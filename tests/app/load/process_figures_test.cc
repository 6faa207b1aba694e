#include "server/app/load/process_figures.h"

#include <cstdint>
#include <unistd.h>

#include <gtest/gtest.h>

namespace swarmboard::load {
namespace {

TEST(ProcessFigures, OfThisProcessGrowWithItsWork) {
  const auto before = read_process(::getpid());
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(before->resident_bytes, 100'000U);
  // Until the kernel has counted it: how long that takes is up to the kernel.
  volatile std::uint64_t work = 0;
  auto after = before;
  for (int round = 0; round < 10'000 && after && after->cpu_ns == before->cpu_ns; ++round) {
    for (int i = 0; i < 100'000; ++i) {
      work = work + 1;
    }
    after = read_process(::getpid());
  }
  ASSERT_TRUE(after.has_value());
  EXPECT_GT(after->cpu_ns, before->cpu_ns);
}

TEST(ProcessFigures, OfNoProcessAreNothing) {
  EXPECT_FALSE(read_process(0).has_value());
}

}  // namespace
}  // namespace swarmboard::load
