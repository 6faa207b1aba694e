// What a link sends next: direct frames, then the events from its cursors, then what is passing.
// A ready transport takes one block at a time; nothing is queued here but direct frames.
#include <algorithm>
#include <utility>

#include "server/base/limits.h"
#include "server/room/link_core.h"
#include "server/wire/codec.h"

namespace swarmboard::room {

void LinkCore::send(const Block& block) {
  if (std::exchange(told_us_, limits::kTickUs) != limits::kTickUs) {
    team.look_at(*this, team.now_us() + limits::kTickUs);
  }
  send_quietly(block);
}

void LinkCore::send_quietly(const Block& block) {
  spoke_us_ = team.now_us();
  write(block);
}

void LinkCore::write(const Block& block) {
  sent_us_ = team.now_us();
  ++team.deps.counters.sends;
  team.deps.counters.bytes_sent += block->size();
  transport_.send(block);
}

void LinkCore::direct(const v1::ServerFrame& frame) {
  if (state_ == State::Closing || state_ == State::Closed) {
    return;
  }
  direct_has_only_pongs_ = direct_has_only_pongs_ && frame.has_pong();
  direct_ += wire::encode_frame(frame);
  ++direct_frames_;
  if (direct_frames_ > limits::kDirectFramesMax || direct_.size() > limits::kDirectBytesMax) {
    if (transport_.ready()) {
      send(wire::frame_block(std::exchange(direct_, {})));
      direct_frames_ = 0;
    } else {
      fatal(v1::FATAL_REASON_TOO_SLOW, "Answers wait and are not read.");
      return;
    }
  }
  team.wake(*this);
}

void LinkCore::nack(std::uint32_t sub, std::uint64_t cmd_no, const board::Refusal& refusal,
                    std::uint64_t expected) {
  v1::ServerFrame frame;
  v1::Nack* nack = frame.mutable_nack();
  nack->set_sub(sub);
  nack->set_cmd_no(cmd_no);
  nack->set_reason(refusal.reason);
  nack->set_detail(refusal.detail);
  nack->set_expected_cmd_no(expected);
  switch (refusal.reason) {
    case v1::REJECT_REASON_RATE:
      nack->set_retry_after_ms(rate_.retry_after_ms(team.now_us()));
      break;
    case v1::REJECT_REASON_STARTING:
    case v1::REJECT_REASON_OVERLOADED:
      nack->set_retry_after_ms(250);
      break;
    case v1::REJECT_REASON_READ_ONLY:
      nack->set_retry_after_ms(1'000);
      break;
    default:
      break;
  }
  direct(frame);
}

void LinkCore::pump() {
  if (state_ != State::Open && state_ != State::AwaitHello && state_ != State::Redeeming) {
    return;
  }
  while (transport_.ready()) {
    if (!direct_.empty()) {
      direct_frames_ = 0;
      const Block block = wire::frame_block(std::exchange(direct_, {}));
      if (std::exchange(direct_has_only_pongs_, true)) {
        send_quietly(block);
      } else {
        send(block);
      }
    } else if (!send_next()) {
      break;
    }
    if (state_ == State::Closed || state_ == State::Closing) {
      return;
    }
  }
  if (!transport_.ready() && blocked_us_ == 0) {
    blocked_us_ = team.now_us();
    team.look_at(*this, blocked_us_ + limits::kStuckWriteUs);
  }
}

bool LinkCore::send_next() {
  // By index: bringing a subscription up may not add or remove any.
  for (std::size_t at = 0; at < subs.size(); ++at) {
    Subscription& sub = *subs[at];
    switch (sub.mode) {
      case Subscription::Mode::Snapshot:
        if (send_snapshot_part(sub)) {
          return true;
        }
        break;
      case Subscription::Mode::CatchingUp:
        if (send_piece(sub)) {
          return true;
        }
        break;
      case Subscription::Mode::Live:
        if (send_live(sub) || send_passing(sub)) {
          return true;
        }
        break;
      default:
        break;
    }
  }
  return false;
}

bool LinkCore::send_snapshot_part(Subscription& sub) {
  OutgoingSnapshot& snapshot = *sub.snapshot;
  v1::ServerFrame frame;
  v1::SnapshotPart* part = frame.mutable_snapshot();
  part->set_sub(sub.sub);
  part->set_part(snapshot.part);
  part->set_parts(snapshot.parts());
  part->set_data(snapshot.take());
  if (snapshot.part == snapshot.parts()) {
    sub.snapshot.reset();
    enter(sub);
  }
  send(wire::frame_block(wire::encode_frame(frame)));
  return true;
}

bool LinkCore::send_piece(Subscription& sub) {
  if (sub.piece == nullptr) {
    return false;
  }
  const Block piece = std::exchange(sub.piece, nullptr);
  sub.cursor = sub.scanned = sub.piece_to;
  enter(sub);
  send(piece);
  return true;
}

bool LinkCore::send_live(Subscription& sub) {
  Stream& stream = *sub.stream;
  const std::uint64_t head = stream.durable.head.seq;
  if (sub.scanned >= head) {
    return false;
  }
  if (sub.scanned < stream.ring.base_seq()) {
    fall_behind(sub);
    return false;
  }
  const bool own =
      stream.ring.has_lanes_after(sub.scanned) && stream.ring.has_lane_for(sub.scanned, member);
  Stream::CachedBlock made;
  const Stream::CachedBlock* block = &made;
  if (!own) {
    const auto found = std::find_if(
        stream.blocks.begin(), stream.blocks.end(), [&](const Stream::CachedBlock& entry) {
          return entry.cursor == sub.cursor && entry.scanned == sub.scanned;
        });
    if (found != stream.blocks.end()) {
      block = &*found;
    }
  }
  if (block == &made) {
    const Ring::Stretch stretch =
        stream.ring.collect(sub.scanned, own ? &member : nullptr, limits::kBlockBytesMax);
    made = {sub.cursor, sub.scanned, stretch.to, stretch.events, nullptr};
    if (stretch.events > 0) {
      ++(own ? team.deps.counters.blocks_own : team.deps.counters.blocks_shared);
      made.block = wire::frame_block(wire::encode_batch_frame(
          stream.ref, sub.cursor + 1, stretch.to, stretch.chain, stretch.chunks));
    }
    if (!own) {
      stream.blocks.push_back(made);
    }
  }
  sub.scanned = block->to;
  if (block->block == nullptr) {
    return false;
  }
  sub.cursor = block->to;
  team.deps.counters.deliveries += block->events;
  const Block kept = block->block;  // Sending may lead to a new turn of blocks.
  send(kept);
  return true;
}

bool LinkCore::send_passing(Subscription& sub) {
  Stream& stream = *sub.stream;
  if (sub.sealed_seen != stream.sealed_version) {
    if (stream.sealed_block == nullptr) {
      stream.sealed_block = wire::frame_block(team.sealed_frames(stream));
    }
    sub.sealed_seen = stream.sealed_version;
    send(stream.sealed_block);
    return true;
  }
  if (sub.off_record_seen != stream.off_record_version) {
    if (stream.off_record_block == nullptr) {
      stream.off_record_block = wire::frame_block(team.off_record_frames(stream));
    }
    sub.off_record_seen = stream.off_record_version;
    send(stream.off_record_block);
    return true;
  }
  if (sub.presence_seen != stream.presence.version()) {
    const Block frame = stream.presence.frame_after(sub.presence_seen, stream.ref);
    sub.presence_seen = stream.presence.version();
    ++team.deps.counters.presence_frames;
    send(frame);
    return true;
  }
  return false;
}

}  // namespace swarmboard::room
