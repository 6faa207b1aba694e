// A TCP connection of somebody who keeps no rules: sends any bytes, reads only what it likes, ends
// as it likes. Blocking with a short patience; one thread. Errors: the connection counts as over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace swarmboard::fuzz {

class HostileSocket {
 public:
  enum class End { Close, Reset };

  // To loopback.
  explicit HostileSocket(std::uint16_t port);
  ~HostileSocket();
  HostileSocket(const HostileSocket&) = delete;
  HostileSocket& operator=(const HostileSocket&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  void send(std::string_view bytes);
  // Reads until the end of an HTTP head; true when it says 101.
  [[nodiscard]] bool wait_for_head();
  void drop_what_came();
  void end(End how);

  [[nodiscard]] static std::string upgrade_request(std::uint16_t port);
  // A masked frame with this first byte (end, reserved bits, opcode).
  [[nodiscard]] static std::string frame(std::uint8_t first, std::string_view payload);

 private:
  int descriptor_ = -1;
};

}  // namespace swarmboard::fuzz
