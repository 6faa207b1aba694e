#include "server/net/ws_server_stream.h"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "server/base/limits.h"
#include "server/net/frame_reader.h"
#include "server/net/socket_output.h"
#include "server/net/ws_handshake.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::uint16_t kNoCode = 1005;
constexpr std::uint16_t kAbnormalClosure = 1006;
// A control frame holds 125 bytes, two of them the code.
constexpr std::size_t kReasonBytesMax = 123;
constexpr char kFinalClose = static_cast<char>(0x88);
constexpr char kFinalPong = static_cast<char>(0x8a);
// One connection that always has more to read does not keep the others waiting.
constexpr int kReadsPerTurn = 4;

std::string control_frame(char first, std::string_view payload) {
  std::string frame{first, static_cast<char>(payload.size())};
  return frame.append(payload);
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != kNoCode) {
    payload = {static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
    payload += reason.substr(0, kReasonBytesMax);
  }
  return control_frame(kFinalClose, payload);
}

// Closing: our close frame is on its way, and the peer's is awaited. Draining: nothing more is
// said; what is still coming is read and dropped, because a reset would overtake our last words.
enum class Phase : std::uint8_t { New, Handshake, Open, Closing, Draining, Ended };

}  // namespace

struct WsServerStream::Impl final : FrameSink, std::enable_shared_from_this<Impl> {
  Impl(asio::ip::tcp::socket socket_taken, std::string early_bytes, ReadBuffer& shared_buffer,
       WebSocketSink& owner)
      : socket(std::move(socket_taken)),
        output(socket, limits::kControlBytesMax),
        unread(std::move(early_bytes)),
        buffer(shared_buffer),
        sink(&owner) {}

  void set_up() {
    output.set_owner(
        weak_from_this(),
        [this] {
          if (sink != nullptr && phase == Phase::Open) {
            sink->on_writable();
          }
        },
        [this] { end(kAbnormalClosure, "the socket broke"); });
  }

  void accept(const std::string& request_head, std::string_view subprotocol) {
    phase = Phase::Handshake;
    HandshakeAnswer answer = answer_handshake(request_head, subprotocol);
    output.append(answer.response);
    asio::post(socket.get_executor(), [self = shared_from_this(), answer = std::move(answer)] {
      self->opened(answer.error, answer.status);
    });
  }

  void opened(const std::string& error, unsigned status) {
    if (phase != Phase::Handshake) {
      return;
    }
    phase = error.empty() ? Phase::Open : Phase::Ended;
    if (!error.empty()) {
      close_socket();
    }
    if (sink != nullptr) {
      sink->on_open(error, status);
    }
    read_on();
  }

  // Frames that were kept while reading was paused, then the socket.
  void read_on() {
    if (paused || phase == Phase::Ended) {
      return;
    }
    if (!unread.empty()) {
      std::string kept = std::exchange(unread, {});
      take(kept.data(), kept.size());
    }
    wait();
  }

