// One member of a demo server as a benchmark needs them: enters over HTTP, opens the socket, joins
// a board and says when its whole state was there.
//
// One thread; blocking. Errors: std::runtime_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/net/http_client.h"
#include "server/net/ws_client.h"

namespace swarmboard::bench {

struct Joined {
  std::int64_t us = 0;    // From sending the Join to the last byte of the state.
  std::uint64_t seq = 0;  // Of that state.
  std::size_t bytes = 0;  // Of everything that came.
};

class BenchMember {
 public:
  BenchMember(std::uint16_t port, std::string team, std::string member);

  void connect();  // Again after disconnect().
  void disconnect();
  [[nodiscard]] Joined join(const std::string& session);

  // Changes the texts of this member's cards of the board joined last, so many times, as fast as
  // the server takes it. Cards are those of a history.
  void edit_cards(std::size_t edits, std::size_t cards, std::size_t first_card, std::size_t every);

  [[nodiscard]] bool is_connected() const { return socket_.is_open(); }

  // Looks whether the connection is still there, without reading what came on it.
  void poll() { socket_.poll(); }

  // A replay's state at an event.
  [[nodiscard]] net::HttpAnswer state_at(const std::string& session, std::uint64_t seq);

 private:
  [[nodiscard]] net::HttpAnswer call(const std::string& method, const std::string& target,
                                     const std::string& body);

  std::uint16_t port_;
  std::string team_;
  std::string member_;
  std::string cookie_;
  std::string client_id_;
  std::uint32_t next_sub_ = 1;
  std::uint64_t last_cmd_no_ = 0;
  net::WsClient socket_;
};

}  // namespace swarmboard::bench
