// The real program as a child process, for one test: its log is shown when the test fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "server/app/play/server_process.h"
#include "server/net/http_client.h"

namespace swarmboard::integration {

using play::Finished;

class ChildServer {
 public:
  ChildServer();
  ~ChildServer();
  ChildServer(const ChildServer&) = delete;
  ChildServer& operator=(const ChildServer&) = delete;

  // Starts `swarmboard serve --data <folder>/data` with more words; true when it listens.
  // A later start takes the same folder.
  bool start(const std::vector<std::string>& words);

  // Sends a signal and waits for the end; the exit code, or 128 + the signal that ended it.
  int end(int signal) { return process_.end(signal); }

  // Sends a signal and goes on.
  void send(int signal) { process_.child().send(signal); }

  // Waits for the end.
  int wait() { return process_.child().wait(); }

  [[nodiscard]] std::uint16_t port() const { return process_.port(); }

  [[nodiscard]] pid_t pid() { return process_.child().pid(); }

  [[nodiscard]] const std::filesystem::path& folder() const { return process_.folder(); }

  // The lines that it printed at its start, after the first.
  [[nodiscard]] const std::string& greeting() const { return process_.greeting(); }

  // Everything it has logged so far, over all starts.
  [[nodiscard]] std::string log() const { return process_.log(); }

  [[nodiscard]] net::HttpAnswer get(const std::string& target,
                                    const std::string& cookie = {}) const;
  [[nodiscard]] net::HttpAnswer post(const std::string& target, const std::string& body,
                                     const std::string& cookie = {}) const;

 private:
  play::ServerProcess process_;
};

// Runs the program to its end.
[[nodiscard]] Finished run_program(const std::vector<std::string>& words);

// The cookie of a Set-Cookie header, as a Cookie header wants it.
[[nodiscard]] std::string cookie_of(const net::HttpAnswer& answer);

}  // namespace swarmboard::integration
