#include "server/net/ws_client.h"

#include <deque>
#include <functional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/net/websocket_stream.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kWriteDeadline{10'000};
constexpr Milliseconds kCloseDeadline{3'000};

enum class State { Idle, Connecting, Open, Closed };

}  // namespace

struct WsClient::Impl final : WebSocketSink {
  void on_open(const std::string& why, unsigned status) override {
    http_status = status;
    error = why;
    state = why.empty() ? State::Open : State::Closed;
  }

  void on_message(std::string_view bytes, bool binary) override {
    if (binary) {
      received.emplace_back(bytes);
    }
  }

  void on_control() override {}

  void on_writable() override {}

  void on_ending() override {}

  void on_closed(std::uint16_t code, const std::string& reason) override {
    state = State::Closed;
    close_code = code;
    close_reason = reason;
  }

  // Runs the loop until `done` or the deadline.
  bool run_until(const std::function<bool()>& done, Milliseconds deadline) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    context.restart();
    context.poll();
    while (!done()) {
      context.restart();
      if (context.run_one_until(until) == 0) {
        return done();
      }
    }
    return true;
  }

  bool send(std::string bytes, bool binary) {
    if (state != State::Open) {
      return false;
    }
    std::optional<bool> written;
    stream->send_message(std::move(bytes), binary, [&written](bool ok) { written = ok; });
    // An unfinished write would refer to this frame: then the connection is given up.
    if (!run_until([&] { return written.has_value(); }, kWriteDeadline)) {
      stream.reset();
      state = State::Closed;
      run_until([&] { return written.has_value(); }, kCloseDeadline);
      return false;
    }
    return *written;
  }

  asio::io_context context{1};
  std::unique_ptr<WebSocketStream> stream;
  State state = State::Idle;
  std::deque<std::string> received;
  std::uint16_t close_code = 0;
  std::string close_reason;
  unsigned http_status = 0;
  std::string error;
};

WsClient::WsClient() : impl_(std::make_unique<Impl>()) {}

WsClient::~WsClient() = default;
WsClient::WsClient(WsClient&& other) noexcept = default;
WsClient& WsClient::operator=(WsClient&& other) noexcept = default;

bool WsClient::connect(const WsTarget& target, Milliseconds deadline) {
  Impl& impl = *impl_;
  boost::system::error_code ec;
  tcp::resolver resolver(impl.context);
  const auto found = resolver.resolve(target.host, std::to_string(target.port), ec);
  tcp::socket socket(impl.context);
  if (!ec) {
    asio::connect(socket, found, ec);
  }
  if (!ec) {
    socket.set_option(tcp::no_delay(true), ec);
  }
  if (ec) {
    impl.error = ec.message();
    impl.state = State::Closed;
    return false;
  }
  impl.state = State::Connecting;
  impl.stream = std::make_unique<WebSocketStream>(std::move(socket), impl);
  HeaderFields fields = target.headers;
  if (!target.subprotocol.empty()) {
    fields.emplace_back("Sec-WebSocket-Protocol", target.subprotocol);
  }
  impl.stream->handshake(target.host + ':' + std::to_string(target.port), target.path,
                         std::move(fields));
  if (!impl.run_until([&] { return impl.state != State::Connecting; }, deadline)) {
    impl.error = "no answer in time";
    abort();
  }
  return impl.state == State::Open;
}

bool WsClient::send_binary(std::string bytes) {
  return impl_->send(std::move(bytes), true);
}

bool WsClient::send_text(std::string text) {
  return impl_->send(std::move(text), false);
}

bool WsClient::send_raw(std::string bytes) {
  Impl& impl = *impl_;
  if (impl.state != State::Open) {
    return false;
  }
  impl.stream->send_framed(std::make_shared<const std::string>(std::move(bytes)));
  return impl.run_until([&] { return impl.state != State::Open || impl.stream->flushed(); },
                        kWriteDeadline);
}

std::optional<std::string> WsClient::receive(Milliseconds deadline) {
  Impl& impl = *impl_;
  impl.run_until([&] { return !impl.received.empty() || impl.state != State::Open; }, deadline);
  if (impl.received.empty()) {
    return std::nullopt;
  }
  std::string message = std::move(impl.received.front());
  impl.received.pop_front();
  return message;
}

void WsClient::poll() {
  impl_->context.restart();
  impl_->context.poll();
}

bool WsClient::wait_closed(Milliseconds deadline) {
  return impl_->run_until([&] { return impl_->state == State::Closed; }, deadline);
}

void WsClient::close(std::uint16_t code) {
  if (impl_->state == State::Open) {
    impl_->stream->close(code, "");
    if (!wait_closed(kCloseDeadline)) {
      abort();
    }
  }
}

void WsClient::abort() {
  impl_->stream.reset();
  impl_->state = State::Closed;
  poll();
}

bool WsClient::is_open() const {
  return impl_->state == State::Open;
}

std::uint16_t WsClient::close_code() const {
  return impl_->close_code;
}

const std::string& WsClient::close_reason() const {
  return impl_->close_reason;
}

unsigned WsClient::http_status() const {
  return impl_->http_status;
}

const std::string& WsClient::error() const {
  return impl_->error;
}

}  // namespace swarmboard::net
