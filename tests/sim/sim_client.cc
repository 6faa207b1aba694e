#include "tests/sim/sim_client.h"

#include <algorithm>
#include <utility>

#include "server/base/sha256.h"
#include "server/wire/codec.h"

namespace swarmboard::sim {
namespace {

constexpr std::int64_t kConnectUs = 20'000;
constexpr std::int64_t kBackoffFirstUs = 1'000'000;
constexpr std::int64_t kBackoffMaxUs = 5'000'000;
constexpr std::int64_t kWatchUs = 1'000'000;
constexpr std::int64_t kTickUs = 2'500'000;
constexpr std::int64_t kPatienceUs = 3'500'000;

std::string random_16(Random& random) {
  std::string bytes(16, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random());
  }
  return bytes;
}

// Under which name the log remembers a client: docs/protocol.md, R1.
std::string log_key_of(const std::string& member, const std::string& client_id) {
  return sha256(member + std::string(1, '\0') + client_id).substr(0, 16);
}

}  // namespace

std::uint64_t Outbox::first_open() const {
  const auto open = std::find_if(commands.begin(), commands.end(),
                                 [](const SentCommand& command) { return !command.settled; });
  return open == commands.end() ? next_number : open->number;
}

std::size_t Outbox::open_count() const {
  return static_cast<std::size_t>(
      std::count_if(commands.begin(), commands.end(),
                    [](const SentCommand& command) { return !command.settled; }));
}

SimClient::SimClient(std::string member, std::shared_ptr<ClientStore> store, ClientDeps deps)
    : member_(std::move(member)),
      store_(std::move(store)),
      deps_(std::move(deps)),
      typing_(deps_.findings) {
  if (store_->client_id.empty()) {
    store_->client_id = random_16(deps_.random);
    store_->streams.push_back("");
  }
  for (const std::string& stream : store_->streams) {
    follows_[stream].sub = ++last_sub_;
  }
  // A new tab has new connections: nothing is on its way.
  for (auto& [stream, cards] : store_->cards) {
    for (PendingCard& card : cards) {
      card.sent_on = 0;
    }
  }
  // Whatever carried these cards is gone with the tab.
  for (auto& [stream, cards] : store_->cards) {
    for (PendingCard& pending : cards) {
      pending.sent_on = 0;
    }
  }
  later(between(deps_.random, 0, kConnectUs), [this] { connect(); });
  watch();
}

SimClient::~SimClient() {
  if (connection_ != nullptr) {
    connection_->client_close();
  }
}

void SimClient::follow(const std::string& stream) {
  if (follows_.contains(stream)) {
    return;
  }
  store_->streams.push_back(stream);
  Follow& follow = follows_[stream];
  follow.sub = ++last_sub_;
  if (welcomed_) {
    join(stream, follow);
  }
}

void SimClient::submit(const std::string& stream, const v1::Command& command,
                       std::optional<TextAsk> text) {
  Outbox& outbox = store_->outboxes[stream];
  SentCommand pending;
  pending.number = outbox.next_number++;
  pending.bytes = command.SerializeAsString();
  deps_.ledger.ops.push_back(Op{.member = member_,
                                .log_key = log_key_of(member_, store_->client_id),
                                .stream = stream,
                                .number = pending.number,
                                .body_hash = wire::body_hash(pending.bytes),
                                .born_us = deps_.scheduler.now_us(),
                                .text = std::move(text)});
  pending.op = &deps_.ledger.ops.back();
  outbox.commands.push_back(std::move(pending));
  pump(stream);
}

void SimClient::submit_card(const std::string& stream, v1::NoteKind kind, const std::string& text) {
  PendingCard pending{random_16(deps_.random), random_16(deps_.random), kind, nullptr, 0};
  deps_.ledger.cards.push_back(Card{pending.note_id, stream, text, CardState::Pending});
  pending.card = &deps_.ledger.cards.back();
  store_->cards[stream].push_back(pending);
  pump_cards(stream);
}

