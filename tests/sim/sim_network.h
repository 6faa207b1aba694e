// One simulated WebSocket connection: the server's Transport at one end, a client at the other, and
// in between delay, a kernel buffer of limited size, slow reading, cuts and half-open silence.
//
// Owner: SimServer (server end) and SimClient (client end) share it; tasks on their way hold it.
// Single-threaded. It does not know what the bytes mean, except ping and pong.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/room/link.h"
#include "server/room/transport.h"
#include "tests/sim/virtual_time.h"

namespace swarmboard::sim {

struct NetworkFaults {
  std::int64_t delay_us_min = 200;
  std::int64_t delay_us_max = 40'000;
  std::int64_t bytes_per_second = 0;  // 0 = no limit.
  std::size_t kernel_bytes_max = 48 * 1024;
};

class SimConnection;

// What is seen of the server's end, at the moment it happens.
struct ServerWatch {
  std::function<void(SimConnection& connection, std::string_view message)> on_arrival;
  std::function<void(SimConnection& connection, std::string_view message)> on_send;
  // A block was given to a connection that had said that it takes none now.
  std::function<void(SimConnection& connection)> on_send_unready;
};

// What the client end hears.
struct ClientEnd {
  std::function<void(std::string_view message)> on_message;
  std::function<void(std::uint16_t code)> on_closed;
};

class SimConnection : public room::Transport, public std::enable_shared_from_this<SimConnection> {
 public:
  // Sees every message at the moment the client receives it.
  using Tap = std::function<void(SimConnection& connection, std::string_view message)>;

  // What the client asked to follow, and from where.
  struct Asked {
    std::string stream;
    std::uint64_t seq = 0;
  };

  SimConnection(Scheduler& scheduler, Random& random, NetworkFaults faults, std::string member);

  // Client end.
  void attach_client(Tap tap);
  void set_client(std::string client_id, ClientEnd end);
  // A planted fault: changes messages on their way.
  using Spoiler = std::function<std::string(const std::string& member, std::string message)>;

  void set_spoiler(Spoiler spoiler) { spoiler_ = std::move(spoiler); }

  // The client's names for its streams, so that a tap can follow them.
  void subscribe(std::uint32_t sub, const std::string& stream, std::uint64_t seq) {
    asked_[sub] = Asked{stream, seq};
  }

  [[nodiscard]] const std::map<std::uint32_t, Asked>& asked() const { return asked_; }

  void client_send(std::string message);
  // The client goes away; the server hears of it unless the connection is half-open.
  void client_close();

  // Server end. The link must be given before the first message arrives.
  void watch_server(ServerWatch watch) { watch_ = std::move(watch); }

  void attach_link(std::unique_ptr<room::Link> link, std::function<void(SimConnection&)> on_gone);
  // The process died: the link is destroyed at once, the client hears of it later.
  void server_died();

  // Faults.
  void cut();
  void fall_silent();

  // The line becomes as slow as that.
  void set_speed(std::int64_t bytes_per_second) { faults_.bytes_per_second = bytes_per_second; }

  [[nodiscard]] bool is_server_open() const { return link_ != nullptr; }

  [[nodiscard]] bool is_client_open() const { return client_open_; }

  [[nodiscard]] bool is_slow() const { return faults_.bytes_per_second > 0; }

  [[nodiscard]] const std::string& member() const { return member_; }

  [[nodiscard]] const std::string& client_id() const { return client_id_; }

  [[nodiscard]] std::size_t block_bytes_seen_max() const { return block_bytes_seen_max_; }

  // room::Transport
  [[nodiscard]] bool ready() const override;
  void send(const room::Block& block) override;
  void close(std::uint16_t code, const std::string& reason) override;
  void abort() override;
  void pause_reading(bool paused) override;

 private:
  void transmit(const room::Block& block);
  void deliver(const room::Block& block);
  void answer_ping();
  void arrive_at_server(const std::string& message);
  void end_server_side();
  void end_client_side(std::uint16_t code);
  [[nodiscard]] std::int64_t delay_us();

  Scheduler& scheduler_;
  Random& random_;
  NetworkFaults faults_;
  std::string member_;
  std::string client_id_;
  ClientEnd client_;
  Tap tap_;
  ServerWatch watch_;
  Spoiler spoiler_;
  std::unique_ptr<room::Link> link_;
  std::function<void(SimConnection&)> on_gone_;
  Channel up_;
  Channel down_;
  std::int64_t line_free_us_ = 0;  // When the slow line has carried what it was given.
  std::size_t in_kernel_ = 0;
  room::Block backlog_;
  std::deque<std::string> unread_;
  std::map<std::uint32_t, Asked> asked_;
  bool client_open_ = false;
  bool silent_ = false;
  bool paused_ = false;
  bool ending_ = false;  // The server closed it; what was sent before still arrives.
  std::size_t block_bytes_seen_max_ = 0;
};

}  // namespace swarmboard::sim
