#include "tests/sim/checker.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/base/limits.h"
#include "server/board/snapshot.h"

namespace swarmboard::sim {
namespace {

// A snapshot part with its frame, the largest thing that is sent at once.
constexpr std::size_t kBlockBytesBound = limits::kSnapshotPartBytes + limits::kBlockBytesMax;

// The first record in which two states differ.
std::string difference(const board::State& seen, const board::State& expected) {
  for (const auto& [key, record] : expected.records()) {
    const board::RecordPtr other = seen.find(key.kind, key.id);
    if (other == nullptr || other->SerializeAsString() != record->SerializeAsString()) {
      return (other == nullptr ? "lacks " : "differs in ") + std::to_string(key.kind) + "/" +
             key.id;
    }
  }
  for (const auto& [key, record] : seen.records()) {
    if (expected.find(key.kind, key.id) == nullptr) {
      return "has " + std::to_string(key.kind) + "/" + key.id;
    }
  }
  return "the order of fields";
}

std::string name_of(const std::string& stream) {
  return stream.empty() ? "the library" : stream;
}

}  // namespace

void Checker::on_arrival(const SimConnection& connection, std::string_view message,
                         std::int64_t wall_ms) {
  v1::ClientMessage parsed;
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return;
  }
  oracle_.catch_up(disk_);
  for (const v1::ClientFrame& frame : parsed.frames()) {
    if (frame.has_submit()) {
      refusal_judge_.on_arrival(connection, frame.submit(), wall_ms);
    }
  }
}

void Checker::on_send(const SimConnection& connection, std::string_view message,
                      std::int64_t wall_ms) {
  v1::ServerMessage parsed;
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return;  // Said when it is delivered.
  }
  oracle_.catch_up(disk_);
  for (const v1::ServerFrame& frame : parsed.frames()) {
    if (frame.has_nack()) {
      refusal_judge_.on_refusal(connection, frame.nack(), wall_ms);
    }
  }
}

void Checker::on_send_unready(const SimConnection& connection) {
  findings_.report(
      "P8", "the server sent to " + connection.member() + " on a connection that was not ready");
}

void Checker::on_delivery(SimConnection& connection, std::string_view message) {
  oracle_.catch_up(disk_);
  Reception& reception = receptions_[&connection];
  // An address may be used again by a later connection.
  if (reception.owner.lock().get() != &connection) {
    reception = Reception{};
    reception.owner = connection.weak_from_this();
  }
  check_tokens(connection, message);
  v1::ServerMessage parsed;
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    findings_.report("wire", "a server message cannot be read");
    return;
  }
  for (const v1::ServerFrame& frame : parsed.frames()) {
    check_frame(connection, reception, frame);
  }
  if (connection.block_bytes_seen_max() > kBlockBytesBound) {
    findings_.report("P8", "the server sent a block of " +
                               std::to_string(connection.block_bytes_seen_max()) + " bytes");
  }
}

void Checker::check_tokens(const SimConnection& connection, std::string_view message) {
  for (const Token& token : find_tokens(message)) {
    // Cards off the record are relayed to everybody who is there, from memory.
    if (token.kind != 'o' && !oracle_.may_have(token, connection.member())) {
      findings_.report("P6", connection.member() + " received " + to_text(token));
    }
  }
}

void Checker::check_frame(SimConnection& connection, Reception& reception,
                          const v1::ServerFrame& frame) {
  switch (frame.body_case()) {
    case v1::ServerFrame::kJoined:
      check_joined(connection, reception, frame.joined());
      return;
    case v1::ServerFrame::kSnapshot:
      check_part(connection, reception, frame.snapshot());
      return;
    case v1::ServerFrame::kEvents:
      check_batch(connection, reception, frame.events());
      return;
    case v1::ServerFrame::kTick:
      check_tick(connection, reception, frame.tick());
      return;
    case v1::ServerFrame::kAnonymousSaved:
      if (frame.anonymous_saved().refused() == v1::REJECT_REASON_UNSPECIFIED &&
          !oracle_.knows_card(frame.anonymous_saved().note_id())) {
        findings_.report("P4", "an anonymous card was called saved before it was");
      }
      return;
    default:
      return;
  }
}

