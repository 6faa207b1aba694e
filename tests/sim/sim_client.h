// A model of the browser client, written against the protocol and not against the server: a durable
// outbox with frozen bytes, resume tokens, reconnects, settlement by echo, nack or join, and a fold
// of what it receives.
//
// Owner: World. Single-threaded. What survives a killed tab is in ClientStore; the rest is rebuilt.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/board/state.h"
#include "tests/sim/findings.h"
#include "tests/sim/ledger.h"
#include "tests/sim/sim_network.h"
#include "tests/sim/typing.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::sim {

struct SentCommand {
  std::uint64_t number = 0;
  std::string bytes;
  Op* op = nullptr;
  bool settled = false;
};

// Oldest first, numbers without gaps up to next_number. A refused command stays until an event of a
// later one proves that the log knows of it (R15).
struct Outbox {
  std::uint64_t next_number = 1;
  std::deque<SentCommand> commands;

  [[nodiscard]] std::uint64_t first_number() const {
    return next_number - static_cast<std::uint64_t>(commands.size());
  }

  [[nodiscard]] std::uint64_t first_open() const;
  [[nodiscard]] std::size_t open_count() const;
};

struct PendingCard {
  std::string note_id;
  std::string secret;
  v1::NoteKind kind = v1::NOTE_KIND_UNSPECIFIED;
  Card* card = nullptr;
  std::uint64_t sent_on = 0;  // The connection that carries it; 0 = none.
};

// The part of a tab that is on the device's disk.
struct ClientStore {
  std::string client_id;
  std::map<std::string, Outbox> outboxes;
  std::map<std::string, std::vector<PendingCard>> cards;
  std::vector<std::string> streams;  // What it follows.
};

// A stream that the client follows.
struct Follow {
  std::uint32_t sub = 0;
  bool joined = false;  // On the present connection.
  std::uint32_t stream_ref = 0;
  std::optional<v1::ResumeToken> token;
  board::State state;
  std::string snapshot;
  std::uint32_t parts_seen = 0;
  bool wants_snapshot = false;
  std::uint64_t unsent_from = 0;  // The first number that is not on its way; 0 = ask the outbox.
  std::int64_t hold_until_us = 0;
};

struct ClientDeps {
  Scheduler& scheduler;
  Random& random;
  Findings& findings;
  Ledger& ledger;
  // Opens a socket to the server; null when nobody listens.
  std::function<std::shared_ptr<SimConnection>(const std::string& member)> connect;
  std::function<std::string(const std::string& member)> ticket;
  std::function<void(std::string line)> note;
};

class SimClient {
 public:
  SimClient(std::string member, std::shared_ptr<ClientStore> store, ClientDeps deps);
  // The tab is gone: nothing of it happens any more.
  ~SimClient();
  SimClient(const SimClient&) = delete;
  SimClient& operator=(const SimClient&) = delete;

  // Acts of the person.
  void follow(const std::string& stream);
  void submit(const std::string& stream, const v1::Command& command,
              std::optional<TextAsk> text = std::nullopt);
  // Writes these words somewhere in a text, or takes something out of it.
  void type(const TextPlace& place, const std::string& words);
  void submit_card(const std::string& stream, v1::NoteKind kind, const std::string& text);
  void submit_off_record(const std::string& stream, v1::NoteKind kind, const std::string& text);
  void touch(const std::string& stream);  // Presence.

  // Faults.
  void open_second_socket();

  [[nodiscard]] std::shared_ptr<SimConnection> connection() const { return connection_; }

  // The end of a slow line: what it still carries would take its time, so a new one is opened.
  void leave_slow_line();

  [[nodiscard]] const std::string& member() const { return member_; }

  [[nodiscard]] const std::shared_ptr<ClientStore>& store() const { return store_; }

  [[nodiscard]] const std::map<std::string, Follow>& follows() const { return follows_; }

  [[nodiscard]] const Follow* find(const std::string& stream) const;
  // Everything asked for is settled.
  [[nodiscard]] bool is_settled() const;

  [[nodiscard]] bool is_online() const { return welcomed_; }

  [[nodiscard]] std::size_t pending_count() const;
  // What it types, once nothing is pending.
  void check_typing() const;

 private:
  void connect();
  void disconnected();
  void on_message(std::string_view bytes);
  void on_frame(const v1::ServerFrame& frame);
  void on_welcome();
  void on_joined(const v1::Joined& joined);
  void on_snapshot(const v1::SnapshotPart& part);
  void take_snapshot(const std::string& stream, Follow& follow);
  void on_events(const v1::EventBatch& batch);
  void on_event(const std::string& stream, Follow& follow, const v1::Event& event);
  void on_nack(const v1::Nack& nack);
  void on_tick(const v1::Tick& tick);
  void on_left(const v1::Left& left);
  void on_card_saved(const v1::AnonymousSaved& saved);
  void join(const std::string& stream, Follow& follow);
  void settle_upto(const std::string& stream, const v1::Joined& joined);
  void settle(const std::string& stream, std::uint64_t number, std::uint64_t seq,
              v1::RejectReason reason);
  void renumber(const std::string& stream, std::uint64_t from);
  void rewind(const std::string& stream, const v1::Nack& nack);
  void pump(const std::string& stream);
  void pump_cards(const std::string& stream);
  void send_typed(const std::string& stream, std::uint64_t base_seq);
  void forget(const std::string& stream);
  void send(const v1::ClientMessage& message);
  void watch();
  void later(std::int64_t delay_us, std::function<void()> task);
  [[nodiscard]] std::pair<const std::string, Follow>* by_sub(std::uint32_t sub);
  [[nodiscard]] std::pair<const std::string, Follow>* by_ref(std::uint32_t ref);

  std::string member_;
  std::shared_ptr<ClientStore> store_;
  ClientDeps deps_;
  std::map<std::string, Follow> follows_;
  Typing typing_;
  std::uint32_t last_sub_ = 0;
  std::shared_ptr<SimConnection> connection_;
  bool connecting_ = false;
  bool welcomed_ = false;
  std::uint32_t in_flight_max_ = 1;
  std::int64_t heard_us_ = 0;
  std::int64_t told_us_ = 0;  // How long the server may be silent (W11).
  std::int64_t backoff_us_ = 0;
  std::uint64_t generation_ = 0;  // Of the connection; tasks of older ones do nothing.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace swarmboard::sim
