// A member of a sample team in front of a demo server: enters, takes a ticket, opens the socket,
// and speaks the protocol frame by frame. Every wait has a patience; nothing is retried.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "server/net/ws_client.h"
#include "tests/integration/child_server.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::integration {

// Loads a sample team: members ben and cleo (reps), mia (manager).
void load_sample_team(const ChildServer& server);

inline constexpr std::chrono::milliseconds kPatience{10'000};

class DemoMember {
 public:
  DemoMember(const ChildServer& server, std::string member);

  // Cookie of the signed-in member.
  [[nodiscard]] const std::string& cookie() const { return cookie_; }

  [[nodiscard]] std::string ticket() const;

  // Opens the socket; with `hello`, says it and waits for the welcome.
  bool connect(bool hello = true);
  void say_hello(const std::string& with_ticket);
  void send(v1::ClientFrame frame);

  // Joins a stream and waits for its Joined; nothing when it was refused.
  std::optional<v1::Joined> join(std::uint32_t sub, const std::string& session);
  // Sends a command and returns its number; `cmd_no` 0 = the next of that subscription.
  std::uint64_t submit(std::uint32_t sub, const v1::Command& command, std::uint64_t cmd_no = 0);

  // The next frame that `wanted` accepts; others are dropped. Nothing: patience is over, or the
  // connection.
  std::optional<v1::ServerFrame> wait_for(
      const std::function<bool(const v1::ServerFrame&)>& wanted);
  // Waits until an event with this echo arrives; its sequence number, or 0.
  std::uint64_t wait_for_echo(std::uint64_t cmd_no);
  std::optional<v1::Fatal> wait_for_fatal();
  // Reads for that long and drops it all: somebody who only looks on.
  void take_what_comes(std::chrono::milliseconds patience);

  [[nodiscard]] net::WsClient& socket() { return socket_; }

  void set_client_id(std::string client_id) { client_id_ = std::move(client_id); }

  [[nodiscard]] const std::string& client_id() const { return client_id_; }

 private:
  const ChildServer& server_;
  std::string member_;
  std::string cookie_;
  std::string client_id_;
  std::map<std::uint32_t, std::uint64_t> last_cmd_no_;  // By subscription.
  net::WsClient socket_;
  std::deque<v1::ServerFrame> frames_;
};

// Opens a session, joins it as subscription 2 (1 is the library) and starts its first stage.
bool begin_session(DemoMember& member, const std::string& id);

// Opening a session on the library, and a note on the board.
[[nodiscard]] v1::Command open_session(const std::string& id);
[[nodiscard]] v1::Command write_note(const std::string& id, const std::string& text);

}  // namespace swarmboard::integration