void Checker::check_joined(SimConnection& connection, Reception& reception,
                           const v1::Joined& joined) {
  const auto asked = connection.asked().find(joined.sub());
  if (asked == connection.asked().end()) {
    findings_.report("wire", "the server joined a client to something it did not ask for");
    return;
  }
  const std::string& stream = asked->second.stream;
  reception.by_ref[joined.stream_ref()] = {stream, asked->second.seq,
                                           joined.mode() == v1::JOIN_MODE_SNAPSHOT};
  reception.snapshot_by_sub.erase(joined.sub());
  const OracleStream* truth = oracle_.find(stream);
  if (truth == nullptr || joined.head() > truth->head()) {
    findings_.report("P4", "a join to " + name_of(stream) + " tells a head of " +
                               std::to_string(joined.head()) + " that is not durable");
  }
  if (joined.epoch() != disk_.head({team_, stream}).epoch) {
    findings_.report("P4", "a join tells a wrong epoch");
  }
}

void Checker::check_batch(const SimConnection& connection, Reception& reception,
                          const v1::EventBatch& batch) {
  const auto found = reception.by_ref.find(batch.stream_ref());
  const OracleStream* truth =
      found == reception.by_ref.end() ? nullptr : oracle_.find(found->second.stream);
  if (truth == nullptr) {
    findings_.report("P7", "a batch belongs to no stream of its receiver");
    return;
  }
  Reception::Position& position = found->second;
  if (position.waits_for_snapshot || batch.from() != position.covered + 1 ||
      batch.to() < batch.from()) {
    findings_.report("P7", connection.member() + " is covered up to " +
                               std::to_string(position.covered) + " of " +
                               name_of(position.stream) + " and received " +
                               std::to_string(batch.from()) + ".." + std::to_string(batch.to()));
    return;
  }
  position.covered = batch.to();
  if (batch.to() > truth->head()) {
    findings_.report("P4", "events up to " + std::to_string(batch.to()) +
                               " were sent, durable is " + std::to_string(truth->head()));
    return;
  }
  if (batch.chain_to() != truth->chain_at(batch.to())) {
    findings_.report("P1", "a batch carries a wrong chain");
  }
  int next = 0;
  for (std::uint64_t seq = batch.from(); seq <= batch.to(); ++seq) {
    for (const std::string* part : truth->parts_for(seq, connection.member())) {
      if (next >= batch.events_size() || batch.events(next).SerializeAsString() != *part) {
        findings_.report("P1", connection.member() + " did not receive event " +
                                   std::to_string(seq) + " of " + name_of(position.stream) +
                                   " as it is on disk");
        return;
      }
      ++next;
    }
  }
  if (next != batch.events_size()) {
    findings_.report("P6", connection.member() + " received events beyond its audience");
  }
}

void Checker::check_part(SimConnection& connection, Reception& reception,
                         const v1::SnapshotPart& part) {
  std::string& bytes = reception.snapshot_by_sub[part.sub()];
  bytes += part.data();
  if (part.part() + 1 == part.parts()) {
    check_snapshot(connection, reception, connection.asked().at(part.sub()).stream, bytes);
    bytes.clear();
  }
}

