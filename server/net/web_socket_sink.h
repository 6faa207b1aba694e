// What a WebSocket tells its owner, and the bytes that are handed to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace swarmboard::net {

// Whole frames of a server, framed by the room, shared by all receivers.
using Block = std::shared_ptr<const std::string>;

// Calls never come from within a call into the stream.
class WebSocketSink {
 public:
  virtual ~WebSocketSink() = default;
  // The handshake is over. `error` empty: open. Otherwise on_closed() does not follow.
  virtual void on_open(const std::string& error, unsigned http_status) = 0;
  virtual void on_message(std::string_view bytes, bool binary) = 0;
  // A ping or pong of the peer.
  virtual void on_control() = 0;
  // Everything handed over has reached the kernel; only after flushed() was false.
  virtual void on_writable() = 0;
  // A close is under way, by either side: on_closed() follows, or the owner loses patience and
  // calls abort().
  virtual void on_ending() = 0;
  // The last call. Code 1006 when the socket just broke.
  virtual void on_closed(std::uint16_t code, const std::string& reason) = 0;
};

}  // namespace swarmboard::net
