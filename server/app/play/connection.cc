#include "server/app/play/connection.h"

#include <utility>

#include "server/app/play/http_client.h"
#include "server/net/ws_client.h"

namespace swarmboard::play {
namespace {

class WebSocketConnection final : public Connection {
 public:
  explicit WebSocketConnection(net::WsClient client) : client_(std::move(client)) {}

  bool send(const std::string& message) override { return client_.send_binary(message); }

  Got receive(std::string& message, std::chrono::milliseconds patience) override {
    if (auto received = client_.receive(patience)) {
      message = std::move(*received);
      return Got::Message;
    }
    return client_.is_open() ? Got::Nothing : Got::Lost;
  }

 private:
  net::WsClient client_;
};

}  // namespace

std::unique_ptr<Connection> open_connection(const std::string& url, const std::string& team,
                                            std::string& why) {
  const Address address = parse_address(url);
  net::WsTarget target;
  target.host = address.host;
  target.port = address.port;
  target.path = "/ws/" + team;
  target.headers.emplace_back("Origin", url);
  net::WsClient client;
  if (!client.connect(target)) {
    why = client.error() + " (HTTP " + std::to_string(client.http_status()) + ")";
    return nullptr;
  }
  return std::make_unique<WebSocketConnection>(std::move(client));
}

}  // namespace swarmboard::play
