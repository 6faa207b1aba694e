// The streams of a simulated client: joining, folding what arrives, and settling what was sent.
#include <algorithm>
#include <utility>

#include "server/board/apply.h"
#include "server/wire/codec.h"
#include "tests/sim/sim_client.h"

namespace swarmboard::sim {
namespace {

constexpr std::size_t kSubmitsPerMessage = 8;
// Refusals below are on the merits; from here on they are for circumstances.
constexpr int kFirstCircumstance = 100;
constexpr std::int64_t kRetryUs = 100'000;

}  // namespace

void SimClient::on_welcome() {
  welcomed_ = true;
  for (auto& [stream, follow] : follows_) {
    join(stream, follow);
  }
}

void SimClient::join(const std::string& stream, Follow& follow) {
  v1::ClientMessage message;
  v1::Join& join = *message.add_frames()->mutable_join();
  join.set_sub(follow.sub);
  join.set_session_id(stream);
  if (follow.token.has_value()) {
    *join.mutable_have() = *follow.token;
  }
  follow.joined = false;
  connection_->subscribe(follow.sub, stream, follow.token.has_value() ? follow.token->seq() : 0);
  send(message);
}

void SimClient::on_joined(const v1::Joined& joined) {
  auto* entry = by_sub(joined.sub());
  if (entry == nullptr) {
    return;
  }
  auto& [stream, follow] = *entry;
  follow.joined = true;
  follow.stream_ref = joined.stream_ref();
  follow.snapshot.clear();
  follow.parts_seen = 0;
  follow.wants_snapshot = joined.mode() == v1::JOIN_MODE_SNAPSHOT;
  deps_.note(member_ + " joined '" + stream + "' " + v1::WhySnapshot_Name(joined.why()));
  if (joined.mode() == v1::JOIN_MODE_TAIL &&
      (!follow.token.has_value() || follow.token->epoch() != joined.epoch())) {
    deps_.findings.report("P7", "a tail of another history was offered");
  }
  if (!follow.wants_snapshot && !follow.token.has_value()) {
    follow.token.emplace();
  }
  if (follow.wants_snapshot) {
    // Whoever is cut off before the snapshot is whole begins with nothing again.
    follow.token.emplace().set_epoch(joined.epoch());
    follow.state = {};
  }
  settle_upto(stream, joined);
  pump(stream);
  pump_cards(stream);
}

void SimClient::settle_upto(const std::string& stream, const v1::Joined& joined) {
  Outbox& outbox = store_->outboxes[stream];
  if (joined.last_cmd_no() >= outbox.next_number) {
    deps_.findings.report("P2", "the server decided commands that were never sent");
    return;
  }
  if (joined.last_cmd_no() + 1 < outbox.first_number()) {
    renumber(stream, joined.last_cmd_no() + 1);
    return;
  }
  const std::uint64_t first = outbox.first_number();
  for (std::uint64_t number = first; number <= joined.last_cmd_no(); ++number) {
    if (number < outbox.first_number()) {
      continue;  // An earlier turn of this loop has dropped it.
    }
    v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
    for (const v1::CommandOutcome& outcome : joined.outcomes()) {
      if (outcome.cmd_no() == number) {
        reason = outcome.reason();
      }
    }
    const SentCommand& command = outbox.commands[number - outbox.first_number()];
    // What was refused once and asked for again may have been accepted the second time (R15).
    if (!command.settled || reason == v1::REJECT_REASON_UNSPECIFIED) {
      settle(stream, number, 0, reason);
    }
  }
  follows_[stream].unsent_from = joined.last_cmd_no() + 1;
}

// The server lost numbers that this client has forgotten: a backup was restored. What is still open
// gets the numbers that are free now.
void SimClient::renumber(const std::string& stream, std::uint64_t from) {
  typing_.forget(stream);
  Outbox& outbox = store_->outboxes[stream];
  std::erase_if(outbox.commands, [](const SentCommand& command) { return command.settled; });
  outbox.next_number = from;
  for (SentCommand& command : outbox.commands) {
    command.number = outbox.next_number++;
    command.op->number = command.number;
  }
  follows_[stream].unsent_from = from;
}

void SimClient::settle(const std::string& stream, std::uint64_t number, std::uint64_t seq,
                       v1::RejectReason reason) {
  Outbox& outbox = store_->outboxes[stream];
  if (number < outbox.first_number() || number >= outbox.next_number) {
    return;  // Long settled.
  }
  SentCommand& command = outbox.commands[number - outbox.first_number()];
  const bool is_event = reason == v1::REJECT_REASON_UNSPECIFIED;
  if (command.settled && !is_event) {
    return;
  }
  command.settled = true;
  command.op->state = is_event ? OpState::Acked : OpState::Refused;
  command.op->reason = reason;
  command.op->seq = seq;
  if (!is_event) {
    typing_.refused(stream, number);
  }
  while (is_event && !outbox.commands.empty() && outbox.first_number() <= number &&
         outbox.commands.front().settled) {
    outbox.commands.pop_front();
  }
}

void SimClient::on_snapshot(const v1::SnapshotPart& part) {
  auto* entry = by_sub(part.sub());
  if (entry == nullptr) {
    return;
  }
  auto& [stream, follow] = *entry;
  if (part.part() != follow.parts_seen) {
    deps_.findings.report("P7", "the parts of a snapshot came out of order");
    return;
  }
  follow.snapshot += part.data();
  ++follow.parts_seen;
  if (follow.parts_seen == part.parts()) {
    take_snapshot(stream, follow);
  }
}

void SimClient::take_snapshot(const std::string& stream, Follow& follow) {
  v1::Snapshot snapshot;
  if (!snapshot.ParseFromString(follow.snapshot)) {
    deps_.findings.report("wire", "a snapshot of '" + stream + "' cannot be read");
    return;
  }
  typing_.forget(stream);
  follow.state = {};
  for (const v1::Record& record : snapshot.records()) {
    follow.state.put(std::make_shared<const v1::Record>(record));
  }
  follow.token->set_seq(snapshot.seq());
  follow.token->set_chain(snapshot.chain());
  follow.wants_snapshot = false;
  follow.snapshot.clear();
}

void SimClient::on_events(const v1::EventBatch& batch) {
  auto* entry = by_ref(batch.stream_ref());
  if (entry == nullptr) {
    return;
  }
  auto& [stream, follow] = *entry;
  if (follow.wants_snapshot) {
    deps_.findings.report("P7", "events came before the snapshot they follow");
    return;
  }
  if (batch.from() != follow.token->seq() + 1 || batch.to() < batch.from()) {
    deps_.findings.report("P7", "'" + stream + "' is at " + std::to_string(follow.token->seq()) +
                                    " and received " + std::to_string(batch.from()) + ".." +
                                    std::to_string(batch.to()));
    return;
  }
  std::uint64_t seq = batch.from();
  for (const v1::Event& event : batch.events()) {
    if (event.seq() < seq || event.seq() > batch.to()) {
      deps_.findings.report("P7", "an event lies outside its batch");
    }
    seq = event.seq();
    on_event(stream, follow, event);
  }
  follow.token->set_seq(batch.to());
  follow.token->set_chain(batch.chain_to());
}

void SimClient::on_event(const std::string& stream, Follow& follow, const v1::Event& event) {
  const board::State before = typing_.is_typing(stream) ? follow.state : board::State{};
  const auto applied = board::apply_patch(follow.state, event.patch());
  if (applied.has_error()) {
    deps_.findings.report("P1", member_ + " cannot fold event " + std::to_string(event.seq()) +
                                    " of '" + stream + "': " + applied.error().what);
  }
  const bool is_own = event.client_id() == store_->client_id && event.actor() == member_;
  typing_.hear(stream, event, before, follow.state, is_own ? event.cmd_no() : 0);
  send_typed(stream, event.seq());
  if (is_own && event.cmd_no() > 0) {
    settle(stream, event.cmd_no(), event.seq(), v1::REJECT_REASON_UNSPECIFIED);
    pump(stream);
  }
}

void SimClient::type(const TextPlace& place, const std::string& words) {
  const Follow* follow = find(place.stream);
  const auto confirmed = follow == nullptr ? std::nullopt : text_in(follow->state, place);
  if (!confirmed || !follow->token.has_value() || follow->wants_snapshot) {
    return;
  }
  const text::Change change = typed(deps_.random, typing_.seen(place, *confirmed), words);
  typing_.type(place, *confirmed, change);
  send_typed(place.stream, follow->token->seq());
}

void SimClient::send_typed(const std::string& stream, std::uint64_t base_seq) {
  for (const TextPlace& place : typing_.waiting(stream)) {
    const auto confirmed = text_in(follows_[stream].state, place);
    const std::uint64_t number = store_->outboxes[stream].next_number;
    const TextBase base{follows_[stream].token->epoch(), base_seq};
    if (auto edit = typing_.send(place, confirmed.value_or(""), base, number)) {
      submit(stream, edit->command, std::move(edit->ask));
    }
  }
}

void SimClient::on_nack(const v1::Nack& nack) {
  auto* entry = by_sub(nack.sub());
  if (entry == nullptr) {
    return;
  }
  const std::string& stream = entry->first;
  deps_.note(member_ + " nack " + std::to_string(nack.cmd_no()) + " " +
             v1::RejectReason_Name(nack.reason()) + ": " + nack.detail());
  if (nack.reason() == v1::REJECT_REASON_UNKNOWN_CLIENT) {
    deps_.findings.report("P2", "the server forgot a client that is not idle");
  } else if (nack.reason() >= kFirstCircumstance) {
    rewind(stream, nack);
  } else {
    settle(stream, nack.cmd_no(), 0, nack.reason());
    pump(stream);
  }
}

void SimClient::rewind(const std::string& stream, const v1::Nack& nack) {
  Outbox& outbox = store_->outboxes[stream];
  Follow& follow = follows_[stream];
  std::uint64_t from = nack.cmd_no();
  if (nack.reason() == v1::REJECT_REASON_OUT_OF_ORDER && nack.expected_cmd_no() > 0) {
    from = nack.expected_cmd_no();
    if (from < outbox.first_number()) {
      renumber(stream, from);
    }
  }
  from = std::max(from, outbox.first_number());
  follow.unsent_from = follow.unsent_from == 0 ? from : std::min(follow.unsent_from, from);
  const std::int64_t wait_us =
      std::max<std::int64_t>(kRetryUs, static_cast<std::int64_t>(nack.retry_after_ms()) * 1000);
  follow.hold_until_us = std::max(follow.hold_until_us, deps_.scheduler.now_us() + wait_us);
  later(wait_us + 1, [this, stream] { pump(stream); });
}

void SimClient::pump(const std::string& stream) {
  const auto found = follows_.find(stream);
  if (found == follows_.end() || !found->second.joined || !welcomed_) {
    return;
  }
  Follow& follow = found->second;
  const Outbox& outbox = store_->outboxes[stream];
  if (outbox.open_count() == 0 || deps_.scheduler.now_us() < follow.hold_until_us) {
    return;
  }
  std::uint64_t next = std::max(follow.unsent_from, outbox.first_number());
  const std::uint64_t end = std::min(outbox.next_number, outbox.first_open() + in_flight_max_);
  v1::ClientMessage message;
  for (; next < end; ++next) {
    const SentCommand& command = outbox.commands[next - outbox.first_number()];
    v1::Submit& submit = *message.add_frames()->mutable_submit();
    submit.set_sub(follow.sub);
    submit.set_cmd_no(command.number);
    submit.set_body_hash(wire::body_hash(command.bytes));
    submit.set_base_seq(follow.token.has_value() ? follow.token->seq() : 0);
    submit.set_command(command.bytes);
    if (static_cast<std::size_t>(message.frames_size()) == kSubmitsPerMessage) {
      send(message);
      message.Clear();
    }
  }
  follow.unsent_from = next;
  if (message.frames_size() > 0) {
    send(message);
  }
}

void SimClient::pump_cards(const std::string& stream) {
  const Follow* follow = find(stream);
  if (!welcomed_ || follow == nullptr || !follow->joined) {
    return;
  }
  // Sent again on every connection until the answer comes: the random id makes that harmless.
  for (PendingCard& pending : store_->cards[stream]) {
    if (pending.sent_on == generation_) {
      continue;
    }
    pending.sent_on = generation_;
    v1::ClientMessage message;
    v1::SubmitAnonymous& submit = *message.add_frames()->mutable_submit_anonymous();
    submit.set_sub(follow->sub);
    submit.set_note_id(pending.note_id);
    submit.set_secret(pending.secret);
    submit.set_kind(pending.kind);
    submit.set_text(pending.card->text);
    send(message);
  }
}

void SimClient::on_card_saved(const v1::AnonymousSaved& saved) {
  for (auto& [stream, cards] : store_->cards) {
    const auto found = std::find_if(cards.begin(), cards.end(), [&](const PendingCard& pending) {
      return pending.note_id == saved.note_id();
    });
    if (found == cards.end()) {
      continue;
    }
    // A refusal for circumstances decides nothing: the card stays on the device for another try.
    if (saved.refused() >= kFirstCircumstance) {
      found->sent_on = 0;
      return;
    }
    found->card->state =
        saved.refused() == v1::REJECT_REASON_UNSPECIFIED ? CardState::Saved : CardState::Refused;
    cards.erase(found);
    return;
  }
}

// A tick covers what lies behind the last visible event (R7).
void SimClient::on_tick(const v1::Tick& tick) {
  for (const v1::StreamHead& head : tick.heads()) {
    auto* entry = by_ref(head.stream_ref());
    if (entry == nullptr || entry->second.wants_snapshot) {
      continue;
    }
    Follow& follow = entry->second;
    if (head.head() >= follow.token->seq()) {
      follow.token->set_seq(head.head());
      follow.token->set_chain(head.chain());
    }
  }
}

void SimClient::on_left(const v1::Left& left) {
  if (auto* entry = by_sub(left.sub()); entry != nullptr) {
    deps_.note(member_ + " left '" + entry->first + "' " + v1::LeftReason_Name(left.reason()));
    forget(entry->first);
  }
}

// The session is not there (any more), or not for this member: what was written for it cannot be
// sent, and the person is told so.
void SimClient::forget(const std::string& stream_left) {
  const std::string stream = stream_left;
  for (SentCommand& command : store_->outboxes[stream].commands) {
    if (!command.settled) {
      command.op->state = OpState::Refused;
      command.op->reason = v1::REJECT_REASON_NOT_IN_AUDIENCE;
    }
  }
  store_->outboxes.erase(stream);
  for (PendingCard& pending : store_->cards[stream]) {
    pending.card->state = CardState::Refused;
  }
  store_->cards.erase(stream);
  typing_.forget(stream);
  std::erase(store_->streams, stream);
  follows_.erase(stream);
}

}  // namespace swarmboard::sim
