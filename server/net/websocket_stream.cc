#include "server/net/websocket_stream.h"

#include <array>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/assert.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "server/base/limits.h"
#include "server/net/socket_layer.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr std::size_t kChunkBytes = 2048;
constexpr std::uint16_t kAbnormalClosure = 1006;
// A control frame holds 125 bytes, two of them the code.
constexpr std::size_t kReasonBytesMax = 123;
// A client hands over whole messages, which wait here while the socket is full.
constexpr std::size_t kClientQueueBytesMax = 4 * 1024 * 1024;

// Closing: our close frame is on its way. Draining: the peer broke the protocol; Beast has said so,
// and what is still coming is read and dropped, because a reset would overtake the reason.
enum class Phase { New, Handshake, Open, Closing, Draining, Ended };

}  // namespace

struct WebSocketStream::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::ip::tcp::socket socket, WebSocketSink& owner)
      : ws(std::move(socket), kClientQueueBytesMax), sink(&owner) {}

  void set_up() {
    ws.auto_fragment(false);
    ws.read_message_max(limits::kMessageBytesMax);
    // The owner of the connection watches all times; Beast's timer would be one per connection.
    ws.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                  websocket::stream_base::none(), false});
    ws.control_callback([this](websocket::frame_type kind, beast::string_view) {
      if (kind != websocket::frame_type::close && sink != nullptr) {
        sink->on_control();
      }
    });
    ws.next_layer().output().set_owner(
        weak_from_this(),
        [this] {
          if (sink != nullptr && phase == Phase::Open) {
            sink->on_writable();
          }
        },
        [this] { end(kAbnormalClosure, "the socket broke"); });
  }

  void opened(error_code ec, unsigned http_status) {
    if (phase != Phase::Handshake) {
      return;
    }
    phase = ec ? Phase::Ended : Phase::Open;
    if (ec) {
      close_socket();
    }
    if (sink != nullptr) {
      sink->on_open(ec ? ec.message() : std::string{}, http_status);
    }
    if (phase == Phase::Open) {
      read();
    }
  }

  void read() {
    if (reading || phase != Phase::Open) {
      return;
    }
    reading = true;
    ws.async_read_some(asio::buffer(chunk),
                       [self = shared_from_this()](error_code ec, std::size_t bytes) {
                         self->reading = false;
                         self->on_read(ec, bytes);
                       });
  }

  void on_read(error_code ec, std::size_t bytes) {
    if (phase != Phase::Open) {
      return;  // A close is under way and ends by itself.
    }
    if (ec == websocket::error::closed) {
      end(static_cast<std::uint16_t>(ws.reason().code), std::string(ws.reason().reason.c_str()));
    } else if (const auto code = violation_of(ec); code != 0) {
      drain(code, ec.message());
    } else if (ec) {
      end(kAbnormalClosure, ec.message());
    } else {
      deliver(bytes);
      read();
    }
  }

  void deliver(std::size_t bytes) {
    const std::string_view part(chunk.data(), bytes);
    if (!ws.is_message_done()) {
      message += part;
      return;
    }
    const bool binary = ws.got_binary();
    if (sink == nullptr || phase != Phase::Open) {
      message.clear();
      return;
    }
    if (message.empty()) {
      sink->on_message(part, binary);
      return;
    }
    message += part;
    const std::string whole = std::move(message);
    message = {};
    sink->on_message(whole, binary);
  }

  // The close code with which Beast has already answered a violation; 0 = it is none.
  static std::uint16_t violation_of(error_code ec) {
    if (ec == websocket::error::message_too_big) {
      return static_cast<std::uint16_t>(websocket::close_code::too_big);
    }
    if (ec == websocket::error::bad_frame_payload) {
      return static_cast<std::uint16_t>(websocket::close_code::bad_payload);
    }
    if (ec == websocket::condition::protocol_violation) {
      return static_cast<std::uint16_t>(websocket::close_code::protocol_error);
    }
    return 0;
  }

  void drain(std::uint16_t code, std::string reason) {
    phase = Phase::Draining;
    drain_code = code;
    drain_reason = std::move(reason);
    error_code ignored;  // If the socket is gone, the next read says so.
    ws.next_layer().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    tell_ending();
    drain_more();
  }

  void drain_more() {
    ws.next_layer().socket().async_read_some(
        asio::buffer(chunk), [self = shared_from_this()](error_code ec, std::size_t) {
          if (self->phase != Phase::Draining) {
            return;
          }
          if (ec) {
            self->end(self->drain_code, self->drain_reason);
          } else {
            self->drain_more();
          }
        });
  }

  void close(std::uint16_t code, const std::string& reason) {
    if (phase == Phase::Handshake || phase == Phase::New) {
      end(kAbnormalClosure, "closed before it was open");
      return;
    }
    if (phase != Phase::Open) {
      return;
    }
    phase = Phase::Closing;
    close_reason = {static_cast<websocket::close_code>(code),
                    beast::string_view(reason).substr(0, kReasonBytesMax)};
    tell_ending();
    ws.async_close(close_reason, [self = shared_from_this()](error_code) {
      self->end(static_cast<std::uint16_t>(self->close_reason.code),
                std::string(self->close_reason.reason.c_str()));
    });
  }

  void tell_ending() {
    asio::post(ws.get_executor(), [self = shared_from_this()] {
      if (self->sink != nullptr && self->phase != Phase::Ended) {
        self->sink->on_ending();
      }
    });
  }

  // Tells the owner, from the executor and once, and lets go of the socket.
  void end(std::uint16_t code, std::string reason) {
    if (phase == Phase::Ended) {
      return;
    }
    const bool tell = phase == Phase::Open || phase == Phase::Closing || phase == Phase::Draining;
    phase = Phase::Ended;
    asio::post(ws.get_executor(),
               [self = shared_from_this(), tell, code, reason = std::move(reason)] {
                 self->close_socket();
                 if (tell && self->sink != nullptr) {
                   self->sink->on_closed(code, reason);
                 }
               });
  }

  void close_socket() {
    error_code ignored;  // A socket that the peer has reset cannot be shut down; it is gone anyway.
    ws.next_layer().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    ws.next_layer().socket().close(ignored);
  }

  websocket::stream<SocketLayer, false> ws;
  WebSocketSink* sink;
  Phase phase = Phase::New;
  bool reading = false;
  std::array<char, kChunkBytes> chunk{};
  std::string message;
  websocket::close_reason close_reason;
  std::uint16_t drain_code = 0;
  std::string drain_reason;
  websocket::response_type response;
  std::string outgoing;
  bool writing = false;
};

