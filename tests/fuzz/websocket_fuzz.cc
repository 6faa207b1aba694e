// The bytes of a WebSocket as they arrive: an upgrade request and what follows it, through the
// server's end over a real socket pair. Whatever comes: messages within their limit,
// one end, nothing after it.
//
// Input: a byte of flags, the bytes that came with the upgrade request, then pieces that arrive one
// by one. Flag 1: the bytes are given frame headers that fit, so that payloads are reached.
#include <array>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/base/limits.h"
#include "server/net/ws_server_stream.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::net {
namespace {

using boost::asio::ip::tcp;
using fuzz::require;

constexpr std::string_view kUpgrade =
    "GET /ws/team HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

class Listener final : public WebSocketSink {
 public:
  void on_open(const std::string& error, unsigned) override {
    require(!opened && !ended, "a handshake ends once");
    opened = true;
    ended = !error.empty();
  }

  void on_message(std::string_view bytes, bool) override {
    require(opened && !ended, "messages come while it is open");
    require(bytes.size() <= limits::kMessageBytesMax, "a message is within its limit");
  }

  void on_control() override { require(opened && !ended, "pings come while it is open"); }

  void on_writable() override { require(opened && !ended, "it is writable while it is open"); }

  void on_ending() override { require(opened && !ended, "it begins to end while it is open"); }

  void on_closed(std::uint16_t code, const std::string& reason) override {
    require(opened && !ended, "it ends once");
    require(reason.size() <= 123 || code == 1006, "a reason is short");
    ended = true;
  }

  bool opened = false;
  bool ended = false;
};

// A masked frame: opcode and end from the first byte, the rest is the payload.
std::string frame_of(std::string_view piece) {
  const auto first = static_cast<char>(piece.empty() ? 0x82 : piece.front());
  const std::string_view payload = piece.substr(piece.empty() ? 0 : 1);
  std::string frame{first};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80U | payload.size());
  } else {
    frame += static_cast<char>(0x80U | 126U);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  }
  return frame + std::string(4, '\0') + std::string(payload);
}

class Conversation {
 public:
  Conversation(std::string early, const std::string& head) {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0,
            "a pair of sockets can be made");
    far_ = ends[1];
    stream_ = std::make_unique<WsServerStream>(tcp::socket(context_, tcp::v4(), ends[0]),
                                               std::move(early), buffer_, listener_);
    stream_->accept(head, "swarmboard.v1");
    turn();
  }

  ~Conversation() {
    stream_->resume_reading();  // Whoever does not read learns of the end by its own deadline.
    turn();
    hang_up();
    turn();
    require(!listener_.opened || listener_.ended, "a broken socket ends the connection");
    stream_.reset();
    turn();
  }

  void arrives(std::string_view bytes) {
    if (far_ >= 0) {
      // What does not fit is lost, as on a socket that breaks.
      static_cast<void>(::send(far_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      turn();
      drain();
    }
  }

  void act(std::uint8_t what) {
    switch (what % 8) {
      case 0:
        stream_->close(1000, "enough");
        break;
      case 1:
        stream_->pause_reading();
        break;
      case 2:
      case 3:
        stream_->resume_reading();
        break;
      case 4:
        if (stream_->flushed()) {
          stream_->send_framed(std::make_shared<const std::string>(std::string(what * 900U, 'b')));
        }
        break;
      case 5:
        stream_->abort();
        break;
      default:
        hang_up();
    }
    turn();
  }

 private:
  void turn() {
    context_.restart();
    while (context_.poll() > 0) {
    }
  }

  void drain() {
    std::array<char, 4096> read;
    while (::recv(far_, read.data(), read.size(), MSG_DONTWAIT) > 0) {
      turn();
    }
  }

  void hang_up() {
    if (far_ >= 0) {
      drain();
      ::close(far_);
      far_ = -1;
    }
  }

  boost::asio::io_context context_{1};
  Listener listener_;
  ReadBuffer buffer_{};
  int far_ = -1;
  std::unique_ptr<WsServerStream> stream_;
};

}  // namespace
}  // namespace swarmboard::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace swarmboard::net;  // NOLINT(google-build-using-namespace): one function.
  swarmboard::fuzz::BytesReader in(data, size);
  const std::uint8_t flags = in.byte();
  const bool framed = (flags & 1U) != 0;
  const bool own_head = (flags & 2U) != 0;
  const std::string early(in.take(flags >> 4U));
  const std::string head(own_head ? in.piece() : kUpgrade);
  Conversation conversation(early, head);
  for (int pieces = 0; pieces < 200 && !in.empty(); ++pieces) {
    const std::uint8_t what = in.byte();
    if (what >= 0xf0) {
      conversation.act(in.byte());
      continue;
    }
    const std::string_view piece = in.take(what < 0x80 ? what : 16U * what);
    conversation.arrives(framed ? frame_of(piece) : std::string(piece));
  }
  return 0;
}
