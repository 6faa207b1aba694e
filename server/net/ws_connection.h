// One WebSocket of a member: the room's Transport on one side, a WsServerStream on the other.
//
// Owner: WsHub. Thread: that of the team. It has no timer, no queue and no lock: the hub watches
// its deadlines, the room's Link decides what is sent, the stream keeps one unsent remainder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "server/net/counters.h"
#include "server/net/upgrade.h"
#include "server/net/ws_hub.h"
#include "server/net/ws_server_stream.h"
#include "server/room/link.h"
#include "server/room/transport.h"

namespace swarmboard::net {

class WsConnection final : public room::Transport, private WebSocketSink {
 public:
  WsConnection(WsHub& hub, boost::asio::ip::tcp::socket socket, std::string early,
               std::shared_ptr<void> place);
  ~WsConnection() override;
  WsConnection(const WsConnection&) = delete;
  WsConnection& operator=(const WsConnection&) = delete;

  void start(const std::string& request_head, room::Team& team, room::RedeemTicket redeem);

  // The hub's patience is over: ends at once, whatever the state.
  void cut();

  [[nodiscard]] bool ready() const override;
  void send(const room::Block& block) override;
  void close(std::uint16_t code, const std::string& reason) override;
  void abort() override;
  void pause_reading(bool paused) override;

 private:
  void on_open(const std::string& error, unsigned http_status) override;
  void on_message(std::string_view bytes, bool binary) override;
  void on_control() override;
  void on_writable() override;
  void on_ending() override;
  void on_closed(std::uint16_t code, const std::string& reason) override;

  void hello_arrived();
  void finish();

  WsHub& hub_;
  Counters& counters_;
  std::shared_ptr<void> place_;
  room::Team* team_ = nullptr;
  room::RedeemTicket redeem_;
  std::unique_ptr<room::Link> link_;
  bool before_hello_ = true;
  bool finished_ = false;
  // Last: destroyed first, so that nothing below it is called by a stream that is going away.
  WsServerStream stream_;
};

}  // namespace swarmboard::net