void Checker::check_snapshot(const SimConnection& connection, Reception& reception,
                             const std::string& stream, const std::string& bytes) {
  v1::Snapshot snapshot;
  const OracleStream* truth = oracle_.find(stream);
  if (truth == nullptr || !snapshot.ParseFromString(bytes)) {
    findings_.report("wire", "a snapshot cannot be read");
    return;
  }
  if (snapshot.seq() > truth->head()) {
    findings_.report("P4", "a snapshot is ahead of the disk");
    return;
  }
  for (auto& [ref, position] : reception.by_ref) {
    if (position.stream == stream) {
      position.covered = snapshot.seq();
      position.waits_for_snapshot = false;
    }
  }
  board::State received;
  for (const v1::Record& record : snapshot.records()) {
    received.put(std::make_shared<const v1::Record>(record));
  }
  const board::State expected =
      board::visible_to(truth->state_at(snapshot.seq()), connection.member());
  if (snapshot.chain() != truth->chain_at(snapshot.seq()) ||
      board::state_hash(received) != board::state_hash(expected)) {
    findings_.report("P1", "the snapshot of " + name_of(stream) + " at " +
                               std::to_string(snapshot.seq()) + " for " + connection.member() +
                               " is not the state");
  }
}

void Checker::check_tick(const SimConnection& connection, Reception& reception,
                         const v1::Tick& tick) {
  for (const v1::StreamHead& head : tick.heads()) {
    const auto found = reception.by_ref.find(head.stream_ref());
    const OracleStream* truth =
        found == reception.by_ref.end() ? nullptr : oracle_.find(found->second.stream);
    if (truth == nullptr || found->second.waits_for_snapshot) {
      continue;
    }
    if (head.head() > truth->head() || head.chain() != truth->chain_at(head.head())) {
      findings_.report("P4", "a tick tells a head that is not durable");
      return;
    }
    Reception::Position& position = found->second;
    for (std::uint64_t seq = position.covered + 1; seq <= head.head(); ++seq) {
      if (!truth->parts_for(seq, connection.member()).empty()) {
        findings_.report("P7", "a tick covers event " + std::to_string(seq) + " of " +
                                   name_of(position.stream) + ", which " + connection.member() +
                                   " never received");
      }
    }
    position.covered = std::max(position.covered, head.head());
  }
}

void Checker::on_restart() {
  oracle_.catch_up(disk_);
  check_acknowledged();
}

void Checker::check_acknowledged() {
  for (const Op& op : ledger_.ops) {
    if (op.state != OpState::Acked || op.seq == 0) {
      continue;
    }
    const OracleStream* truth = oracle_.find(op.stream);
    if (truth == nullptr || truth->head() < op.seq) {
      findings_.report("P3", "an acknowledged command of " + op.member + " is gone");
      continue;
    }
    const v1::StoredEvent& stored = truth->events[op.seq - 1].stored;
    if (stored.client_id() != op.log_key || stored.cmd_no() != op.number ||
        stored.body_hash() != op.body_hash) {
      findings_.report("P3", "an acknowledged command of " + op.member + " is another one now");
    }
  }
}

void Checker::on_restore() {
  refusal_judge_.forget();
  oracle_.catch_up(disk_);
  for (Op& op : ledger_.ops) {
    if (op.state != OpState::Acked) {
      continue;
    }
    const OracleStream* truth = oracle_.find(op.stream);
    bool is_there = false;
    if (truth != nullptr) {
      is_there = std::any_of(truth->events.begin(), truth->events.end(), [&](const auto& entry) {
        return entry.stored.client_id() == op.log_key && entry.stored.cmd_no() == op.number &&
               entry.stored.body_hash() == op.body_hash;
      });
    }
    if (!is_there) {
      op.state = OpState::Lost;
    }
  }
  for (Card& card : ledger_.cards) {
    if (card.state == CardState::Saved && !oracle_.knows_card(card.note_id)) {
      card.state = CardState::Lost;
    }
  }
}

void Checker::check_bounds(const persistence::Health& health) {
  if (health.pending_bytes > limits::kJournalPendingBytesMax) {
    findings_.report("P8", "too much waits for the journal");
  }
}

bool Checker::is_covered(const std::vector<std::unique_ptr<SimClient>>& clients) const {
  for (const auto& client : clients) {
    for (const auto& [stream, follow] : client->follows()) {
      if (!follow.token.has_value() || follow.token->seq() != disk_.head({team_, stream}).seq) {
        return false;
      }
    }
  }
  return true;
}

