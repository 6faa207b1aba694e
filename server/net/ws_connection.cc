#include "server/net/ws_connection.h"

#include <utility>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

constexpr std::string_view kSubprotocol = "swarmboard.v1";

bool is_protocol_error(std::uint16_t code) {
  return code == 1002 || code == 1007 || code == 1008 || code == 1009;
}

}  // namespace

WsConnection::WsConnection(WsHub& hub, boost::asio::ip::tcp::socket socket, std::string early,
                           std::shared_ptr<void> place)
    : hub_(hub),
      counters_(hub.counters_),
      place_(std::move(place)),
      stream_(std::move(socket), std::move(early), hub.buffer_, *this) {
  count(counters_.websockets_open);
  count(counters_.websockets_before_hello);
}

WsConnection::~WsConnection() {
  hello_arrived();
  uncount(counters_.websockets_open);
}

void WsConnection::start(const std::string& request_head, room::Team& team,
                         room::RedeemTicket redeem) {
  team_ = &team;
  redeem_ = std::move(redeem);
  hub_.watch(*this, hub_.clock_.mono_us() + limits::kHandshakeUs);
  stream_.accept(request_head, kSubprotocol);
}

void WsConnection::cut() {
  stream_.abort();
  finish();
}

bool WsConnection::ready() const {
  return stream_.flushed();
}

void WsConnection::send(const room::Block& block) {
  count(counters_.blocks_out);
  count(counters_.block_bytes_out, block->size());
  stream_.send_framed(block);
  if (!stream_.flushed()) {
    count(counters_.blocks_delayed);
  }
}

void WsConnection::close(std::uint16_t code, const std::string& reason) {
  stream_.close(code, reason);
}

void WsConnection::abort() {
  stream_.abort();
}

void WsConnection::pause_reading(bool paused) {
  if (paused) {
    stream_.pause_reading();
  } else {
    stream_.resume_reading();
  }
}

void WsConnection::on_open(const std::string& error, unsigned /*http_status*/) {
  hub_.unwatch(*this);
  if (!error.empty()) {
    count(counters_.upgrades_refused);
    finish();
    return;
  }
  count(counters_.websockets_accepted);
  link_ = std::make_unique<room::Link>(
      *team_, *this,
      [this](std::string ticket, std::function<void(std::optional<room::Identity>)> done) {
        hello_arrived();
        redeem_(std::move(ticket), std::move(done));
      });
}

void WsConnection::on_message(std::string_view bytes, bool binary) {
  count(counters_.messages_in);
  count(counters_.message_bytes_in, bytes.size());
  if (link_ != nullptr) {
    link_->on_message(bytes, binary);
  }
}

void WsConnection::on_control() {
  if (link_ != nullptr) {
    link_->on_alive();
  }
}

void WsConnection::on_writable() {
  link_->on_writable();
}

void WsConnection::on_ending() {
  hub_.watch(*this, hub_.clock_.mono_us() + limits::kCloseUs);
}

void WsConnection::on_closed(std::uint16_t code, const std::string& /*reason*/) {
  if (is_protocol_error(code)) {
    count(counters_.protocol_errors);
  }
  finish();
}

void WsConnection::hello_arrived() {
  if (std::exchange(before_hello_, false)) {
    uncount(counters_.websockets_before_hello);
  }
}

void WsConnection::finish() {
  if (std::exchange(finished_, true)) {
    return;
  }
  if (link_ != nullptr) {
    link_->on_closed();
    link_.reset();
  }
  hub_.forget(*this);
}

}  // namespace swarmboard::net
