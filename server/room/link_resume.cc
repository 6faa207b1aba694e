// How a subscription is brought up: from the ring, from the journal in pieces, or by a snapshot.
#include <algorithm>
#include <utility>

#include "server/base/limits.h"
#include "server/board/queries.h"
#include "server/board/snapshot.h"
#include "server/room/link_core.h"
#include "server/room/resume.h"
#include "server/wire/codec.h"

namespace swarmboard::room {

Subscription* LinkCore::find_sub(std::uint32_t number) {
  const auto found =
      std::find_if(subs.begin(), subs.end(), [&](const auto& sub) { return sub->sub == number; });
  return found == subs.end() ? nullptr : found->get();
}

Subscription* LinkCore::find_serial(std::uint64_t serial) {
  const auto found = std::find_if(subs.begin(), subs.end(),
                                  [&](const auto& sub) { return sub->serial == serial; });
  return found == subs.end() ? nullptr : found->get();
}

void LinkCore::on_join(const v1::Join& join) {
  v1::ServerFrame frame;
  frame.mutable_left()->set_sub(join.sub());
  if (!rate_.take_command(team.now_us()) ||
      (subs.size() >= limits::kSubscriptionsPerLinkMax && find_sub(join.sub()) == nullptr)) {
    frame.mutable_left()->set_reason(v1::LEFT_REASON_TOO_MANY);
    direct(frame);
    return;
  }
  if (Subscription* known = find_sub(join.sub()); known != nullptr) {
    team.detach(*known);
    std::erase_if(subs, [&](const auto& sub) { return sub.get() == known; });
  }
  auto sub = std::make_unique<Subscription>();
  sub->link = this;
  sub->sub = join.sub();
  sub->serial = next_serial_++;
  sub->session_id = join.session_id();
  if (join.has_have()) {
    sub->have = join.have();
  }
  const std::uint64_t serial = sub->serial;
  const std::string stream = sub->session_id;
  subs.push_back(std::move(sub));
  team.with_stream(stream, [this, alive = std::weak_ptr<char>(alive_), serial](Stream* found) {
    if (alive.expired()) {
      return;
    }
    if (Subscription* waiting = find_serial(serial); waiting != nullptr) {
      on_stream(*waiting, found);
    }
  });
}

// One answer for "there is no such session" and "it is not for you": existence is a secret too.
void LinkCore::on_stream(Subscription& sub, Stream* stream) {
  if (stream == nullptr) {
    const Stream* failed = team.find_stream(sub.session_id);
    const bool damaged = failed != nullptr && failed->phase == Stream::Phase::Failed &&
                         team.library != nullptr &&
                         board::is_active_member(team.library->durable_state, member);
    leave(sub, damaged ? v1::LEFT_REASON_FAILED : v1::LEFT_REASON_NOT_FOUND);
    return;
  }
  const board::State nothing;
  const board::State& session = stream->is_library() ? nothing : stream->durable_state;
  if (!board::may_follow(session, team.library->durable_state, member)) {
    leave(sub, v1::LEFT_REASON_NOT_FOUND);
    return;
  }
  sub.stream = stream;
  team.attach(sub);
  bring_up(sub, std::nullopt);
}

void LinkCore::bring_up(Subscription& sub, std::optional<std::uint64_t> chain_at_token) {
  Stream& stream = *sub.stream;
  ResumeFacts facts;
  facts.durable = stream.durable.head;
  facts.chain_at_token = chain_at_token;
  if (sub.have && sub.have->seq() <= stream.durable.head.seq &&
      sub.have->epoch() == stream.durable.head.epoch) {
    const std::uint64_t from = sub.have->seq();
    const Ring& ring = stream.ring;
    if (from >= ring.base_seq()) {
      facts.chain_at_token = ring.chain_at(from);
      facts.tail_bytes = ring.bytes_after(from);
    } else {
      const std::uint64_t held = std::max<std::uint64_t>(ring.last_seq() - ring.base_seq(), 1);
      const std::uint64_t each = std::max<std::uint64_t>(ring.bytes_after(0) / held, 256);
      facts.tail_bytes = static_cast<std::size_t>(each * (stream.durable.head.seq - from));
      if (from == 0) {
        facts.chain_at_token = 0;
      }
    }
    if (facts.tail_bytes > 0) {
      facts.snapshot_bytes = team.snapshot_of(stream)->public_records.size();
    }
  }
  const ResumeDecision decision = decide_resume(sub.have, facts);
  switch (decision.mode) {
    case ResumeDecision::Mode::Tail:
      return start_tail(sub);
    case ResumeDecision::Mode::Snapshot:
      return start_snapshot(sub, decision.why);
    case ResumeDecision::Mode::ReadChain:
      sub.mode = Subscription::Mode::Verifying;
      team.want_read(sub);
      return;
  }
}

void LinkCore::start_tail(Subscription& sub) {
  sub.cursor = sub.scanned = sub.have->seq();
  say_joined(sub, v1::JOIN_MODE_TAIL, v1::WHY_SNAPSHOT_UNSPECIFIED);
  enter(sub);
}

std::size_t OutgoingSnapshot::size() const {
  return header.size() + shared->public_records.size() + own.size();
}

std::uint32_t OutgoingSnapshot::parts() const {
  return static_cast<std::uint32_t>(std::max<std::size_t>(
      1, (size() + limits::kSnapshotPartBytes - 1) / limits::kSnapshotPartBytes));
}

std::string OutgoingSnapshot::take() {
  std::string bytes;
  bytes.reserve(std::min(limits::kSnapshotPartBytes, size() - at));
  std::size_t begin = 0;
  for (const std::string_view piece :
       {std::string_view(header), std::string_view(shared->public_records),
        std::string_view(own)}) {
    // How far into this piece the part begins, and what still fits into the part.
    const std::size_t from = at + bytes.size() - begin;
    if (from < piece.size()) {
      bytes += piece.substr(from, limits::kSnapshotPartBytes - bytes.size());
    }
    begin += piece.size();
  }
  at += bytes.size();
  ++part;
  return bytes;
}

void LinkCore::start_snapshot(Subscription& sub, v1::WhySnapshot why) {
  Stream& stream = *sub.stream;
  const auto cached = team.snapshot_of(stream);
  v1::Snapshot header;
  header.set_seq(cached->seq);
  header.set_chain(cached->chain);
  header.set_last_at_ms(cached->last_at_ms);
  sub.snapshot = std::make_unique<OutgoingSnapshot>();
  sub.snapshot->header = header.SerializeAsString();
  sub.snapshot->shared = cached;
  sub.snapshot->own = board::encode_private_records(cached->state, member);
  sub.snapshot_us = team.now_us();
  sub.cursor = sub.scanned = cached->seq;
  sub.mode = Subscription::Mode::Snapshot;
  ++team.deps.counters.snapshots;
  ++team.deps.counters.snapshots_by_why[static_cast<std::size_t>(why) % 16];
  say_joined(sub, v1::JOIN_MODE_SNAPSHOT, why);
}

void LinkCore::say_joined(const Subscription& sub, v1::JoinMode mode, v1::WhySnapshot why) {
  v1::ServerFrame frame;
  v1::Joined* joined = frame.mutable_joined();
  joined->set_sub(sub.sub);
  joined->set_stream_ref(sub.stream->ref);
  joined->set_mode(mode);
  joined->set_why(why);
  joined->set_epoch(sub.stream->durable.head.epoch);
  joined->set_head(sub.stream->durable.head.seq);
  joined->set_last_cmd_no(sub.stream->dedupe.last_released(dedupe_key_));
  for (const Outcome& outcome : sub.stream->dedupe.released_refusals(dedupe_key_)) {
    v1::CommandOutcome* out = joined->add_outcomes();
    out->set_cmd_no(outcome.cmd_no);
    out->set_body_hash(outcome.body_hash);
    out->set_reason(outcome.reason);
  }
  direct(frame);
}

// Live if the ring reaches back to the cursor; otherwise the journal comes first.
void LinkCore::enter(Subscription& sub) {
  if (sub.scanned >= sub.stream->ring.base_seq()) {
    sub.mode = Subscription::Mode::Live;
    team.wake(*this);
  } else {
    sub.mode = Subscription::Mode::CatchingUp;
    team.want_read(sub);
  }
}

// A slow reader lost the ring. A snapshot is sent instead of the tail when it is the smaller one,
// but not again and again.
void LinkCore::fall_behind(Subscription& sub) {
  const Stream& stream = *sub.stream;
  const std::size_t tail = stream.ring.bytes_after(0);
  if (team.now_us() - sub.snapshot_us >= limits::kSnapshotEveryUs &&
      tail > team.snapshot_of(*sub.stream)->public_records.size()) {
    start_snapshot(sub, v1::WHY_SNAPSHOT_CHEAPER);
  } else {
    enter(sub);
  }
}

void LinkCore::on_read(Subscription& sub, const persistence::UnitPage& page) {
  if (sub.mode == Subscription::Mode::CatchingUp) {
    make_piece(sub, page);
    return;
  }
  // The chain at the token; whatever cannot be proved is a divergence.
  std::uint64_t chain = ~sub.have->chain();
  for (const persistence::Unit& unit : page.units) {
    const auto events = check_unit(unit);
    if (!events) {
      team.fail_stream(*sub.stream, events.error().what);
      return;
    }
    for (const CheckedEvent& checked : *events) {
      if (checked.event.seq() == sub.have->seq()) {
        chain = checked.chain;
      }
    }
  }
  bring_up(sub, chain);
}

void LinkCore::make_piece(Subscription& sub, const persistence::UnitPage& page) {
  Stream& stream = *sub.stream;
  std::string chunks;
  std::uint64_t to = sub.scanned;
  std::uint64_t chain = 0;
  for (const persistence::Unit& unit : page.units) {
    const auto events = check_unit(unit);
    if (!events) {
      team.fail_stream(stream, events.error().what);
      return;
    }
    for (const CheckedEvent& checked : *events) {
      // Never beyond the durable head of this moment: access is checked as that head moves.
      if (checked.event.seq() <= sub.scanned || checked.event.seq() > stream.durable.head.seq) {
        continue;
      }
      const RingEvent encoded = encode_for_ring(checked.event, checked.chain);
      chunks += encoded.public_chunk;
      for (const RingEvent::Lane& lane : encoded.lanes) {
        if (std::find(lane.members.begin(), lane.members.end(), member) != lane.members.end()) {
          chunks += lane.chunk;
        }
      }
      to = encoded.seq;
      chain = encoded.chain;
    }
  }
  if (to == sub.scanned) {
    team.fail_stream(stream, "the journal does not hold what it said");
    return;
  }
  if (chunks.empty()) {
    sub.scanned = to;
    enter(sub);
    return;
  }
  sub.piece =
      wire::frame_block(wire::encode_batch_frame(stream.ref, sub.cursor + 1, to, chain, chunks));
  sub.piece_to = to;
  ++team.deps.counters.blocks_own;
  team.wake(*this);
}

void LinkCore::leave(Subscription& sub, v1::LeftReason reason) {
  v1::ServerFrame frame;
  frame.mutable_left()->set_sub(sub.sub);
  frame.mutable_left()->set_reason(reason);
  team.detach(sub);
  std::erase_if(subs, [&](const auto& known) { return known.get() == &sub; });
  direct(frame);
}

void LinkCore::detach_all() {
  for (const auto& sub : subs) {
    team.detach(*sub);
  }
  subs.clear();
}

}  // namespace swarmboard::room
