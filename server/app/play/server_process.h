// A demo server of the player's own: a child process on a free port of loopback, with its data in
// a temporary folder that goes away with it.
//
// One thread. Errors: std::runtime_error with what the server said, when it does not start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace swarmboard::play {

class ServerProcess {
 public:
  // Starts `program serve --demo --script-clock` and waits until it listens.
  explicit ServerProcess(std::filesystem::path program);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  void kill_hard();    // SIGKILL, and waits for its end.
  void start_again();  // On the same folder and port. Precondition: it does not run.

 private:
  void start(std::uint16_t port);
  void end(int signal);

  std::filesystem::path program_;
  std::filesystem::path folder_;
  std::string url_;
  pid_t pid_ = -1;
};

}  // namespace swarmboard::play
