// What Beast's stream reads from and writes to: a TCP socket whose write side is a SocketOutput.
//
// Owner: websocket_stream.cc. Thread: the socket's. A write completes when its bytes are queued.
#pragma once

#include <string>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include "server/net/socket_output.h"

namespace swarmboard::net {

class SocketLayer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;

  SocketLayer(Socket socket, std::size_t control_bytes_max)
      : socket_(std::move(socket)), output_(socket_, control_bytes_max) {}

  executor_type get_executor() { return socket_.get_executor(); }

  Socket& socket() { return socket_; }

  SocketOutput& output() { return output_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) { this->start_write(std::move(handler), from); },
        token, buffers);
  }

 private:
  template <class Handler, class Buffers>
  void start_write(Handler handler, const Buffers& from) {
    std::string bytes(boost::asio::buffer_size(from), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), from);
    output_.append(bytes);
    complete(std::move(handler), bytes.size());
  }

  template <class Handler>
  void complete(Handler handler, std::size_t bytes) {
    boost::asio::post(
        socket_.get_executor(),
        boost::beast::bind_front_handler(std::move(handler), boost::system::error_code{}, bytes));
  }

  Socket socket_;
  SocketOutput output_;
};

// Beast's hooks for the end of a connection.
inline void beast_close_socket(SocketLayer& layer) {
  boost::system::error_code ignored;  // Closing a broken socket may fail; it is gone either way.
  layer.socket().close(ignored);
}

inline void teardown(boost::beast::role_type, SocketLayer& layer, boost::system::error_code& ec) {
  layer.socket().shutdown(SocketLayer::Socket::shutdown_send, ec);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, SocketLayer& layer, Handler&& handler) {
  boost::system::error_code ec;
  teardown(role, layer, ec);
  // The peer may have closed first: that is an end too.
  boost::asio::post(layer.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                     boost::system::error_code{}));
}

}  // namespace swarmboard::net
