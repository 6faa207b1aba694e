// One WebSocket over one TCP socket, server or client side, without a Beast header. The only file
// that instantiates Beast's stream is websocket_stream.cc: it costs more to compile than all the
// rest of this folder.
//
// Everything written goes through one queue under Beast's stream: the blocks that the room framed
// itself and Beast's own pongs and close frames never interleave. A block is sent at once without
// blocking; at most one unsent remainder is kept. No timer per connection: the owner watches time.
//
// Owner: ws_connection (server), ws_client (client). Thread: that of the socket's executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace swarmboard::net {

using Block = std::shared_ptr<const std::string>;
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// Calls never come from within a call into the stream.
class WebSocketSink {
 public:
  virtual ~WebSocketSink() = default;
  // The handshake is over. `error` empty: open. Otherwise on_closed() does not follow.
  virtual void on_open(const std::string& error, unsigned http_status) = 0;
  virtual void on_message(std::string_view bytes, bool binary) = 0;
  // A ping or pong of the peer.
  virtual void on_control() = 0;
  // Everything handed over has reached the kernel; only after flushed() was false.
  virtual void on_writable() = 0;
  // A close is under way, by either side: on_closed() follows, or the owner loses patience and
  // calls abort().
  virtual void on_ending() = 0;
  // The last call. Code 1006 when the socket just broke.
  virtual void on_closed(std::uint16_t code, const std::string& reason) = 0;
};

class WebSocketStream {
 public:
  enum class Side { Server, Client };

  // `early` = bytes of the peer that were read together with its upgrade request.
  WebSocketStream(Side side, boost::asio::ip::tcp::socket socket, std::string early,
                  WebSocketSink& sink);
  // Cuts the connection; no calls to the sink after it.
  ~WebSocketStream();
  WebSocketStream(const WebSocketStream&) = delete;
  WebSocketStream& operator=(const WebSocketStream&) = delete;

  // Server: answers the upgrade request with this head. Then reads.
  void accept(const std::string& request_head, std::string subprotocol);
  // Client: asks for an upgrade. Then reads.
  void handshake(const std::string& host, const std::string& target, HeaderFields fields);

  // Nothing waits to be written.
  [[nodiscard]] bool flushed() const;
  // Bytes of one or more whole frames. Precondition: flushed().
  void send_framed(Block block);
  // Client: frames and masks one message. Precondition: the one before was written.
  void send_message(std::string bytes, bool binary, std::function<void(bool ok)> written);

  void pause_reading();
  void resume_reading();

  // Sends a close frame behind what waits. on_closed() follows when the peer answers or breaks off.
  void close(std::uint16_t code, const std::string& reason);
  // on_closed() follows soon, unless the handshake is not over yet.
  void abort();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace swarmboard::net