WebSocketStream::WebSocketStream(asio::ip::tcp::socket socket, WebSocketSink& sink)
    : impl_(std::make_shared<Impl>(std::move(socket), sink)) {
  impl_->set_up();
}

WebSocketStream::~WebSocketStream() {
  impl_->sink = nullptr;
  impl_->end(kAbnormalClosure, {});
}

void WebSocketStream::handshake(const std::string& host, const std::string& target,
                                HeaderFields fields) {
  impl_->phase = Phase::Handshake;
  impl_->ws.set_option(websocket::stream_base::decorator(
      [fields = std::move(fields)](websocket::request_type& request) {
        for (const auto& [name, value] : fields) {
          request.set(name, value);
        }
      }));
  impl_->ws.async_handshake(impl_->response, host, target, [self = impl_](error_code ec) {
    self->opened(ec, self->response.result_int());
  });
}

bool WebSocketStream::flushed() const {
  return impl_->ws.next_layer().output().flushed();
}

void WebSocketStream::send_framed(Block block) {
  if (impl_->phase == Phase::Open) {
    impl_->ws.next_layer().output().send(std::move(block));
  }
}

void WebSocketStream::send_message(std::string bytes, bool binary,
                                   std::function<void(bool ok)> written) {
  if (impl_->phase != Phase::Open) {
    written(false);
    return;
  }
  BOOST_ASSERT(!impl_->writing);
  impl_->writing = true;
  impl_->outgoing = std::move(bytes);
  impl_->ws.binary(binary);
  impl_->ws.async_write(asio::buffer(impl_->outgoing),
                        [self = impl_, written = std::move(written)](error_code ec, std::size_t) {
                          self->writing = false;
                          written(!ec);
                        });
}

void WebSocketStream::close(std::uint16_t code, const std::string& reason) {
  impl_->close(code, reason);
}

}  // namespace swarmboard::net
