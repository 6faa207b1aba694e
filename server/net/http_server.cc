#include "server/net/http_server.h"

#include <chrono>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/base/asio.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/spawn.h"
#include "server/net/http_connection.h"

namespace swarmboard::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// Long enough for connections to end and give their descriptors back, short enough for a person.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

HttpServer::HttpServer(HttpDeps deps)
    : deps_(std::move(deps)),
      acceptor_(deps_.executor),
      per_address_(std::make_shared<std::map<boost::asio::ip::address, std::size_t>>()) {}

HttpServer::~HttpServer() {
  cut_all();
}

error_code HttpServer::listen(const tcp::endpoint& endpoint) {
  error_code ec;
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) {
    acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  }
  if (!ec) {
    acceptor_.bind(endpoint, ec);
  }
  if (!ec) {
    acceptor_.listen(boost::asio::socket_base::max_listen_connections, ec);
  }
  return ec;
}

std::uint16_t HttpServer::port() const {
  error_code ec;
  const auto endpoint = acceptor_.local_endpoint(ec);
  return ec ? std::uint16_t{0} : endpoint.port();
}

void HttpServer::start() {
  spawn(deps_.executor, "accept", accept_loop());
}

boost::asio::awaitable<void> HttpServer::accept_loop() {
  boost::asio::steady_timer pause(deps_.executor);
  while (!stopping_) {
    auto [ec, socket] = co_await acceptor_.async_accept(kUseTuple);
    if (ec == boost::asio::error::operation_aborted) {
      co_return;
    }
    if (ec) {
      count(deps_.counters.accept_errors);
      log::warn("accepting failed", {{"why", ec.message()}});
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kUseTuple);
      continue;
    }
    admit(std::move(socket));
  }
}

void HttpServer::admit(tcp::socket socket) {
  error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  if (ec) {
    return;  // Already gone again.
  }
  auto place = take_place(peer.address());
  if (place == nullptr) {
    count(deps_.counters.connections_refused);
    return;
  }
  count(deps_.counters.connections_accepted);
  auto connection = std::make_shared<HttpConnection>(*this, std::move(socket), std::move(place));
  connections_.insert(connection);
  spawn(deps_.executor, "http", HttpConnection::run(std::move(connection)));
}

std::shared_ptr<void> HttpServer::take_place(const boost::asio::ip::address& address) {
  if (value_of(deps_.counters.connections_open) >= limits::kConnectionsMax) {
    return nullptr;
  }
  std::size_t& of_address = (*per_address_)[address];
  if (!address.is_loopback() && of_address >= deps_.connections_per_address_max) {
    return nullptr;
  }
  ++of_address;
  count(deps_.counters.connections_open);
  // The place may be given back on the thread of a team.
  return {this, [executor = deps_.executor, table = per_address_, address,
                 &open = deps_.counters.connections_open](void*) {
            uncount(open);
            boost::asio::post(executor, [table, address] {
              const auto found = table->find(address);
              if (found != table->end() && --found->second == 0) {
                table->erase(found);
              }
            });
          }};
}

void HttpServer::stop_accepting() {
  stopping_ = true;
  error_code ignored;  // Closing a listening socket frees it whatever the answer.
  acceptor_.close(ignored);
}

void HttpServer::cut_all() {
  stop_accepting();
  for (const auto& connection : connections_) {
    connection->cut();
  }
}

void HttpServer::on_timer() {
  const std::int64_t now_us = deps_.clock.mono_us();
  for (const auto& connection : connections_) {
    connection->check_deadline(now_us);
  }
}

}  // namespace swarmboard::net
