// One connection that speaks HTTP/1.1: reads the head alone, lets the guard judge it, reads a body
// of known length, asks the API or the static files, answers, and goes on. A request for a
// WebSocket takes the socket away from here.
//
// Owner: HttpServer; first IO thread. Each step has a deadline, which the server's timer checks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/net/http_reply.h"
#include "server/net/http_server.h"

namespace swarmboard::net {

struct ParsedHead;

class HttpConnection {
 public:
  HttpConnection(HttpServer& server, boost::asio::ip::tcp::socket socket,
                 std::shared_ptr<void> place);

  static boost::asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);

  void check_deadline(std::int64_t now_us);
  void cut();

 private:
  // One request and its answer. False: the connection is over.
  boost::asio::awaitable<bool> serve_one();
  // Reads up to the empty line into `head_`; false: gone, or refused.
  boost::asio::awaitable<bool> read_head();
  boost::asio::awaitable<bool> read_body(const ParsedHead& head, std::uint64_t bytes);
  boost::asio::awaitable<Reply> answer(const ParsedHead& head);
  boost::asio::awaitable<bool> send(const Reply& reply, bool keep_alive, bool without_body);
  // Refuses, and reads what is still coming for a moment: a reset would overtake the answer.
  boost::asio::awaitable<void> refuse(unsigned status, std::string_view why);
  boost::asio::awaitable<bool> hand_over(const ParsedHead& head);

  void set_deadline(std::int64_t from_now_us);

  HttpServer& server_;
  HttpDeps& deps_;
  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<void> place_;
  std::string buffer_;  // Read and not yet used.
  std::string head_;
  std::string body_;
  std::int64_t deadline_us_ = 0;
  bool first_ = true;
};

}  // namespace swarmboard::net
