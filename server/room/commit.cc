// Deciding and making durable: the middle of TeamCore.
#include <algorithm>
#include <utility>

#include <boost/assert.hpp>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/board/apply.h"
#include "server/board/invariants.h"
#include "server/board/kinds.h"
#include "server/board/route.h"
#include "server/room/team_core.h"

namespace swarmboard::room {
namespace {

const board::State kNoSession;

bool decides_access(const board::RecordChange& change) {
  const board::Kind kind = change.key.kind;
  return kind == board::kind_of<v1::Session>() || kind == board::kind_of<v1::Participant>() ||
         kind == board::kind_of<v1::Member>();
}

// The patches of an effect in the order in which its event holds them.
std::vector<v1::Patch*> patches_of(board::StreamEffect& effect) {
  std::vector<v1::Patch*> patches{&effect.patch};
  for (board::Decision::Lane& lane : effect.lanes) {
    patches.push_back(&lane.patch);
  }
  return patches;
}

bool is_stream_name(const std::string& name) {
  return !name.empty() && name.size() <= limits::kIdBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '_' || c == '.' || c == '-';
         });
}

// The bucket whose cards the command brings to light; empty: none.
std::string revealed_stage(const v1::Command& command, const board::State& session) {
  if (!command.has_reveal_stage()) {
    return {};
  }
  std::string stage = command.reveal_stage().stage();
  if (stage.empty()) {
    session.each<v1::Session>(
        [&](const std::string&, const v1::Session& body) { stage = body.running_stage(); });
  }
  return stage;
}

// One stream's part of a decision, applied to its head but not yet recorded.
struct Applied {
  Stream* stream = nullptr;
  std::string bytes;
  PendingEvent event;
};

// Uses the effect up.
boost::system::result<void, board::Misfit> apply_effect(Applied& out, board::StreamEffect& effect,
                                                        const board::EventStamp& stamp,
                                                        const Act& act) {
  Stream& stream = *out.stream;
  v1::StoredEvent stored = board::make_event(effect, stamp, act.command);
  // The patches themselves, and not what could be read back from the event: it holds these.
  auto changes = board::apply_patches(stream.head_state, patches_of(effect));
  if (!changes) {
    return changes.error();
  }
  out.event.changes = std::move(*changes);
  out.event.changes_access =
      std::any_of(out.event.changes.begin(), out.event.changes.end(), decides_access);
  out.event.at_ms = stamp.at_ms;
  if (&stream == &act.stream && !act.dedupe_key.empty()) {
    stored.set_client_id(act.dedupe_key);
    out.event.author = {act.dedupe_key, act.cmd_no};
  }
  out.bytes = stored.SerializeAsString();
  out.event.encoded = encode_for_ring(stored, next_chain(stream.speculative.head.chain, out.bytes));
  return {};
}

void undo(std::vector<Applied>& applied) {
  for (auto it = applied.rbegin(); it != applied.rend(); ++it) {
    for (auto change = it->event.changes.rbegin(); change != it->event.changes.rend(); ++change) {
      it->stream->head_state.set(change->key, change->before);
    }
  }
}

}  // namespace

GroupUnit& CommitGroup::unit_of(Stream& stream) {
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const GroupUnit& unit) { return unit.stream == &stream; });
  if (found != units.end()) {
    return *found;
  }
  GroupUnit& unit = units.emplace_back();
  unit.stream = &stream;
  unit.first_seq = stream.speculative.head.seq + 1;
  unit.chain_before = stream.speculative.head.chain;
  return unit;
}

std::optional<board::Refusal> TeamCore::why_not_now() const {
  using board::Refusal;
  switch (phase) {
    case Phase::Ready:
      break;
    case Phase::New:
    case Phase::Starting:
      return Refusal{v1::REJECT_REASON_STARTING, "The team is being loaded."};
    default:
      return Refusal{v1::REJECT_REASON_OVERLOADED, "The server is restarting."};
  }
  if (rolling_back_ || !writable_) {
    return read_only();
  }
  if (commands_in_flight_ >= limits::kQueuedCommandsMax ||
      bytes_in_flight_ >= limits::kJournalPendingBytesMax) {
    return Refusal{v1::REJECT_REASON_OVERLOADED, "Too much is waiting to be written."};
  }
  return std::nullopt;
}

