// The HTTP side: accepts connections up to the limits, keeps the list of those that speak HTTP, and
// watches their deadlines with the one timer of its thread.
//
// Owner: app; lives on the first IO thread. Requests become api::Request values; a connection that
// asks for a WebSocket leaves the list and is handed to on_upgrade. It accepts more slowly, and
// says so, when the process runs out of descriptors.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/api/http.h"
#include "server/base/clock.h"
#include "server/net/counters.h"
#include "server/net/origin.h"
#include "server/net/static_files.h"
#include "server/net/upgrade.h"

namespace swarmboard::net {

class HttpConnection;

struct HttpDeps {
  boost::asio::any_io_executor executor;
  const Clock& clock;
  Counters& counters;
  StaticFiles files;
  OriginPolicy origins;
  bool is_https = false;  // The configured public origin is https.
  std::size_t connections_per_address_max = 0;
  api::Handle handle;
  std::function<bool(const std::string& team)> knows_team;
  std::function<void(Upgrade)> on_upgrade;
};

class HttpServer {
 public:
  explicit HttpServer(HttpDeps deps);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and listens. Port 0 = any free one; port() tells which.
  [[nodiscard]] boost::system::error_code listen(const boost::asio::ip::tcp::endpoint& endpoint);
  [[nodiscard]] std::uint16_t port() const;
  void start();

  // Accepts nothing more; requests that are being answered are finished.
  void stop_accepting();
  // Cuts what is left.
  void cut_all();
  // Call every limits::kTimerUs.
  void on_timer();

 private:
  friend class HttpConnection;

  boost::asio::awaitable<void> accept_loop();
  void admit(boost::asio::ip::tcp::socket socket);
  // A place in the counts for as long as the value lives; null when the limits say no.
  [[nodiscard]] std::shared_ptr<void> take_place(const boost::asio::ip::address& address);

  HttpDeps deps_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::unordered_set<std::shared_ptr<HttpConnection>> connections_;
  // Shared with the places, which may be given back after this object is gone.
  std::shared_ptr<std::map<boost::asio::ip::address, std::size_t>> per_address_;
  bool stopping_ = false;
};

}  // namespace swarmboard::net
