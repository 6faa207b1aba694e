// The write side of a WebSocket's socket: one queue, written without blocking. First the remainder
// of a block, then control frames (at a client: all that Beast's stream writes).
//
// Owner: WsServerStream or SocketLayer, one per WebSocket, on the socket's thread. A write error is
// kept and told to the owner through `on_broken`; nothing is written after it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "server/net/web_socket_sink.h"

namespace swarmboard::net {

class SocketOutput {
 public:
  // `control_bytes_max`: what may wait in append() before the connection counts as broken.
  SocketOutput(boost::asio::ip::tcp::socket& socket, std::size_t control_bytes_max);

  // Called once, later, from the executor. The owner keeps itself alive in `alive`.
  void set_owner(std::weak_ptr<void> alive, std::function<void()> on_flushed,
                 std::function<void()> on_broken);

  [[nodiscard]] bool flushed() const { return block_ == nullptr && control_.empty(); }

  void send(Block block);
  void append(std::string_view bytes);

 private:
  void flush();
  // Returns how many bytes the kernel took; marks the output broken on an error.
  std::size_t write_some(std::string_view bytes);
  void wait_for_writable();
  void break_off();

  boost::asio::ip::tcp::socket& socket_;
  std::size_t control_bytes_max_;
  std::weak_ptr<void> alive_;
  std::function<void()> on_flushed_;
  std::function<void()> on_broken_;
  Block block_;
  std::size_t block_sent_ = 0;
  std::string control_;
  bool waiting_ = false;
  bool broken_ = false;
};

}  // namespace swarmboard::net