board::Refusal TeamCore::read_only() const {
  return {
      v1::REJECT_REASON_READ_ONLY,
      deps.journal.health().quarantined
          ? "The server found damage in what it has stored: everything can be read, nothing can "
            "be changed until its operator has repaired it."
          : "The server cannot write just now."};
}

const board::State& TeamCore::session_state(const Stream& stream) const {
  return stream.is_library() ? kNoSession : stream.head_state;
}

board::Context TeamCore::context_for(const Act& act) const {
  board::Context context;
  context.now_ms = std::max(
      {deps.clock.wall_ms(), act.stream.speculative.last_at_ms, library->speculative.last_at_ms});
  context.actor = act.actor;
  context.from_server = act.from_server;
  context.new_id = [this] { return hex_of(deps.random_16().substr(0, 10)); };
  context.text_since = [&stream = act.stream](const v1::TextEdit& edit) {
    const std::uint64_t epoch = stream.durable.head.epoch;
    // After a restore a number may stand for another event.
    return edit.base_epoch() != 0 && edit.base_epoch() != epoch
               ? std::nullopt
               : stream.texts.since({edit.target().kind(), edit.target().id()}, edit.field(),
                                    edit.base_seq());
  };
  const std::string stage = revealed_stage(act.command, act.stream.head_state);
  if (const SealedCards::Bucket* bucket = act.stream.sealed.find(stage); bucket != nullptr) {
    for (const auto& [card, note] : *bucket) {
      context.sealed.push_back({card, note});
    }
  }
  return context;
}

std::map<std::string, const board::State*> TeamCore::live_sessions(const Stream& own) const {
  std::map<std::string, const board::State*> sessions;
  for (const auto& [name, stream] : streams) {
    if (stream->phase == Stream::Phase::Ready && !stream->is_library() &&
        (stream.get() == &own || stream->is_live())) {
      sessions.emplace(name, &stream->head_state);
    }
  }
  return sessions;
}

Executed TeamCore::execute(const Act& act) {
  if (act.stream.speculative.head.seq >= limits::kEventsPerSessionMax) {
    return board::Refusal{v1::REJECT_REASON_LIMIT_REACHED,
                          "This board is full. Continue in a new session."};
  }
  const board::View view{session_state(act.stream), library->head_state, act.stream.id};
  board::Decided decided = board::decide(view, act.command, context_for(act));
  if (!decided) {
    return decided.error();
  }
  const std::string& opens = decided->opens_session;
  if (!opens.empty()) {
    if (!is_stream_name(opens) || streams.contains(opens)) {
      return board::Refusal{v1::REJECT_REASON_INVALID, "A session cannot have this id."};
    }
    if (live_sessions(act.stream).size() >= limits::kLiveSessionsPerTeamMax) {
      return board::Refusal{v1::REJECT_REASON_LIMIT_REACHED, "Too many sessions are open."};
    }
  }
  return commit(act, std::move(*decided));
}

Executed TeamCore::commit(const Act& act, board::Decision decision) {
  auto effects =
      board::route(decision, act.stream.id, live_sessions(act.stream), library->head_state);
  const bool with_library = std::any_of(effects.begin(), effects.end(),
                                        [](const auto& effect) { return effect.stream.empty(); });
  const std::uint64_t library_seq = with_library ? library->speculative.head.seq + 1 : 0;
  const std::string& home = decision.opens_session.empty() ? act.stream.id : decision.opens_session;
  std::vector<Applied> applied;
  std::uint64_t own_seq = 0;
  for (board::StreamEffect& effect : effects) {
    Stream& stream = stream_of(effect);
    board::EventStamp stamp = stamp_for(stream, act);
    if (&stream == &act.stream) {
      own_seq = stamp.seq;
    }
    stamp.library_seq = stream.is_library() ? 0 : library_seq;
    Applied& entry = applied.emplace_back();
    entry.stream = &stream;
    if (const auto fits = apply_effect(entry, effect, stamp, act); !fits) {
      ++deps.counters.misfits;
      log::error("a decision did not fit its stream",
                 {{"team", id}, {"stream", stream.id}, {"what", fits.error().what}});
      undo(applied);
      forget_unborn();
      return board::Refusal{v1::REJECT_REASON_PRECONDITION, "The server could not do this."};
    }
    if (effect.stream == home) {
      entry.event.drop_sealed = decision.drop_sealed;
      entry.event.ends_off_record = decision.ends_off_record;
    }
  }
  for (Applied& entry : applied) {
    record(open_.unit_of(*entry.stream), entry.bytes, std::move(entry.event));
  }
  ++open_.commands;
  ++commands_in_flight_;
  schedule_turn();
  return own_seq;
}

