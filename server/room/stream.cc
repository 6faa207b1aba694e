#include "server/room/stream.h"

#include <boost/assert.hpp>

#include "server/board/kinds.h"

namespace swarmboard::room {
namespace {

bool runs_anonymous_stage(const board::State& state) {
  bool anonymous = false;
  state.each<v1::Session>([&](const std::string&, const v1::Session& session) {
    const auto* stage = state.get<v1::Stage>(session.running_stage());
    anonymous = stage != nullptr && stage->visibility() == v1::VISIBILITY_ANONYMOUS;
  });
  return anonymous;
}

}  // namespace

void Stream::become_ready(board::State state, Position position) {
  head_state = state;
  durable_state = std::move(state);
  speculative = durable = position;
  if (ring.last_seq() != position.head.seq) {
    ring.reset(position.head.seq, position.head.chain);
  }
  if (texts.last_seq() != position.head.seq) {
    texts.begin(position.head.seq);
  }
  phase = Phase::Ready;
}

void Stream::advance(PendingEvent event) {
  BOOST_ASSERT(event.encoded.seq == durable.head.seq + 1);
  for (board::RecordChange& change : event.changes) {
    durable_state.set(change.key, std::move(change.after));
  }
  durable.head.seq = event.encoded.seq;
  durable.head.chain = event.encoded.chain;
  durable.last_at_ms = event.at_ms;
  for (const std::string& stage : event.drop_sealed) {
    sealed_durable.drop(stage);
    ++sealed_version;
    sealed_block = nullptr;
  }
  if (!event.ends_off_record.empty()) {
    off_record.forget(event.ends_off_record);
    ++off_record_version;
    off_record_block = nullptr;
  }
  ring.push(std::move(event.encoded));
  blocks.clear();
}

void Stream::roll_back() {
  head_state = durable_state;
  speculative = durable;
  texts.forget_after(durable.head.seq);
  sealed = sealed_durable;
  dedupe.roll_back();
  update_quiet();
}

bool Stream::is_live() const {
  bool live = false;
  head_state.each<v1::Session>(
      [&](const std::string&, const v1::Session& session) { live = !session.has_closed_at_ms(); });
  return live;
}

void Stream::update_quiet() {
  presence.set_quiet(runs_anonymous_stage(head_state) ||
                     (presence.is_quiet() && runs_anonymous_stage(durable_state)));
}

}  // namespace swarmboard::room
