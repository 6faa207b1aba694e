#include "server/wire/rate_limit.h"

#include <algorithm>
#include <cmath>

#include "server/base/limits.h"

namespace swarmboard::wire {
namespace {

constexpr double kUsPerSecond = 1e6;
// About what the headers of the smallest message cost on the way.
constexpr std::size_t kMessageOverheadBytes = 64;

}  // namespace

TokenBucket::TokenBucket(double per_second, double burst, std::int64_t now_us)
    : per_second_(per_second), burst_(burst), level_(burst), at_us_(now_us) {}

bool TokenBucket::take(double amount, std::int64_t now_us) {
  if (level_at(now_us) < amount) {
    return false;
  }
  charge(amount, now_us);
  return true;
}

void TokenBucket::charge(double amount, std::int64_t now_us) {
  level_ = level_at(now_us) - amount;
  at_us_ = std::max(at_us_, now_us);
}

std::int64_t TokenBucket::wait_us(double amount, std::int64_t now_us) const {
  const double missing = std::min(amount, burst_) - level_at(now_us);
  if (missing <= 0) {
    return 0;
  }
  return static_cast<std::int64_t>(std::ceil(missing / per_second_ * kUsPerSecond));
}

double TokenBucket::level_at(std::int64_t now_us) const {
  const std::int64_t passed_us = std::max<std::int64_t>(0, now_us - at_us_);
  return std::min(burst_, level_ + static_cast<double>(passed_us) / kUsPerSecond * per_second_);
}

RateLimit::RateLimit(double commands_per_second, std::int64_t now_us)
    : commands_(commands_per_second,
                commands_per_second * (limits::kCommandBurst / limits::kCommandsPerSecond), now_us),
      bytes_(commands_per_second * (limits::kBytesPerSecond / limits::kCommandsPerSecond),
             commands_per_second * (limits::kByteBurst / limits::kCommandsPerSecond), now_us) {}

std::int64_t RateLimit::on_message(std::size_t bytes, std::int64_t now_us) {
  bytes_.charge(static_cast<double>(bytes + kMessageOverheadBytes), now_us);
  return bytes_.wait_us(0, now_us);
}

bool RateLimit::take_command(std::int64_t now_us) {
  return commands_.take(1, now_us);
}

std::uint32_t RateLimit::retry_after_ms(std::int64_t now_us) const {
  // At least a millisecond: a client that retries at once would only be refused again.
  const std::int64_t wait_ms = (commands_.wait_us(1, now_us) + 999) / 1000;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, wait_ms));
}

}  // namespace swarmboard::wire
