// A small blocking HTTP client for the script player and the tests: one request on a connection of
// its own. Not for the server's threads. Any thread; nothing is shared.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace swarmboard::net {

struct HttpCall {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds deadline{10'000};
};

struct HttpAnswer {
  unsigned status = 0;  // 0: no answer; `error` says why.
  std::string error;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The first header of that name, whatever its case; empty when there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
};

[[nodiscard]] HttpAnswer http_call(const HttpCall& call);

// Sends these bytes as they are and returns everything that comes back until the peer closes.
[[nodiscard]] std::string exchange_raw(const std::string& host, std::uint16_t port,
                                       const std::string& bytes,
                                       std::chrono::milliseconds deadline);

}  // namespace swarmboard::net
