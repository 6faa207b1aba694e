#include "server/app/load/engine.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/assert.hpp>

#include "server/app/load/frames.h"

namespace swarmboard::load {
namespace {

// The server allows 256 connections that have not said hello; half of that leaves room for others.
constexpr std::size_t kOpeningMax = 128;
constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::size_t kUpgradeBytesMax = 8 * 1024;
constexpr int kEventsPerTurn = 512;

std::string words_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace

Engine::Engine(Dialect& dialect, const Clock& clock, std::string host, std::uint16_t port,
               std::vector<Client> clients)
    : dialect_(dialect),
      clock_(clock),
      host_(std::move(host)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      clients_(std::move(clients)),
      ledger_(clients_.size()),
      buffer_(kBufferBytes) {
  address_.sin_family = AF_INET;
  address_.sin_port = htons(port);
  inet_pton(AF_INET, host_ == "localhost" ? "127.0.0.1" : host_.c_str(), &address_.sin_addr);
  for (const Client& client : clients_) {
    BOOST_ASSERT(client.index == static_cast<std::size_t>(&client - clients_.data()));
    members_.resize(std::max<std::size_t>(members_.size(), client.board + std::size_t{1}));
    if (client.writes) {
      writers_.push_back(client.index);
    }
  }
}

Engine::~Engine() {
  for (Client& client : clients_) {
    close_socket(client);
  }
  ::close(epoll_);
}

Problem Engine::connect_all(std::int64_t patience_us) {
  const std::int64_t until_us = clock_.mono_us() + patience_us;
  next_to_open_ = 0;
  open_more();
  while (ready_ + lost_ < clients_.size()) {
    if (lost_ > 0) {
      return std::to_string(lost_) + " of " + std::to_string(clients_.size()) +
             " clients could not enter; the first: " + first_loss_;
    }
    if (clock_.mono_us() >= until_us) {
      return "only " + std::to_string(ready_) + " of " + std::to_string(clients_.size()) +
             " clients entered in time";
    }
    turn(until_us);
    open_more();
  }
  return lost_ == 0 ? Problem{} : first_loss_;
}

void Engine::open_more() {
  for (; next_to_open_ < clients_.size() && opening_ < kOpeningMax; ++next_to_open_) {
    if (clients_[next_to_open_].state == Client::State::Away) {
      begin_opening(clients_[next_to_open_]);
    }
  }
}

void Engine::begin_opening(Client& client) {
  client.state = Client::State::Opening;
  client.step = 0;
  client.opened_at_us = clock_.mono_us();
  ++opening_;
  client.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client.fd < 0) {
    lose(client, "no socket: " + words_of(errno));
    return;
  }
  const int on = 1;
  // Without it a command would wait for the acknowledgement of the one before.
  if (::setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
    lose(client, "TCP_NODELAY: " + words_of(errno));
    return;
  }
  if (::connect(client.fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0 &&
      errno != EINPROGRESS) {
    lose(client, "connecting: " + words_of(errno));
    return;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.u32 = client.index;
  client.waits_writable = true;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event) != 0) {
    lose(client, "epoll: " + words_of(errno));
    return;
  }
  client.unsent = "GET " + dialect_.target(client) + " HTTP/1.1\r\nHost: " + host_ + ":" +
                  std::to_string(ntohs(address_.sin_port)) +
                  "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: c3dhcm1ib2FyZCBsb2FkIQ==\r\n" +
                  dialect_.headers() + "\r\n";
}

void Engine::turn(std::int64_t until_us) {
  const std::int64_t now_us = clock_.mono_us();
  std::int64_t wait_us = std::max<std::int64_t>(0, until_us - now_us);
  if (writing_ == Writing::Openly) {
    wait_us = std::clamp<std::int64_t>(arrivals_->next().at_us - now_us, 0, wait_us);
  }
  for (const std::uint32_t index : paused_) {
    wait_us = std::clamp<std::int64_t>(clients_[index].paused_until_us - now_us, 0, wait_us);
  }
  const timespec wait{.tv_sec = wait_us / 1'000'000, .tv_nsec = wait_us % 1'000'000 * 1'000};
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = ::epoll_pwait2(epoll_, events.data(), kEventsPerTurn, &wait, nullptr);
  ledger_.set_now_us(clock_.mono_us());
  for (int at = 0; at < count; ++at) {
    handle(clients_[events[static_cast<std::size_t>(at)].data.u32],
           events[static_cast<std::size_t>(at)].events);
  }
  submit_what_is_due(clock_.mono_us());
}

void Engine::handle(Client& client, std::uint32_t events) {
  if (client.fd >= 0 && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
    read(client);
  }
  if (client.fd >= 0 && (events & EPOLLOUT) != 0) {
    flush(client);
  }
}

void Engine::read(Client& client) {
  while (client.fd >= 0) {
    const ssize_t got = ::recv(client.fd, buffer_.data(), buffer_.size(), 0);
    if (got > 0) {
      ledger_.received(static_cast<std::size_t>(got));
      ledger_.set_now_us(clock_.mono_us());
      take_bytes(client, {buffer_.data(), static_cast<std::size_t>(got)});
      if (static_cast<std::size_t>(got) < buffer_.size()) {
        return;
      }
    } else if (got == 0) {
      lose(client, "the server closed the connection");
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      lose(client, "reading: " + words_of(errno));
    }
  }
}

void Engine::take_bytes(Client& client, std::string_view bytes) {
  std::string whole;
  if (!client.rest.empty()) {
    whole = std::exchange(client.rest, {});
    whole.append(bytes);
    bytes = whole;
  }
  if (client.state == Client::State::Opening) {
    take_upgrade(client, bytes);
  }
  if (client.state == Client::State::Entering || client.state == Client::State::Ready) {
    take_frames(client, bytes);
  }
  if (client.fd >= 0) {
    client.rest = bytes;
  }
}

void Engine::take_upgrade(Client& client, std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > kUpgradeBytesMax) {
      lose(client, "the answer to the upgrade does not end");
    }
    return;
  }
  if (!bytes.starts_with("HTTP/1.1 101")) {
    lose(client, "the upgrade was refused: " + std::string(bytes.substr(0, bytes.find("\r\n"))));
    return;
  }
  bytes.remove_prefix(end + 4);
  client.state = Client::State::Entering;
  out_.clear();
  dialect_.open(client, out_);
  write(client, out_);
}

void Engine::take_frames(Client& client, std::string_view& bytes) {
  Frame frame;
  while (client.fd >= 0) {
    switch (take_frame(bytes, frame)) {
      case FrameGot::NeedMore:
        return;
      case FrameGot::Broken:
        lose(client, "the server sent a frame that is none");
        return;
      case FrameGot::Frame:
        break;
    }
    switch (frame.opcode) {
      case Opcode::Ping:
        out_.clear();
        append_frame(out_, Opcode::Pong, frame.payload);
        write(client, out_);
        break;
      case Opcode::Close:
        lose(client, "the server closed: " + std::string(frame.payload.substr(
                                                 std::min<std::size_t>(2, frame.payload.size()))));
        return;
      case Opcode::Binary: {
        out_.clear();
        Heard heard = dialect_.hear(client, frame.payload, ledger_, out_);
        write(client, out_);
        take_heard(client, std::move(heard));
        break;
      }
      default:
        break;
    }
  }
}

void Engine::take_heard(Client& client, Heard heard) {
  if (!heard.lost.empty()) {
    lose(client, heard.lost);
    return;
  }
  if (heard.ready && client.state == Client::State::Entering) {
    client.state = Client::State::Ready;
    --opening_;
    ++ready_;
    ++members_[client.board];
    entering_us_.record(static_cast<std::uint64_t>(clock_.mono_us() - client.opened_at_us));
  }
  if (heard.again_no != 0 && heard.again_no <= client.last_no) {
    const std::vector<std::int64_t> again = ledger_.put_off(client, heard.again_no);
    if (client.backlog == nullptr) {
      client.backlog = std::make_unique<std::deque<std::int64_t>>();
    }
    client.backlog->insert(client.backlog->begin(), again.begin(), again.end());
    if (client.paused_until_us == 0) {
      paused_.push_back(client.index);
    }
    client.paused_until_us = clock_.mono_us() + std::int64_t{heard.again_after_ms} * 1'000;
  }
  keep_writing(client);
}

void Engine::keep_writing(Client& client) {
  if (client.state != Client::State::Ready || client.paused_until_us != 0) {
    return;
  }
  while (client.backlog != nullptr && !client.backlog->empty() &&
         client.in_flight < dialect_.in_flight_max() && client.fd >= 0) {
    const std::int64_t scheduled_us = client.backlog->front();
    client.backlog->pop_front();
    send_command(client, scheduled_us);
  }
  if (writing_ == Writing::Closely && client.writes) {
    while (client.in_flight < in_flight_ && client.fd >= 0) {
      send_command(client, clock_.mono_us());
    }
  }
}

void Engine::write_openly(double per_second, std::uint64_t seed) {
  BOOST_ASSERT(!writers_.empty());
  writing_ = Writing::Openly;
  arrivals_.emplace(per_second, static_cast<std::uint32_t>(writers_.size()), clock_.mono_us(),
                    seed);
}

void Engine::write_closely(std::uint32_t in_flight) {
  writing_ = Writing::Closely;
  in_flight_ = std::min(in_flight, dialect_.in_flight_max());
  for (const std::uint32_t writer : writers_) {
    keep_writing(clients_[writer]);
  }
}

void Engine::stop_writing() {
  writing_ = Writing::Not;
}

void Engine::submit_what_is_due(std::int64_t now_us) {
  while (writing_ == Writing::Openly && arrivals_->next().at_us <= now_us) {
    submit(clients_[writers_[arrivals_->next().writer]], arrivals_->next().at_us);
    arrivals_->pop();
  }
  for (std::size_t at = 0; at < paused_.size();) {
    Client& client = clients_[paused_[at]];
    if (client.paused_until_us > now_us) {
      ++at;
      continue;
    }
    client.paused_until_us = 0;
    paused_[at] = paused_.back();
    paused_.pop_back();
    keep_writing(client);
  }
}

void Engine::submit(Client& client, std::int64_t scheduled_us) {
  const bool waits = client.backlog != nullptr && !client.backlog->empty();
  if (client.state == Client::State::Ready && !waits && client.paused_until_us == 0 &&
      client.in_flight < dialect_.in_flight_max()) {
    send_command(client, scheduled_us);
    return;
  }
  if (client.backlog == nullptr) {
    client.backlog = std::make_unique<std::deque<std::int64_t>>();
  }
  client.backlog->push_back(scheduled_us);
}

void Engine::send_command(Client& client, std::int64_t scheduled_us) {
  ++client.last_no;
  ++client.in_flight;
  ledger_.submitted(client, client.last_no, scheduled_us, members_[client.board]);
  std::string command;
  dialect_.append_command(client, client.last_no, command);
  write(client, command);
}

void Engine::run_for(std::int64_t for_us) {
  const std::int64_t until_us = clock_.mono_us() + for_us;
  while (clock_.mono_us() < until_us) {
    turn(until_us);
  }
}

bool Engine::drain(std::int64_t patience_us) {
  const std::int64_t until_us = clock_.mono_us() + patience_us;
  const auto is_settled = [this] {
    return ledger_.tally().deliveries >= ledger_.tally().expected &&
           std::none_of(writers_.begin(), writers_.end(), [this](std::uint32_t writer) {
             const Client& client = clients_[writer];
             return client.in_flight > 0 || (client.backlog != nullptr && !client.backlog->empty());
           });
  };
  while (!is_settled()) {
    if (clock_.mono_us() >= until_us || lost_ > 0) {
      return false;
    }
    turn(std::min(until_us, clock_.mono_us() + 1'000));
  }
  return true;
}

void Engine::write(Client& client, std::string_view bytes) {
  if (bytes.empty() || client.fd < 0) {
    return;
  }
  if (client.unsent.empty()) {
    const ssize_t sent = ::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      lose(client, "writing: " + words_of(errno));
      return;
    }
  }
  if (!bytes.empty()) {
    client.unsent.append(bytes);
    watch_writable(client, true);
  }
}

void Engine::flush(Client& client) {
  const std::string unsent = std::exchange(client.unsent, {});
  write(client, unsent);
  if (client.fd >= 0 && client.unsent.empty()) {
    watch_writable(client, false);
  }
}

void Engine::watch_writable(Client& client, bool wanted) {
  if (std::exchange(client.waits_writable, wanted) == wanted) {
    return;
  }
  epoll_event event{};
  event.events = EPOLLIN | (wanted ? EPOLLOUT : 0U);
  event.data.u32 = client.index;
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &event) != 0) {
    lose(client, "epoll: " + words_of(errno));
  }
}

void Engine::close_socket(Client& client) {
  if (client.fd >= 0) {
    ::close(std::exchange(client.fd, -1));
  }
  client.rest = {};
  client.unsent = {};
  client.waits_writable = false;
}

void Engine::cut(const std::function<bool(const Client&)>& chosen) {
  for (Client& client : clients_) {
    if (client.state == Client::State::Ready && chosen(client)) {
      close_socket(client);
      client.state = Client::State::Away;
      --ready_;
      --members_[client.board];
    }
  }
}

void Engine::lose(Client& client, const std::string& why) {
  close_socket(client);
  if (client.state == Client::State::Lost) {
    return;
  }
  if (client.state == Client::State::Ready) {
    --ready_;
    --members_[client.board];
  } else {
    --opening_;
  }
  client.state = Client::State::Lost;
  ++lost_;
  if (first_loss_.empty()) {
    first_loss_ = why;
  }
}

}  // namespace swarmboard::load
