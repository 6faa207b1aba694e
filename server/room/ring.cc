#include "server/room/ring.h"

#include <algorithm>

#include <boost/assert.hpp>

#include "server/base/limits.h"
#include "server/wire/codec.h"

namespace swarmboard::room {
namespace {

bool is_member(const std::vector<std::string>& members, const std::string& member) {
  return std::find(members.begin(), members.end(), member) != members.end();
}

}  // namespace

std::size_t RingEvent::bytes() const {
  std::size_t sum = public_chunk.size();
  for (const Lane& lane : lanes) {
    sum += lane.chunk.size();
  }
  return sum;
}

bool RingEvent::is_visible_to(const std::string& member) const {
  return !public_chunk.empty() || std::any_of(lanes.begin(), lanes.end(), [&](const Lane& lane) {
    return is_member(lane.members, member);
  });
}

RingEvent encode_for_ring(const v1::StoredEvent& event, std::uint64_t chain) {
  RingEvent out;
  out.seq = event.seq();
  out.chain = chain;
  if (!event.public_part().empty()) {
    out.public_chunk = wire::encode_event_chunk(event.public_part());
  }
  for (const v1::LanePart& lane : event.lanes()) {
    out.lanes.push_back(
        {{lane.members().begin(), lane.members().end()}, wire::encode_event_chunk(lane.event())});
  }
  return out;
}

void Ring::reset(std::uint64_t seq, std::uint64_t chain) {
  events_.clear();
  bytes_ = 0;
  base_seq_ = seq;
  base_chain_ = chain;
  last_lane_seq_ = 0;
}

void Ring::push(RingEvent event) {
  BOOST_ASSERT(event.seq == last_seq() + 1);
  bytes_ += event.bytes();
  if (!event.lanes.empty()) {
    last_lane_seq_ = event.seq;
  }
  events_.push_back(std::move(event));
  while (events_.size() > 1 &&
         (events_.size() > limits::kRingEventsMax || bytes_ > limits::kRingBytesMax)) {
    bytes_ -= events_.front().bytes();
    base_chain_ = events_.front().chain;
    ++base_seq_;
    events_.pop_front();
  }
}

std::uint64_t Ring::chain_at(std::uint64_t seq) const {
  BOOST_ASSERT(seq >= base_seq_ && seq <= last_seq());
  return seq == base_seq_ ? base_chain_
                          : events_[static_cast<std::size_t>(seq - base_seq_ - 1)].chain;
}

bool Ring::has_lane_for(std::uint64_t from, const std::string& member) const {
  if (!has_lanes_after(from)) {
    return false;
  }
  const auto first = static_cast<std::size_t>(std::max(from, base_seq_) - base_seq_);
  for (std::size_t at = first; at < events_.size(); ++at) {
    for (const RingEvent::Lane& lane : events_[at].lanes) {
      if (is_member(lane.members, member)) {
        return true;
      }
    }
  }
  return false;
}

std::size_t Ring::bytes_after(std::uint64_t from) const {
  std::size_t sum = 0;
  const auto first = static_cast<std::size_t>(std::max(from, base_seq_) - base_seq_);
  for (std::size_t at = first; at < events_.size(); ++at) {
    sum += events_[at].public_chunk.size();
  }
  return sum;
}

Ring::Stretch Ring::collect(std::uint64_t from, const std::string* member,
                            std::size_t bytes_max) const {
  BOOST_ASSERT(from >= base_seq_ && from <= last_seq());
  Stretch out;
  out.to = from;
  for (auto at = static_cast<std::size_t>(from - base_seq_); at < events_.size(); ++at) {
    const RingEvent& event = events_[at];
    const std::size_t before = out.chunks.size();
    out.chunks.append(event.public_chunk);
    for (const RingEvent::Lane& lane : event.lanes) {
      if (member != nullptr && is_member(lane.members, *member)) {
        out.chunks.append(lane.chunk);
      }
    }
    if (before != 0 && out.chunks.size() > bytes_max) {
      out.chunks.resize(before);
      break;
    }
    out.events += out.chunks.size() > before ? 1 : 0;
    out.to = event.seq;
  }
  out.chain = chain_at(out.to);
  return out;
}

}  // namespace swarmboard::room