Stream& TeamCore::stream_of(const board::StreamEffect& effect) {
  if (Stream* known = find_stream(effect.stream); known != nullptr) {
    return *known;
  }
  Stream& opened = add_stream(effect.stream);
  // A new stream of a restored team belongs to the new history, as the journal will say of it.
  Position start;
  start.head = epochs_.raised({id, effect.stream}, {});
  opened.become_ready({}, start);
  opened.used_us = now_us();
  return opened;
}

board::EventStamp TeamCore::stamp_for(const Stream& stream, const Act& act) const {
  board::EventStamp stamp;
  stamp.seq = stream.speculative.head.seq + 1;
  stamp.at_ms = std::max({deps.clock.wall_ms(), stream.speculative.last_at_ms,
                          act.stream.speculative.last_at_ms, library->speculative.last_at_ms});
  stamp.actor = act.actor;
  if (&stream == &act.stream) {
    stamp.client_id = act.client_id;
    stamp.cmd_no = act.cmd_no;
    stamp.body_hash = act.body_hash;
  }
  return stamp;
}

void TeamCore::record(GroupUnit& unit, const std::string& bytes, PendingEvent event) {
  Stream& stream = *unit.stream;
  append_stored_event(unit.payload, bytes);
  stream.speculative.head.seq = event.encoded.seq;
  stream.speculative.head.chain = event.encoded.chain;
  stream.speculative.last_at_ms = event.at_ms;
  stream.texts.note(event.encoded.seq, event.changes);
  for (const std::string& stage : event.drop_sealed) {
    stream.sealed.drop(stage);
    // A group drops before it puts: a card put in this same group would outlive its bucket.
    std::erase_if(open_.sealed_puts, [&](const SealedChange& put) {
      return put.stream == &stream && put.stage == stage;
    });
    open_.sealed_drops.push_back({stream.id, stage});
  }
  stream.update_quiet();
  open_.bytes += bytes.size();
  bytes_in_flight_ += bytes.size();
  unit.events.push_back(std::move(event));
}

void TeamCore::after_durable(Waiter waiter) {
  if (!open_.empty()) {
    open_.waiters.push_back(std::move(waiter));
  } else if (!in_flight_.empty()) {
    in_flight_.back().waiters.push_back(std::move(waiter));
  } else {
    resolve(waiter, phase != Phase::Failed && phase != Phase::Fenced);
  }
}

void TeamCore::put_sealed(SealedChange change, std::function<void(bool)> done) {
  change.stream->sealed.put(change.stage, change.id, change.note);
  open_.sealed_puts.push_back(std::move(change));
  Waiter waiter;
  waiter.call = std::move(done);
  waiter.wrote = true;
  open_.waiters.push_back(std::move(waiter));
  schedule_turn();
}

