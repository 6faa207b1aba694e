// The server's end of one WebSocket, on a bare TCP socket: it waits until there is something to
// read, reads into a buffer that all connections of the thread share, and keeps only what is not
// whole yet. So an idle connection costs a few hundred bytes and no buffer.
//
// Everything written goes through one queue (SocketOutput): the blocks that the room framed itself
// and our pongs and close frames never interleave. A block is sent at once without blocking; at
// most one unsent remainder is kept. No timer per connection: the owner watches time.
//
// Owner: WsConnection. Thread: that of the socket's executor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "server/net/web_socket_sink.h"

namespace swarmboard::net {

// Where the connections of one thread read into, one after the other.
using ReadBuffer = std::array<char, 64 * 1024>;

class WsServerStream {
 public:
  // `early` = bytes of the peer that were read together with its upgrade request.
  WsServerStream(boost::asio::ip::tcp::socket socket, std::string early, ReadBuffer& buffer,
                 WebSocketSink& sink);
  // Cuts the connection; no calls to the sink after it.
  ~WsServerStream();
  WsServerStream(const WsServerStream&) = delete;
  WsServerStream& operator=(const WsServerStream&) = delete;

  // Answers the upgrade request with this head. Then reads.
  void accept(const std::string& request_head, std::string_view subprotocol);

  // Nothing waits to be written.
  [[nodiscard]] bool flushed() const;
  // Bytes of one or more whole frames. Precondition: flushed().
  void send_framed(Block block);

  void pause_reading();
  void resume_reading();

  // Sends a close frame behind what waits. on_closed() follows when the peer answers or breaks off.
  void close(std::uint16_t code, std::string_view reason);
  // on_closed() follows soon, unless the handshake is not over yet.
  void abort();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace swarmboard::net
