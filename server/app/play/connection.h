// The player's side of one WebSocket: whole binary messages, with a patience for each wait. An
// interface, so that a client can be tested without a socket.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace swarmboard::play {

class Connection {
 public:
  enum class Got { Message, Nothing, Lost };

  virtual ~Connection() = default;

  virtual bool send(const std::string& message) = 0;  // False: the connection is lost.
  // Nothing when the patience is over; the connection goes on.
  virtual Got receive(std::string& message, std::chrono::milliseconds patience) = 0;
};

// Opens ws://<address>/ws/<team>; `address` is "http://127.0.0.1:8080". Null when it is refused;
// `why` says so.
[[nodiscard]] std::unique_ptr<Connection> open_connection(const std::string& address,
                                                          const std::string& team,
                                                          std::string& why);

}  // namespace swarmboard::play
