// A child process of this program, with a pipe from its standard output.
//
// One thread. Errors: std::system_error when it cannot be started.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace swarmboard::play {

struct ChildLaunch {
  std::filesystem::path program;
  std::vector<std::string> words;
  std::filesystem::path error_file;      // Appended to; empty: where standard output goes.
  std::vector<std::string> environment;  // "NAME=value", beside that of this process.
};

class ChildProcess {
 public:
  ChildProcess() = default;  // None.
  explicit ChildProcess(const ChildLaunch& launch);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // Kills it.

  [[nodiscard]] bool runs() const { return pid_ > 0; }

  [[nodiscard]] pid_t pid() const { return pid_; }

  // What it said next; nothing at the end or when it takes too long.
  [[nodiscard]] std::optional<std::string> read_more(int patience_ms);
  // Sends a signal and goes on.
  void send(int signal) const;
  // Waits for the end: the exit code, or 128 + the signal that ended it.
  int wait();
  // The exit code if it ended by itself within the patience.
  [[nodiscard]] std::optional<int> wait_for(int patience_ms);

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

struct Finished {
  int code = 0;
  std::string output;  // Standard output and error, as they came.
};

// Runs a program to its end.
[[nodiscard]] Finished run_to_end(const ChildLaunch& launch);

}  // namespace swarmboard::play