void TeamCore::flush() {
  if (open_.empty() || rolling_back_ || in_flight_.size() >= limits::kGroupsInFlightMax) {
    return;
  }
  persistence::Group group;
  for (GroupUnit& unit : open_.units) {
    for (const v1::ClientMark& mark : unit.stream->dedupe.take_marks(unit.marks)) {
      append_mark(unit.payload, mark);
    }
    unit.payload_bytes = unit.payload.size();
    group.units.push_back({unit.stream->id, unit.first_seq,
                           static_cast<std::uint32_t>(unit.events.size()), unit.chain_before,
                           unit.events.back().encoded.chain,
                           std::make_shared<const std::string>(std::move(unit.payload))});
  }
  group.sealed_drops = open_.sealed_drops;
  for (const SealedChange& put : open_.sealed_puts) {
    group.sealed_puts.push_back({put.stream->id, put.stage, put.id, put.note.SerializeAsString()});
  }
  const std::uint64_t serial = next_group_++;
  open_.serial = serial;
  open_.sent_us = now_us();
  in_flight_.push_back(std::exchange(open_, {}));
  deps.journal.append(
      tenure_, std::move(group),
      guarded([this, serial](persistence::AppendResult result) { on_result(serial, result); }));
}

void TeamCore::on_result(std::uint64_t serial, persistence::AppendResult result) {
  // An answer to a tenure that was given up finds its group no more.
  if (phase == Phase::Failed || in_flight_.empty() || in_flight_.front().serial != serial) {
    return;
  }
  CommitGroup group = std::move(in_flight_.front());
  in_flight_.pop_front();
  commands_in_flight_ -= group.commands;
  bytes_in_flight_ -= group.bytes;
  deps.counters.commit_us.record(now_us() - group.sent_us);
  ++deps.counters.groups;
  if (result.state == persistence::AppendState::Durable) {
    on_durable(std::move(group));
  } else {
    ++deps.counters.groups_not_durable;
    on_not_durable(std::move(group), result.state);
  }
  if (rolling_back_ && in_flight_.empty()) {
    finish_rollback();
  }
  flush();
  finish_stop();
}

void TeamCore::on_durable(CommitGroup group) {
  std::vector<Stream*> access_changed;
  for (GroupUnit& unit : group.units) {
    Stream& stream = *unit.stream;
    bool access = false;
    deps.counters.events += unit.events.size();
    const std::size_t events = unit.events.size();
    for (PendingEvent& event : unit.events) {
      access = access || event.changes_access;
      if (event.author.cmd_no != 0) {
        stream.dedupe.on_logged(event.author, event.at_ms);
        stream.dedupe.release(event.author.client, event.author.cmd_no);
      }
      stream.advance(std::move(event));
    }
    for (const Dedupe::Ref& mark : unit.marks) {
      stream.dedupe.on_logged(mark, stream.durable.last_at_ms);
    }
    stream.update_quiet();
    stream.log_bytes += unit.payload_bytes;
    check_invariants(stream, events);
    if (stream.log_bytes >= std::max(limits::kKeyframeLogBytesMin, stream.keyframe_bytes) ||
        (access && !stream.is_library() && !stream.is_live())) {
      want_keyframe(stream);
    }
    if (access) {
      access_changed.push_back(&stream);
    }
    mark_dirty(stream);
  }
  for (SealedChange& put : group.sealed_puts) {
    put.stream->sealed_durable.put(put.stage, put.id, std::move(put.note));
    ++put.stream->sealed_version;
    put.stream->sealed_block = nullptr;
    mark_dirty(*put.stream);
  }
  for (Stream* stream : access_changed) {
    recheck_access(*stream);
  }
  if (rolling_back_) {
    lost_.emplace_back();
  }
  for (Waiter& waiter : group.waiters) {
    // What was only judged before this group may have been judged on state that is lost.
    if (rolling_back_ && !waiter.wrote) {
      lost_.back().waiters.push_back(std::move(waiter));
    } else {
      resolve(waiter, true);
    }
  }
}

void TeamCore::check_invariants(Stream& stream, std::size_t events) {
  stream.events_unchecked += events;
  if (stream.is_library() || stream.events_unchecked < deps.check_every_events ||
      stream.phase != Stream::Phase::Ready) {
    return;
  }
  stream.events_unchecked = 0;
  const std::vector<std::string> broken = board::broken_invariants(stream.durable_state);
  if (!broken.empty()) {
    ++deps.counters.broken_invariants;
    fail_stream(stream, broken.front());
  }
}

}  // namespace swarmboard::room
