// The server as a child process on a free port of loopback, with its data in a folder that goes
// away with this object, unless it was the caller's.
//
// One thread. Errors: StartFailure when the server does not start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/app/play/child_process.h"

namespace swarmboard::play {

// Its text is what the server said.
struct StartFailure : std::runtime_error {
  StartFailure(const std::string& what, int exit_code)
      : std::runtime_error(what), code(exit_code) {}

  int code;  // Its exit code, or 128 + the signal that ended it.
};

class ServerProcess {
 public:
  // Does not start it yet. `folder` empty: a temporary one.
  explicit ServerProcess(std::filesystem::path program, std::filesystem::path folder = {});
  // With its data elsewhere than in `folder`.
  ServerProcess(std::filesystem::path program, std::filesystem::path folder,
                std::filesystem::path data);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Starts `serve --data DATA` with more words and waits until it listens. A later start
  // takes the same folder and port. Precondition: it does not run.
  void start(const std::vector<std::string>& words,
             const std::vector<std::string>& environment = {});

  [[nodiscard]] const std::string& url() const { return url_; }

  [[nodiscard]] std::uint16_t port() const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  [[nodiscard]] const std::filesystem::path& data() const { return data_; }

  // The lines that it printed at its start, after the first.
  [[nodiscard]] const std::string& greeting() const { return greeting_; }

  // Everything it has logged so far, over all starts.
  [[nodiscard]] std::string log() const;

  [[nodiscard]] ChildProcess& child() { return child_; }

  // Sends a signal and waits for the end; the exit code, or 128 + the signal that ended it.
  int end(int signal);

 private:
  std::filesystem::path program_;
  std::filesystem::path folder_;
  bool owns_folder_;
  std::filesystem::path data_;
  std::string url_;
  std::string greeting_;
  ChildProcess child_;
};

// What a server for scripts is started with.
inline const std::vector<std::string> kScriptServer = {"--demo", "--script-clock"};

}  // namespace swarmboard::play
