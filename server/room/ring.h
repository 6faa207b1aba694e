// The newest durable events of a stream, encoded, for everybody whose cursor is near the head.
//
// Owner: Stream. PURE; the team's thread. A public chunk is for everybody, a lane chunk only for
// its members; the chunks are those of EventBatch.events and may be joined freely.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "server/room/transport.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {

struct RingEvent {
  struct Lane {
    std::vector<std::string> members;
    std::string chunk;
  };

  std::uint64_t seq = 0;
  std::uint64_t chain = 0;   // After this event.
  std::string public_chunk;  // Empty: nothing for the public.
  std::vector<Lane> lanes;

  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] bool is_visible_to(const std::string& member) const;
};

// Encodes the parts of a stored event as chunks.
[[nodiscard]] RingEvent encode_for_ring(const v1::StoredEvent& event, std::uint64_t chain);

class Ring {
 public:
  // Starts empty behind this position.
  void reset(std::uint64_t seq, std::uint64_t chain);
  // Precondition: the next sequence number.
  void push(RingEvent event);

  // The position before the oldest event held; equal to last_seq() when empty.
  [[nodiscard]] std::uint64_t base_seq() const { return base_seq_; }

  [[nodiscard]] std::uint64_t last_seq() const { return base_seq_ + events_.size(); }

  // Precondition: base_seq() <= seq <= last_seq().
  [[nodiscard]] std::uint64_t chain_at(std::uint64_t seq) const;

  // Whether any event after `from` has a part for somebody special, and for this member.
  [[nodiscard]] bool has_lanes_after(std::uint64_t from) const { return last_lane_seq_ > from; }

  [[nodiscard]] bool has_lane_for(std::uint64_t from, const std::string& member) const;

  [[nodiscard]] std::size_t bytes_after(std::uint64_t from) const;

  struct Stretch {
    std::uint64_t to = 0;  // The last event covered.
    std::uint64_t chain = 0;
    std::size_t events = 0;  // Visible ones.
    std::string chunks;
  };

  // What is visible after `from` (to everybody, or also to `member`), cut before `bytes_max` is
  // passed; at least one visible event. Precondition: base_seq() <= from <= last_seq().
  [[nodiscard]] Stretch collect(std::uint64_t from, const std::string* member,
                                std::size_t bytes_max) const;

 private:
  std::uint64_t base_seq_ = 0;
  std::uint64_t base_chain_ = 0;
  std::uint64_t last_lane_seq_ = 0;
  std::size_t bytes_ = 0;
  std::deque<RingEvent> events_;
};

}  // namespace swarmboard::room
