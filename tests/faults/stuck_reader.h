// A client that joins a session, keeps saying that it is there, and never reads: below any library,
// so that nothing reads behind its back.
//
// One thread. Errors: std::runtime_error when it cannot join.
#pragma once

#include <cstdint>
#include <string>

namespace swarmboard::faults {

class StuckReader {
 public:
  StuckReader(std::uint16_t port, const std::string& member, const std::string& session);
  ~StuckReader();
  StuckReader(const StuckReader&) = delete;
  StuckReader& operator=(const StuckReader&) = delete;

  // Says that it is there; false: the server has let go of it.
  bool say_alive();
  // Whether the server has let go of it, without reading what it sent before.
  [[nodiscard]] bool is_let_go() const;

 private:
  void send_message(const std::string& message);

  int socket_ = -1;
  bool let_go_ = false;
};

}  // namespace swarmboard::faults
