// The measure for our server: a room on plain Beast with nothing but the fan-out. What a member
// sends goes to all members of the room as it is; nothing is decoded, checked, kept or made
// durable. It does send as well as Beast allows (docs/performance.md): each frame is made once, the
// frames of one turn of the loop are one shared block, and the block is written to each socket
// without blocking, below Beast's stream.
//
//   bare_room            prints `bare room listening on http://127.0.0.1:PORT`
//
// A member of room 7 opens ws://.../7; it is told with an empty message that it is in.
#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

using Block = std::shared_ptr<const std::string>;

// A member that reads nothing may hold so many blocks; then it is cut off.
constexpr std::size_t kWaitingBlocksMax = 4'096;
constexpr int kSendBufferBytes = 128 * 1024;  // As our server sets it.

void append_frame(std::string& out, std::string_view payload) {
  out.push_back(static_cast<char>(0x82));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(payload.size()));
  } else {
    out.push_back(126);
    out.push_back(static_cast<char>((payload.size() >> 8) & 0xff));
    out.push_back(static_cast<char>(payload.size() & 0xff));
  }
  out.append(payload);
}

class Member;

// All members of one room, and the frames of this turn of the loop.
class Room {
 public:
  explicit Room(asio::io_context& context) : context_(context) {}

  void enter(Member& member) { members_.push_back(&member); }

  void leave(Member& member) { std::erase(members_, &member); }

  void tell_all(std::string_view message) {
    if (frames_.empty()) {
      asio::post(context_, [this] { flush(); });
    }
    append_frame(frames_, message);
  }

 private:
  void flush();

  asio::io_context& context_;
  std::vector<Member*> members_;
  std::string frames_;
};

class Member : public std::enable_shared_from_this<Member> {
 public:
  Member(tcp::socket socket, std::map<std::string, std::unique_ptr<Room>>& rooms)
      : stream_(std::move(socket)), rooms_(rooms) {}

  ~Member() {
    if (room_ != nullptr) {
      room_->leave(*this);
    }
  }

  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  void start() {
    error_code ec;
    stream_.next_layer().set_option(tcp::no_delay(true), ec);
    stream_.next_layer().set_option(asio::socket_base::send_buffer_size(kSendBufferBytes), ec);
    http::async_read(stream_.next_layer(), buffer_, request_,
                     [self = shared_from_this()](error_code failed, std::size_t) {
                       if (!failed) {
                         self->accept();
                       }
                     });
  }

  void send(const Block& block) {
    if (!waiting_.empty()) {
      if (waiting_.size() >= kWaitingBlocksMax) {
        cut();
        return;
      }
      waiting_.push_back(block);
      return;
    }
    const std::size_t sent = write_some(*block, 0);
    if (sent < block->size()) {
      waiting_.push_back(block);
      front_sent_ = sent;
      wait_writable();
    }
  }

 private:
  void accept() {
    stream_.binary(true);
    stream_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                       websocket::stream_base::none(), false});
    stream_.async_accept(request_, [self = shared_from_this()](error_code failed) {
      if (!failed) {
        self->enter();
      }
    });
  }

  void enter() {
    buffer_.clear();
    room_ = rooms_[std::string(request_.target())].get();
    if (room_ == nullptr) {
      auto made =
          std::make_unique<Room>(static_cast<asio::io_context&>(stream_.get_executor().context()));
      room_ = made.get();
      rooms_[std::string(request_.target())] = std::move(made);
    }
    room_->enter(*this);
    std::string hello;
    append_frame(hello, {});
    send(std::make_shared<const std::string>(std::move(hello)));
    read();
  }

  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) {
        return;
      }
      const auto bytes = self->buffer_.cdata();
      self->room_->tell_all({static_cast<const char*>(bytes.data()), bytes.size()});
      self->buffer_.consume(bytes.size());
      self->read();
    });
  }

  std::size_t write_some(const std::string& block, std::size_t from) {
    while (from < block.size()) {
      const ssize_t sent = ::send(stream_.next_layer().native_handle(), block.data() + from,
                                  block.size() - from, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        from += static_cast<std::size_t>(sent);
      } else if (errno == EAGAIN) {
        break;
      } else if (errno != EINTR) {
        cut();
        return block.size();
      }
    }
    return from;
  }

  void wait_writable() {
    stream_.next_layer().async_wait(tcp::socket::wait_write,
                                    [self = shared_from_this()](error_code failed) {
                                      if (!failed) {
                                        self->write_waiting();
                                      }
                                    });
  }

  void write_waiting() {
    while (!waiting_.empty()) {
      const Block block = waiting_.front();
      front_sent_ = write_some(*block, front_sent_);
      if (front_sent_ < block->size()) {
        wait_writable();
        return;
      }
      front_sent_ = 0;
      if (!waiting_.empty()) {
        waiting_.pop_front();
      }
    }
  }

  void cut() {
    error_code ignored;  // It is gone either way.
    stream_.next_layer().close(ignored);
    waiting_.clear();
  }

  websocket::stream<tcp::socket, false> stream_;
  std::map<std::string, std::unique_ptr<Room>>& rooms_;
  Room* room_ = nullptr;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  std::deque<Block> waiting_;
  std::size_t front_sent_ = 0;
};

void Room::flush() {
  const auto block = std::make_shared<const std::string>(std::exchange(frames_, {}));
  for (Member* member : members_) {
    member->send(block);
  }
}

class Server {
 public:
  explicit Server(asio::io_context& context)
      : acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    accept();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
      if (!failed) {
        std::make_shared<Member>(std::move(socket), rooms_)->start();
      }
      accept();
    });
  }

  std::map<std::string, std::unique_ptr<Room>> rooms_;
  tcp::acceptor acceptor_;
};

}  // namespace

int main() {
  asio::io_context context(1);
  Server server(context);
  asio::signal_set signals(context, SIGTERM, SIGINT);
  // Members and rooms point at each other: the end of the process is the end of all.
  signals.async_wait([](error_code, int) { std::_Exit(0); });
  std::cout << "bare room listening on http://127.0.0.1:" << server.port() << std::endl;
  context.run();
}
