// What the sockets did, as numbers for /metrics. Written by the IO threads and read by the one that
// answers HTTP, hence atomics, all relaxed: nothing is decided by them, except where noted.
#pragma once

#include <atomic>
#include <cstdint>

namespace swarmboard::net {

using Counter = std::atomic<std::uint64_t>;

struct Counters {
  Counter connections_open = 0;  // Sockets of both kinds; the listener's limit reads it.
  Counter connections_accepted = 0;
  Counter connections_refused = 0;  // At a limit.
  Counter accept_errors = 0;        // Mostly: out of descriptors.
  Counter http_requests = 0;
  Counter http_refused = 0;  // By the guard.
  Counter http_timeouts = 0;
  Counter http_status_4xx = 0;
  Counter http_status_5xx = 0;
  Counter origins_refused = 0;
  Counter upgrades_refused = 0;
  Counter websockets_open = 0;
  Counter websockets_accepted = 0;
  Counter websockets_before_hello = 0;  // The limit on unidentified connections reads it.
  Counter messages_in = 0;
  Counter message_bytes_in = 0;
  Counter blocks_out = 0;
  Counter block_bytes_out = 0;
  Counter blocks_delayed = 0;  // Not all of it fitted into the socket at once.
  Counter protocol_errors = 0;
  Counter closes_cut = 0;  // The peer did not answer a close, or a handshake took too long.
};

inline void count(Counter& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

inline void uncount(Counter& counter) {
  counter.fetch_sub(1, std::memory_order_relaxed);
}

[[nodiscard]] inline std::uint64_t value_of(const Counter& counter) {
  return counter.load(std::memory_order_relaxed);
}

}  // namespace swarmboard::net
