// What was sent when, and what came of it: every receipt of a command by a member is matched with
// the moment for which the command was scheduled.
//
// Owner: Engine; dialects write receipts into it. One thread. Times in microseconds of one
// monotonic clock.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/app/load/client.h"
#include "server/app/load/histogram.h"

namespace swarmboard::load {

struct Tally {
  std::uint64_t submitted = 0;
  std::uint64_t acknowledged = 0;  // The author has its own event.
  std::uint64_t deliveries = 0;    // Receipts by anybody, the author included.
  std::uint64_t expected = 0;      // What they should come to.
  std::uint64_t refused = 0;       // On the merits.
  std::uint64_t put_off = 0;       // Refused for circumstances, sent again later.
  std::uint64_t unmatched = 0;     // Receipts so late that the time of the command was forgotten.
  std::uint64_t bytes_in = 0;      // All bytes received, framing included.

  Tally& operator-=(const Tally& before);
};

class Ledger {
 public:
  // How many commands of one client are remembered; a power of two.
  static constexpr std::uint64_t kRemembered = 64;

  explicit Ledger(std::size_t clients) : sent_(clients) {}

  // From now on: every later receipt in this turn of the loop counts as of this moment.
  void set_now_us(std::int64_t now_us) { now_us_ = now_us; }

  // `receivers`: all who follow the author's board, the author included.
  void submitted(const Client& author, std::uint64_t number, std::int64_t scheduled_us,
                 std::uint32_t receivers);

  // The event of command `number` of client `author` reached `receiver`.
  void delivered(Client& receiver, std::uint32_t author, std::uint64_t number) {
    ++tally_.deliveries;
    const bool is_own = receiver.index == author;
    if (is_own) {
      ++tally_.acknowledged;
      --receiver.in_flight;
    }
    const Sent* sent = find(author, number);
    if (sent == nullptr) {
      ++tally_.unmatched;
    } else if (sent->scheduled_us >= window_start_us_ && sent->scheduled_us < window_end_us_) {
      const std::int64_t waited_us = now_us_ - sent->scheduled_us;
      (is_own ? to_author_us_ : to_others_us_)
          .record(waited_us > 0 ? static_cast<std::uint64_t>(waited_us) : 0);
    }
  }

  // Command `number` was refused on the merits.
  void refused(Client& author, std::uint64_t number, const std::string& why);
  // Takes everything from `number` on back; the scheduled times, oldest first, to be sent again.
  [[nodiscard]] std::vector<std::int64_t> put_off(Client& author, std::uint64_t number);

  // Only commands scheduled in the window count for the latencies.
  void start_window(std::int64_t now_us);

  void end_window(std::int64_t now_us) { window_end_us_ = now_us; }

  void received(std::size_t bytes) { tally_.bytes_in += bytes; }

  [[nodiscard]] const Tally& tally() const { return tally_; }

  [[nodiscard]] const Histogram& to_others_us() const { return to_others_us_; }

  [[nodiscard]] const Histogram& to_author_us() const { return to_author_us_; }

  [[nodiscard]] const std::string& first_refusal() const { return first_refusal_; }

 private:
  struct Sent {
    std::uint64_t number = 0;
    std::int64_t scheduled_us = 0;
    std::uint32_t receivers = 0;
  };

  using Remembered = std::array<Sent, kRemembered>;

  [[nodiscard]] const Sent* find(std::uint32_t author, std::uint64_t number) const {
    if (author >= sent_.size() || sent_[author] == nullptr) {
      return nullptr;
    }
    const Sent& sent = (*sent_[author])[number % kRemembered];
    return sent.number == number ? &sent : nullptr;
  }

  std::vector<std::unique_ptr<Remembered>> sent_;  // By client; only of those who write.
  std::int64_t now_us_ = 0;
  std::int64_t window_start_us_ = INT64_MAX;
  std::int64_t window_end_us_ = INT64_MAX;
  Tally tally_;
  Histogram to_others_us_;
  Histogram to_author_us_;
  std::string first_refusal_;
};

}  // namespace swarmboard::load
