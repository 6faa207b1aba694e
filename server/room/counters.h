// What the rooms of one thread count. Plain numbers without locks: they are written and read on the
// thread that owns them; /metrics asks each thread for a copy.
//
// Nothing here is kept per person or per connection, and the path of anonymous cards counts
// nothing.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace swarmboard::room {

// Counts by powers of two: bucket i holds values below 2^i.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 40;

  void record(std::int64_t value) {
    const auto positive = static_cast<std::uint64_t>(value < 0 ? 0 : value);
    const auto bucket = static_cast<std::size_t>(std::bit_width(positive));
    ++buckets_[bucket < kBuckets ? bucket : kBuckets - 1];
    ++count_;
    sum_ += positive;
  }

  [[nodiscard]] const std::array<std::uint64_t, kBuckets>& buckets() const { return buckets_; }

  [[nodiscard]] std::uint64_t count() const { return count_; }

  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

class Counters {
 public:
  static constexpr std::size_t kReasons = 128;

  void refused(int reason) {
    ++refused_by_reason[static_cast<std::size_t>(reason) < kReasons
                            ? static_cast<std::size_t>(reason)
                            : kReasons - 1];
  }

  // Commands.
  std::uint64_t accepted = 0;
  std::uint64_t repeated = 0;                               // Answered from the memory of outcomes.
  std::array<std::uint64_t, kReasons> refused_by_reason{};  // By v1::RejectReason.
  std::uint64_t misfits = 0;  // Decisions that did not fit their state: a bug of ours.
  std::uint64_t broken_invariants = 0;

  // Commit.
  std::uint64_t groups = 0;
  std::uint64_t groups_not_durable = 0;
  std::uint64_t events = 0;
  std::uint64_t rollbacks = 0;
  Histogram commit_us;  // From handing a group over until its result.

  // Fan-out.
  std::uint64_t blocks_shared = 0;
  std::uint64_t blocks_own = 0;
  std::uint64_t sends = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t deliveries = 0;  // Events times receivers, as sent from the ring.
  std::uint64_t catch_ups = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t presence_frames = 0;

  // Links.
  std::uint64_t links_opened = 0;
  std::uint64_t links_closed = 0;
  std::uint64_t dropped_silent = 0;
  std::uint64_t dropped_stuck = 0;
  std::uint64_t replaced = 0;
  std::array<std::uint64_t, 16> fatal_by_reason{};  // By v1::FatalReason.
  std::uint64_t text_frames = 0;
  std::uint64_t reading_paused = 0;
  std::array<std::uint64_t, 16> snapshots_by_why{};  // By v1::WhySnapshot.

  // Streams.
  std::uint64_t streams_loaded = 0;
  std::uint64_t streams_unloaded = 0;
  std::uint64_t streams_failed = 0;
  std::uint64_t keyframes_written = 0;
  std::uint64_t keyframes_failed = 0;
  std::uint64_t keyframes_bad = 0;  // Ignored at load: the log wins.
};

}  // namespace swarmboard::room