  void wait() {
    if (waiting || paused || phase == Phase::Ended || phase == Phase::Handshake) {
      return;
    }
    waiting = true;
    socket.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](error_code ec) {
      self->waiting = false;
      self->on_readable(ec);
    });
  }

  void on_readable(error_code ec) {
    if (phase == Phase::Ended) {
      return;
    }
    if (ec) {
      end_of_input(ec.message());
      return;
    }
    for (int reads = 0; reads < kReadsPerTurn && !paused && phase != Phase::Ended; ++reads) {
      const ssize_t got =
          ::recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0) {
        take(buffer.data(), static_cast<std::size_t>(got));
        if (static_cast<std::size_t>(got) < buffer.size()) {
          break;
        }
      } else if (got == 0) {
        end_of_input("closed without a goodbye");
        return;
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      } else if (errno != EINTR) {
        end_of_input("the socket broke");
        return;
      }
    }
    wait();
  }

  void end_of_input(const std::string& why) {
    if (phase == Phase::Draining) {
      end(last_code, {});
    } else {
      end(kAbnormalClosure, why);
    }
  }

  void take(char* bytes, std::size_t size) {
    while (size > 0 && (phase == Phase::Open || phase == Phase::Closing)) {
      if (paused) {
        unread.append(bytes, size);
        return;
      }
      const std::size_t used = reader.read(bytes, size, *this);
      if (const auto violation = reader.violation()) {
        say_last(*violation, {});
        return;
      }
      bytes += used;
      size -= used;
    }
  }

  void on_frame_message(std::string_view bytes, bool binary) override {
    if (sink != nullptr && phase == Phase::Open) {
      sink->on_message(bytes, binary);
    }
  }

  void on_frame_ping(std::string_view payload) override {
    if (phase == Phase::Open) {
      output.append(control_frame(kFinalPong, payload));
    }
    on_frame_pong();
  }

  void on_frame_pong() override {
    if (sink != nullptr && phase == Phase::Open) {
      sink->on_control();
    }
  }

  void on_frame_close(std::uint16_t code, std::string_view reason) override {
    if (phase == Phase::Closing) {
      end(last_code, {});
      return;
    }
    output.append(close_frame(code, {}));
    end(code, std::string(reason));
  }

  // After a violation: the close code, then no word more.
  void say_last(std::uint16_t code, std::string_view reason) {
    output.append(close_frame(code, reason));
    phase = Phase::Draining;
    last_code = code;
    error_code ignored;  // If the socket is gone, the next read says so.
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    tell_ending();
  }

  void close(std::uint16_t code, std::string_view reason) {
    if (phase == Phase::Handshake || phase == Phase::New) {
      end(kAbnormalClosure, "closed before it was open");
      return;
    }
    if (phase != Phase::Open) {
      return;
    }
    phase = Phase::Closing;
    last_code = code;
    output.append(close_frame(code, reason));
    tell_ending();
    resume();  // The peer's answer has to be read.
  }

  void resume() {
    paused = false;
    // Later: what was kept calls the sink, which may be the one who resumes.
    asio::post(socket.get_executor(), [self = shared_from_this()] { self->read_on(); });
  }

  void tell_ending() {
    asio::post(socket.get_executor(), [self = shared_from_this()] {
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
    asio::post(socket.get_executor(),
               [self = shared_from_this(), tell, code, reason = std::move(reason)] {
                 self->close_socket();
                 if (tell && self->sink != nullptr) {
                   self->sink->on_closed(code, reason);
                 }
               });
  }

  void close_socket() {
    error_code ignored;  // A socket that the peer has reset cannot be shut down; it is gone anyway.
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    socket.close(ignored);
  }

  asio::ip::tcp::socket socket;
  SocketOutput output;
  FrameReader reader;
  std::string unread;  // Came before it could be read, or while reading is paused.
  ReadBuffer& buffer;
  WebSocketSink* sink;
  std::uint16_t last_code = kNoCode;
  Phase phase = Phase::New;
  bool waiting = false;
  bool paused = false;
};

WsServerStream::WsServerStream(asio::ip::tcp::socket socket, std::string early, ReadBuffer& buffer,
                               WebSocketSink& sink)
    : impl_(std::make_shared<Impl>(std::move(socket), std::move(early), buffer, sink)) {
  impl_->set_up();
}

WsServerStream::~WsServerStream() {
  impl_->sink = nullptr;
  impl_->end(kAbnormalClosure, {});
}

void WsServerStream::accept(const std::string& request_head, std::string_view subprotocol) {
  impl_->accept(request_head, subprotocol);
}

bool WsServerStream::flushed() const {
  return impl_->output.flushed();
}

void WsServerStream::send_framed(Block block) {
  if (impl_->phase == Phase::Open) {
    impl_->output.send(std::move(block));
  }
}

void WsServerStream::pause_reading() {
  impl_->paused = true;
}

void WsServerStream::resume_reading() {
  impl_->resume();
}

void WsServerStream::close(std::uint16_t code, std::string_view reason) {
  impl_->close(code, reason);
}

void WsServerStream::abort() {
  impl_->end(kAbnormalClosure, "cut off");
}

}  // namespace swarmboard::net
