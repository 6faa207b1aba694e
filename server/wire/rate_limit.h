// Token buckets: how much one connection may send. The caller passes the monotonic time in; nothing
// here waits or reads a clock. A value that lives with its connection, on that connection's thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace swarmboard::wire {

// Starts full. Time that goes backwards counts as no time.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst, std::int64_t now_us);

  // Takes `amount` if it is there, or nothing.
  [[nodiscard]] bool take(double amount, std::int64_t now_us);
  // Takes `amount` in any case; the bucket may go into debt, which the time to come pays off.
  void charge(double amount, std::int64_t now_us);
  // How long until take(amount) would succeed; 0 = now. An amount beyond the burst is treated as
  // the burst, so that the answer is always finite.
  [[nodiscard]] std::int64_t wait_us(double amount, std::int64_t now_us) const;

 private:
  [[nodiscard]] double level_at(std::int64_t now_us) const;

  double per_second_;
  double burst_;
  double level_;
  std::int64_t at_us_;
};

// The two buckets of a connection. The burst and the bytes keep their proportion to the commands,
// as in limits.h.
class RateLimit {
 public:
  RateLimit(double commands_per_second, std::int64_t now_us);

  // A whole message arrived. Returns for how long reading should pause; 0 = not at all. An empty
  // message costs a few bytes too, so that a flood of them is still a flood.
  [[nodiscard]] std::int64_t on_message(std::size_t bytes, std::int64_t now_us);
  // False: answer RATE, with retry_after_ms().
  [[nodiscard]] bool take_command(std::int64_t now_us);
  [[nodiscard]] std::uint32_t retry_after_ms(std::int64_t now_us) const;

 private:
  TokenBucket commands_;
  TokenBucket bytes_;
};

}  // namespace swarmboard::wire
