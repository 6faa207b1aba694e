#include "server/wire/rate_limit.h"

#include <gtest/gtest.h>

#include "server/base/limits.h"

namespace swarmboard::wire {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

TEST(TokenBucket, StartsFullAndRefillsAtItsRate) {
  TokenBucket bucket(10, 20, 0);
  EXPECT_TRUE(bucket.take(20, 0));
  EXPECT_FALSE(bucket.take(1, 0));
  EXPECT_FALSE(bucket.take(1, kSecond / 20));
  EXPECT_TRUE(bucket.take(1, kSecond / 10));
  EXPECT_FALSE(bucket.take(1, kSecond / 10));
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  TokenBucket bucket(10, 20, 0);
  EXPECT_TRUE(bucket.take(20, 3600 * kSecond));
  EXPECT_FALSE(bucket.take(1, 3600 * kSecond));
}

TEST(TokenBucket, TakesNothingWhenThereIsNotEnough) {
  TokenBucket bucket(1, 5, 0);
  EXPECT_FALSE(bucket.take(6, 0));
  EXPECT_TRUE(bucket.take(5, 0));
}

TEST(TokenBucket, TreatsTimeThatGoesBackAsNoTime) {
  TokenBucket bucket(10, 10, 5 * kSecond);
  EXPECT_TRUE(bucket.take(10, 5 * kSecond));
  EXPECT_FALSE(bucket.take(1, 0));
  // The refill counts from the latest time seen.
  EXPECT_FALSE(bucket.take(1, 5 * kSecond));
  EXPECT_TRUE(bucket.take(1, 5 * kSecond + kSecond / 10));
}

TEST(TokenBucket, SaysHowLongToWait) {
  TokenBucket bucket(10, 20, 0);
  bucket.charge(25, 0);
  EXPECT_EQ(bucket.wait_us(0, 0), kSecond / 2);
  EXPECT_EQ(bucket.wait_us(1, 0), kSecond * 6 / 10);
  EXPECT_EQ(bucket.wait_us(1, kSecond), 0);
  // More than the burst would never be there.
  EXPECT_EQ(bucket.wait_us(1000, 0), bucket.wait_us(20, 0));
}

TEST(RateLimit, LetsAnOutboxDrainAndThenSlowsToThirtyCommandsASecond) {
  RateLimit limit(limits::kCommandsPerSecond, 0);
  int taken = 0;
  while (limit.take_command(0)) {
    ++taken;
  }
  EXPECT_EQ(taken, static_cast<int>(limits::kCommandBurst));
  EXPECT_GE(limit.retry_after_ms(0), 1U);
  EXPECT_TRUE(limit.take_command(static_cast<std::int64_t>(limit.retry_after_ms(0)) * 1000));

  taken = 0;
  for (std::int64_t now = kSecond; now < 11 * kSecond; now += 1000) {
    taken += limit.take_command(now) ? 1 : 0;
  }
  EXPECT_NEAR(taken, 10 * limits::kCommandsPerSecond, limits::kCommandsPerSecond);
}

TEST(RateLimit, PausesReadingForAsLongAsTheDebtLasts) {
  RateLimit limit(limits::kCommandsPerSecond, 0);
  EXPECT_EQ(limit.on_message(limits::kMessageBytesMax, 0), 0);
  std::int64_t pause_us = 0;
  for (int i = 0; i < 4; ++i) {
    pause_us = limit.on_message(limits::kMessageBytesMax, 0);
  }
  EXPECT_GT(pause_us, 0);
  EXPECT_EQ(limit.on_message(0, 2 * pause_us), 0);
}

TEST(RateLimit, CountsEmptyMessagesToo) {
  RateLimit limit(limits::kCommandsPerSecond, 0);
  std::int64_t pause_us = 0;
  for (int i = 0; i < 100'000 && pause_us == 0; ++i) {
    pause_us = limit.on_message(0, 0);
  }
  EXPECT_GT(pause_us, 0);
}

}  // namespace
}  // namespace swarmboard::wire
