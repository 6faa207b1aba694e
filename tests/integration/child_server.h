// The real program as a child process, on a free port of loopback, with its data in a temporary
// folder that goes away with this object.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "server/net/http_client.h"

namespace swarmboard::integration {

class ChildServer {
 public:
  ChildServer();
  ~ChildServer();
  ChildServer(const ChildServer&) = delete;
  ChildServer& operator=(const ChildServer&) = delete;

  // Starts `swarmboard serve --port 0 --data <folder>/data` with more words; true when it listens.
  // A later start takes the same folder.
  bool start(const std::vector<std::string>& words);

  // Sends a signal and waits for the end; the exit code, or 128 + the signal that ended it.
  int end(int signal);
  // Sends a signal and goes on.
  void send(int signal) const;
  // Waits for the end.
  int wait();

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // The lines that it printed at its start, after the first.
  [[nodiscard]] const std::string& greeting() const { return greeting_; }

  // Everything it has logged so far, over all starts.
  [[nodiscard]] std::string log() const;

  [[nodiscard]] net::HttpAnswer get(const std::string& target,
                                    const std::string& cookie = {}) const;
  [[nodiscard]] net::HttpAnswer post(const std::string& target, const std::string& body,
                                     const std::string& cookie = {}) const;

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int output_ = -1;
  std::uint16_t port_ = 0;
  std::string greeting_;
};

struct Finished {
  int code = 0;
  std::string output;  // Standard output and error, as they came.
};

// Runs the program to its end.
[[nodiscard]] Finished run_program(const std::vector<std::string>& words);

// The cookie of a Set-Cookie header, as a Cookie header wants it.
[[nodiscard]] std::string cookie_of(const net::HttpAnswer& answer);

}  // namespace swarmboard::integration
