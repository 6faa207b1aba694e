#include "server/net/ws_hub.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/net/ws_connection.h"

namespace swarmboard::net {
namespace {

using boost::asio::ip::tcp;

// A socket that does not take an option still works, only less well.
void set_option(int descriptor, int level, int name, unsigned value) {
  if (::setsockopt(descriptor, level, name, &value, sizeof value) != 0) {
    log::warn("socket option refused", {{"option", name}});
  }
}

void tune(int descriptor) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, limits::kTcpUserTimeoutMs);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, limits::kSendBufferBytes);
}

}  // namespace

WsHub::WsHub(boost::asio::any_io_executor executor, const Clock& clock, Counters& counters)
    : executor_(std::move(executor)), clock_(clock), counters_(counters) {}

WsHub::~WsHub() {
  cut_all();
}

void WsHub::accept(Upgrade upgrade, room::Team& team, room::RedeemTicket redeem) {
  tcp::socket socket(executor_);
  const bool is_v6 = upgrade.socket.is_v6();
  const int descriptor = upgrade.socket.take();
  boost::system::error_code ec;
  socket.assign(is_v6 ? tcp::v6() : tcp::v4(), descriptor, ec);
  if (ec) {
    const OwnedSocket closes_it(descriptor, is_v6);
    count(counters_.upgrades_refused);
    return;
  }
  tune(descriptor);
  auto connection = std::make_shared<WsConnection>(
      *this, std::move(socket), std::move(upgrade.early), std::move(upgrade.place));
  connections_.emplace(connection.get(), connection);
  connection->start(upgrade.request_head, team, std::move(redeem));
}

void WsHub::on_timer() {
  const std::int64_t now_us = clock_.mono_us();
  std::vector<WsConnection*> due;
  for (const auto& [connection, deadline_us] : deadlines_us_) {
    if (deadline_us <= now_us) {
      due.push_back(connection);
    }
  }
  for (WsConnection* connection : due) {
    deadlines_us_.erase(connection);
    count(counters_.closes_cut);
    connection->cut();
  }
}

void WsHub::close_all(std::uint16_t code, const std::string& reason) {
  for (const auto& [key, connection] : connections_) {
    connection->close(code, reason);  // Answers later: the table does not change under us.
  }
}

void WsHub::cut_all() {
  const auto cut = std::exchange(connections_, {});
  deadlines_us_.clear();
  for (const auto& [key, connection] : cut) {
    connection->cut();
  }
}

void WsHub::watch(WsConnection& connection, std::int64_t deadline_us) {
  deadlines_us_[&connection] = deadline_us;
}

void WsHub::unwatch(WsConnection& connection) {
  deadlines_us_.erase(&connection);
}

void WsHub::forget(WsConnection& connection) {
  deadlines_us_.erase(&connection);
  const auto found = connections_.find(&connection);
  if (found != connections_.end()) {
    boost::asio::post(executor_, [keep = std::move(found->second)]() mutable { keep.reset(); });
    connections_.erase(found);
  }
}

}  // namespace swarmboard::net
