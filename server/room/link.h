// One connection's side of the protocol, without a socket: hello, joins, submits, presence,
// heartbeat, limits, and what is sent next. Bytes in; blocks out through Transport.
//
// Owner: whoever owns the transport (net/ws_connection, the simulator). Lives on its team's thread
// and must be destroyed before its Team. It holds cursors into the team's streams and never a queue
// of durable events (docs/architecture.md, "Connections hold a cursor").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/room/transport.h"

namespace swarmboard::room {

class Team;

// Who is behind a ticket. The server stamps it; the client never names itself.
struct Identity {
  std::string team;
  std::string member;
};

// Answers on the link's thread, exactly once; nothing = unknown, used or expired.
using RedeemTicket =
    std::function<void(std::string ticket, std::function<void(std::optional<Identity>)> done)>;

class Link {
 public:
  Link(Team& team, Transport& transport, RedeemTicket redeem);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // A whole WebSocket message. `binary` false (a text frame) ends the connection with 1003.
  void on_message(std::string_view bytes, bool binary);
  // A pong or any other sign of life that is not a message.
  void on_alive();
  // The transport is ready() again.
  void on_writable();
  // The socket is gone. No calls after it but the destructor.
  void on_closed();

 private:
  friend class Team;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace swarmboard::room
