// All WebSocket connections of one IO thread: takes a socket that was upgraded elsewhere, ties it
// to its team through a room::Link, and watches the deadlines that no connection has a timer for.
//
// Owner: app, one per IO thread; used on that thread only. Must be emptied (cut_all) before the
// teams are destroyed: a Link must not outlive its Team.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "server/base/clock.h"
#include "server/net/counters.h"
#include "server/net/upgrade.h"
#include "server/net/ws_server_stream.h"
#include "server/room/link.h"
#include "server/room/team.h"

namespace swarmboard::net {

class WsConnection;

class WsHub {
 public:
  WsHub(boost::asio::any_io_executor executor, const Clock& clock, Counters& counters);
  ~WsHub();
  WsHub(const WsHub&) = delete;
  WsHub& operator=(const WsHub&) = delete;

  // `team` outlives the connection. A socket that cannot be taken over is closed and counted.
  void accept(Upgrade upgrade, room::Team& team, room::RedeemTicket redeem);

  // Cuts handshakes and closes that take too long. Call every limits::kTimerUs.
  void on_timer();

  // Asks every connection to close; those that do not within limits::kCloseUs are cut.
  void close_all(std::uint16_t code, const std::string& reason);
  // Cuts and destroys every connection, now.
  void cut_all();

  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  friend class WsConnection;

  void watch(WsConnection& connection, std::int64_t deadline_us);
  void unwatch(WsConnection& connection);
  // Destroys the connection, later: it may be its own call that ends it.
  void forget(WsConnection& connection);

  boost::asio::any_io_executor executor_;
  const Clock& clock_;
  Counters& counters_;
  ReadBuffer buffer_{};
  std::unordered_map<WsConnection*, std::shared_ptr<WsConnection>> connections_;
  std::unordered_map<WsConnection*, std::int64_t> deadlines_us_;  // Only those with a deadline.
};

}  // namespace swarmboard::net