void SimClient::submit_off_record(const std::string& stream, v1::NoteKind kind,
                                  const std::string& text) {
  const Follow* follow = find(stream);
  if (!welcomed_ || follow == nullptr || !follow->joined) {
    return;
  }
  v1::ClientMessage message;
  v1::SubmitOffRecord& submit = *message.add_frames()->mutable_submit_off_record();
  submit.set_sub(follow->sub);
  submit.set_id("off-" + std::to_string(deps_.random() % 1'000'000));
  submit.set_kind(kind);
  submit.set_text(text);
  send(message);
}

void SimClient::touch(const std::string& stream) {
  const Follow* follow = find(stream);
  if (!welcomed_ || follow == nullptr || !follow->joined) {
    return;
  }
  v1::ClientMessage message;
  v1::Presence& presence = *message.add_frames()->mutable_presence();
  presence.set_sub(follow->sub);
  presence.set_kind(v1::PRESENCE_KIND_TYPING);
  presence.set_value("n1");
  send(message);
}

void SimClient::open_second_socket() {
  // The old socket stays open for a while: the server has to replace it by the newer one.
  const std::shared_ptr<SimConnection> old = std::exchange(connection_, nullptr);
  ++generation_;
  disconnected();
  connect();
  if (old != nullptr) {
    later(between(deps_.random, 0, 3'000'000), [old] { old->client_close(); });
  }
}

const Follow* SimClient::find(const std::string& stream) const {
  const auto found = follows_.find(stream);
  return found == follows_.end() ? nullptr : &found->second;
}

void SimClient::check_typing() const {
  for (const auto& [stream, follow] : follows_) {
    typing_.check_at_rest(stream, follow.state);
  }
}

std::size_t SimClient::pending_count() const {
  std::size_t count = 0;
  for (const auto& [stream, outbox] : store_->outboxes) {
    count += outbox.open_count();
  }
  for (const auto& [stream, cards] : store_->cards) {
    count += cards.size();
  }
  return count;
}

bool SimClient::is_settled() const {
  return pending_count() == 0;
}

void SimClient::connect() {
  if (connection_ != nullptr || connecting_) {
    return;
  }
  connecting_ = true;
  const std::uint64_t generation = ++generation_;
  later(between(deps_.random, 1'000, kConnectUs), [this, generation] {
    if (generation != generation_) {
      connecting_ = false;
      return;
    }
    connecting_ = false;
    connection_ = deps_.connect(member_);
    if (connection_ == nullptr) {
      disconnected();
      return;
    }
    heard_us_ = deps_.scheduler.now_us();
    told_us_ = kTickUs;
    ClientEnd end;
    end.on_message = [this, generation, alive = std::weak_ptr<bool>(alive_)](std::string_view m) {
      if (!alive.expired() && generation == generation_) {
        on_message(m);
      }
    };
    end.on_closed = [this, generation, alive = std::weak_ptr<bool>(alive_)](std::uint16_t) {
      if (!alive.expired() && generation == generation_) {
        connection_.reset();
        disconnected();
      }
    };
    connection_->set_client(store_->client_id, std::move(end));
    v1::ClientMessage message;
    v1::Hello& hello = *message.add_frames()->mutable_hello();
    hello.set_proto_major(1);
    hello.set_client_id(store_->client_id);
    hello.set_ticket(deps_.ticket(member_));
    send(message);
  });
}

void SimClient::disconnected() {
  welcomed_ = false;
  connecting_ = false;
  for (auto& [stream, follow] : follows_) {
    follow.joined = false;
    follow.unsent_from = 0;
    follow.hold_until_us = 0;
  }
  backoff_us_ = std::clamp(backoff_us_ * 2, kBackoffFirstUs, kBackoffMaxUs);
  later(between(deps_.random, 0, backoff_us_), [this] { connect(); });
}

