// The client's end of one WebSocket over one TCP socket, without a Beast header: for the script
// player, the load generator and the tests. The only file that instantiates Beast's stream is
// websocket_stream.cc: it costs more to compile than all the rest of this folder, and it is not of
// our making, so that it checks our server's end (ws_server_stream.h).
//
// Everything written goes through one queue under Beast's stream, so that bytes below the framing
// and Beast's own frames never interleave.
//
// Owner: ws_client. Thread: that of the socket's executor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "server/net/web_socket_sink.h"

namespace swarmboard::net {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

class WebSocketStream {
 public:
  WebSocketStream(boost::asio::ip::tcp::socket socket, WebSocketSink& sink);
  // Cuts the connection; no calls to the sink after it.
  ~WebSocketStream();
  WebSocketStream(const WebSocketStream&) = delete;
  WebSocketStream& operator=(const WebSocketStream&) = delete;

  // Asks for an upgrade. Then reads.
  void handshake(const std::string& host, const std::string& target, HeaderFields fields);

  // Nothing waits to be written.
  [[nodiscard]] bool flushed() const;
  // Bytes below the framing. Precondition: flushed().
  void send_framed(Block block);
  // Frames and masks one message. Precondition: the one before was written.
  void send_message(std::string bytes, bool binary, std::function<void(bool ok)> written);

  // Sends a close frame behind what waits. on_closed() follows when the peer answers or breaks off.
  void close(std::uint16_t code, const std::string& reason);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace swarmboard::net
