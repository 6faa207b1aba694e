// What Beast's stream reads from and writes to: a TCP socket whose read side begins with bytes that
// were read earlier and counts what it delivers, and whose write side is a SocketOutput.
//
// Owner: websocket_stream.cc. Thread: the socket's. A write completes when its bytes are queued.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
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

  SocketLayer(Socket socket, std::string early, std::size_t control_bytes_max)
      : socket_(std::move(socket)), output_(socket_, control_bytes_max), early_(std::move(early)) {}

  executor_type get_executor() { return socket_.get_executor(); }

  Socket& socket() { return socket_; }

  SocketOutput& output() { return output_; }

  // All bytes delivered so far.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

  // Reads beyond this many bytes fail with no_buffer_space. Beast skips empty fragments inside one
  // read: this is where a message of nothing but fragments is noticed.
  void set_bytes_read_max(std::uint64_t bytes) { bytes_read_max_ = bytes; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) { this->start_read(std::move(handler), into); },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) { this->start_write(std::move(handler), from); },
        token, buffers);
  }

 private:
  // Forwards a completion and counts its bytes; keeps the handler's executor and allocator.
  template <class Handler>
  struct Counting {
    Handler handler;
    std::uint64_t* total;

    using executor_type = boost::asio::associated_executor_t<Handler, SocketLayer::executor_type>;
    using allocator_type = boost::asio::associated_allocator_t<Handler>;
    SocketLayer::executor_type fallback;

    executor_type get_executor() const noexcept {
      return boost::asio::get_associated_executor(handler, fallback);
    }

    allocator_type get_allocator() const noexcept {
      return boost::asio::get_associated_allocator(handler);
    }

    void operator()(boost::system::error_code ec, std::size_t bytes) {
      *total += bytes;
      std::move(handler)(ec, bytes);
    }
  };

  template <class Handler, class Buffers>
  void start_read(Handler handler, const Buffers& into) {
    if (bytes_read_ > bytes_read_max_) {
      complete(std::move(handler), 0,
               boost::system::error_code(boost::asio::error::no_buffer_space));
      return;
    }
    if (early_.empty()) {
      socket_.async_read_some(
          into, Counting<Handler>{std::move(handler), &bytes_read_, socket_.get_executor()});
      return;
    }
    const std::size_t bytes = boost::asio::buffer_copy(into, boost::asio::buffer(early_));
    early_.erase(0, bytes);
    bytes_read_ += bytes;
    complete(std::move(handler), bytes);
  }

  template <class Handler, class Buffers>
  void start_write(Handler handler, const Buffers& from) {
    std::string bytes(boost::asio::buffer_size(from), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), from);
    output_.append(bytes);
    complete(std::move(handler), bytes.size());
  }

  template <class Handler>
  void complete(Handler handler, std::size_t bytes, boost::system::error_code ec = {}) {
    boost::asio::post(socket_.get_executor(),
                      boost::beast::bind_front_handler(std::move(handler), ec, bytes));
  }

  Socket socket_;
  SocketOutput output_;
  std::string early_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_read_max_ = UINT64_MAX;
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
