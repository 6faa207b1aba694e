// A small blocking WebSocket client for the script player and the tests. Pings are answered while
// one of its functions runs, so call receive() or poll() now and then. One thread at a time; each
// client has an event loop of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swarmboard::net {

struct WsTarget {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string path;
  std::string subprotocol = "swarmboard.v1";
  std::vector<std::pair<std::string, std::string>> headers;  // Cookie, Origin.
};

class WsClient {
 public:
  WsClient();
  ~WsClient();
  WsClient(WsClient&& other) noexcept;
  WsClient& operator=(WsClient&& other) noexcept;
  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  // False: error() says why, http_status() what the server answered (0 = nothing).
  [[nodiscard]] bool connect(const WsTarget& target,
                             std::chrono::milliseconds deadline = std::chrono::seconds(10));

  // False: the connection is over.
  bool send_binary(std::string bytes);
  bool send_text(std::string text);
  // Bytes below the framing: for what a client must never send.
  bool send_raw(std::string bytes);

  // The next binary message; nothing when the deadline passes or the connection is over.
  [[nodiscard]] std::optional<std::string> receive(std::chrono::milliseconds deadline);
  // Does what is due without waiting.
  void poll();
  // Waits for the end of the connection; false: it is still there.
  [[nodiscard]] bool wait_closed(std::chrono::milliseconds deadline);

  // Says goodbye, and waits a moment for the answer.
  void close(std::uint16_t code = 1000);
  // Cuts the connection, like a tunnel.
  void abort();

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] std::uint16_t close_code() const;
  [[nodiscard]] const std::string& close_reason() const;
  [[nodiscard]] unsigned http_status() const;
  [[nodiscard]] const std::string& error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace swarmboard::net