void Checker::at_rest(const std::vector<std::unique_ptr<SimClient>>& clients) {
  oracle_.catch_up(disk_);
  check_acknowledged();
  check_ops_at_rest();
  check_cards_at_rest();
  check_texts_at_rest();
  for (const auto& client : clients) {
    client->check_typing();
    check_client(*client);
    for (const auto& [stream, follow] : client->follows()) {
      if (!stream.empty()) {
        oracle_.check_copies(stream);
      }
    }
  }
}

void Checker::check_ops_at_rest() {
  using Key = std::pair<std::string, std::uint64_t>;
  std::map<std::string, std::map<Key, const v1::StoredEvent*>> logged;
  for (const auto& [name, stream] : oracle_.streams()) {
    for (const OracleStream::Entry& entry : stream.events) {
      if (entry.stored.cmd_no() == 0) {
        continue;
      }
      const Key key{entry.stored.client_id(), entry.stored.cmd_no()};
      if (!logged[name].emplace(key, &entry.stored).second) {
        findings_.report("P2", "a command is in the log twice");
      }
    }
  }
  for (const Op& op : ledger_.ops) {
    auto& events = logged[op.stream];
    const auto found = events.find({op.log_key, op.number});
    const bool is_logged = found != events.end() && found->second->body_hash() == op.body_hash;
    if (op.state == OpState::Pending) {
      findings_.report("P9", "a command of " + op.member + " was never answered");
    } else if (op.state == OpState::Acked) {
      if (!is_logged) {
        findings_.report("P2", "command " + std::to_string(op.number) + " of " + op.member +
                                   " on " + name_of(op.stream) + " counts as saved but is not");
      } else {
        events.erase(found);
      }
    }
  }
  for (const auto& [name, events] : logged) {
    if (events.empty()) {
      continue;
    }
    const auto& [key, stored] = *events.begin();
    std::string told = "nothing";
    for (const Op& op : ledger_.ops) {
      if (op.log_key == key.first && op.stream == name && op.number == key.second) {
        told = op.member + " was told " + v1::RejectReason_Name(op.reason) + ", state " +
               std::to_string(static_cast<int>(op.state));
      }
    }
    findings_.report("P2", "command " + std::to_string(key.second) + ", event " +
                               std::to_string(stored->seq()) + " of " + name_of(name) +
                               ", had an effect; " + told);
  }
}

void Checker::check_cards_at_rest() {
  for (const Card& card : ledger_.cards) {
    if (card.state == CardState::Pending) {
      findings_.report("P9", "an anonymous card was never answered");
    } else if (card.state == CardState::Saved && !oracle_.knows_card(card.note_id)) {
      findings_.report("P2", "a saved anonymous card is gone");
    } else if (card.state == CardState::Refused && oracle_.holds_card(card.stream, card.note_id)) {
      findings_.report("P2", "a refused anonymous card is there");
    }
  }
}

void Checker::check_client(const SimClient& client) {
  for (const auto& [stream, follow] : client.follows()) {
    const OracleStream* truth = oracle_.find(stream);
    if (truth == nullptr || !follow.joined || !follow.token.has_value()) {
      findings_.report("P9", client.member() + " never joined " + name_of(stream));
      return;
    }
    if (follow.token->seq() > truth->head()) {
      findings_.report("P1", client.member() + " is ahead of " + name_of(stream));
      return;
    }
    const board::State expected = board::visible_to(truth->state, client.member());
    if (board::state_hash(follow.state) != board::state_hash(expected)) {
      findings_.report("P1", client.member() + " at " + std::to_string(follow.token->seq()) +
                                 " of " + std::to_string(truth->head()) +
                                 " sees another board of " + name_of(stream) + ": " +
                                 difference(follow.state, expected));
      return;
    }
  }
}

}  // namespace swarmboard::sim
