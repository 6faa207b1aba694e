// What the room needs of a connection's socket, and nothing more. Implemented by net (Beast) and by
// the simulator. Single-threaded: everything on the thread of the connection's team.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace swarmboard::room {

// Bytes ready for the socket: WebSocket frame header and payload. Shared by all receivers.
using Block = std::shared_ptr<const std::string>;

class Transport {
 public:
  virtual ~Transport() = default;

  // True when everything handed over before has reached the kernel. Only then may send() be called.
  [[nodiscard]] virtual bool ready() const = 0;
  // Writes now, without blocking. What the kernel does not take is kept (one block at most) and
  // Link::on_writable() is called when it is gone.
  virtual void send(const Block& block) = 0;
  // Sends what is left, then a close frame with this code and a short reason. on_closed follows.
  virtual void close(std::uint16_t code, const std::string& reason) = 0;
  // Cuts the connection at once.
  virtual void abort() = 0;
  // Stops or restarts reading: back-pressure.
  virtual void pause_reading(bool paused) = 0;
};

}  // namespace swarmboard::room