void SimClient::on_message(std::string_view bytes) {
  heard_us_ = deps_.scheduler.now_us();
  v1::ServerMessage message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    deps_.findings.report("wire", "a server message cannot be read");
    return;
  }
  const std::uint64_t generation = generation_;
  for (const v1::ServerFrame& frame : message.frames()) {
    if (frame.has_tick()) {
      told_us_ = frame.tick().next_ms() == 0 ? kTickUs : frame.tick().next_ms() * 1'000LL;
    } else if (!frame.has_pong()) {
      told_us_ = kTickUs;
    }
    if (generation == generation_) {
      on_frame(frame);
    }
  }
}

void SimClient::on_frame(const v1::ServerFrame& frame) {
  switch (frame.body_case()) {
    case v1::ServerFrame::kWelcome:
      in_flight_max_ = std::max(1U, frame.welcome().limits().in_flight_max());
      on_welcome();
      return;
    case v1::ServerFrame::kJoined:
      on_joined(frame.joined());
      return;
    case v1::ServerFrame::kSnapshot:
      on_snapshot(frame.snapshot());
      return;
    case v1::ServerFrame::kEvents:
      on_events(frame.events());
      return;
    case v1::ServerFrame::kNack:
      on_nack(frame.nack());
      return;
    case v1::ServerFrame::kTick:
      on_tick(frame.tick());
      return;
    case v1::ServerFrame::kLeft:
      on_left(frame.left());
      return;
    case v1::ServerFrame::kAnonymousSaved:
      on_card_saved(frame.anonymous_saved());
      return;
    case v1::ServerFrame::kFatal:
      deps_.note(member_ + " fatal " + v1::FatalReason_Name(frame.fatal().reason()));
      if (frame.fatal().reason() != v1::FATAL_REASON_REPLACED &&
          frame.fatal().reason() != v1::FATAL_REASON_BAD_TICKET &&
          frame.fatal().reason() != v1::FATAL_REASON_TOO_SLOW &&
          frame.fatal().reason() != v1::FATAL_REASON_NO_HELLO) {
        deps_.findings.report("P2", "the server ended a good client: " + frame.fatal().detail());
      }
      return;
    default:
      return;  // Presence, pong and the like change nothing here.
  }
}

void SimClient::send(const v1::ClientMessage& message) {
  if (connection_ != nullptr) {
    connection_->client_send(message.SerializeAsString());
  }
}

void SimClient::leave_slow_line() {
  if (connection_ != nullptr && connection_->is_slow()) {
    std::exchange(connection_, nullptr)->client_close();
    ++generation_;
    disconnected();
  }
}

void SimClient::watch() {
  later(kWatchUs, [this] {
    const std::int64_t now = deps_.scheduler.now_us();
    if (connection_ != nullptr && now - heard_us_ > told_us_ + kPatienceUs) {
      deps_.note(member_ + " hears nothing");
      std::exchange(connection_, nullptr)->client_close();
      ++generation_;
      disconnected();
    }
    for (auto& [stream, follow] : follows_) {
      pump(stream);
    }
    if (welcomed_) {
      backoff_us_ = 0;
      v1::ClientMessage message;
      message.add_frames()->mutable_ping()->set_client_mono_us(static_cast<std::uint64_t>(now));
      send(message);
      for (const auto& [stream, cards] : store_->cards) {
        pump_cards(stream);
      }
    }
    watch();
  });
}

void SimClient::later(std::int64_t delay_us, std::function<void()> task) {
  deps_.scheduler.after(delay_us, [alive = std::weak_ptr<bool>(alive_), task = std::move(task)] {
    if (!alive.expired()) {
      task();
    }
  });
}

std::pair<const std::string, Follow>* SimClient::by_sub(std::uint32_t sub) {
  for (auto& entry : follows_) {
    if (entry.second.sub == sub) {
      return &entry;
    }
  }
  return nullptr;
}

std::pair<const std::string, Follow>* SimClient::by_ref(std::uint32_t ref) {
  for (auto& entry : follows_) {
    if (entry.second.joined && entry.second.stream_ref == ref) {
      return &entry;
    }
  }
  return nullptr;
}

}  // namespace swarmboard::sim
