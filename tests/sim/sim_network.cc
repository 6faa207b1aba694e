#include "tests/sim/sim_network.h"

#include <algorithm>
#include <utility>

namespace swarmboard::sim {
namespace {

constexpr std::uint16_t kNoCode = 1006;
constexpr char kOpcodeMask = 0x0f;
constexpr char kPing = 0x09;

struct Frame {
  bool is_ping = false;
  std::string payload;
};

// A block is one or more whole frames of a server.
std::vector<Frame> frames_of(std::string_view block) {
  std::vector<Frame> frames;
  while (!block.empty()) {
    const bool is_ping = (block[0] & kOpcodeMask) == kPing;
    std::size_t length = static_cast<unsigned char>(block[1]);
    const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (header > 2) {
      length = 0;
      for (std::size_t at = 2; at < header; ++at) {
        length = length << 8 | static_cast<unsigned char>(block[at]);
      }
    }
    frames.push_back({is_ping, std::string(block.substr(header, length))});
    block.remove_prefix(header + length);
  }
  return frames;
}

}  // namespace

SimConnection::SimConnection(Scheduler& scheduler, Random& random, NetworkFaults faults,
                             std::string member)
    : scheduler_(scheduler),
      random_(random),
      faults_(faults),
      member_(std::move(member)),
      up_(scheduler),
      down_(scheduler) {}

void SimConnection::attach_client(Tap tap) {
  tap_ = std::move(tap);
  client_open_ = true;
}

void SimConnection::set_client(std::string client_id, ClientEnd end) {
  client_id_ = std::move(client_id);
  client_ = std::move(end);
}

void SimConnection::attach_link(std::unique_ptr<room::Link> link,
                                std::function<void(SimConnection&)> on_gone) {
  link_ = std::move(link);
  on_gone_ = std::move(on_gone);
}

void SimConnection::client_send(std::string message) {
  if (!client_open_ || silent_) {
    return;
  }
  up_.after(delay_us(), [self = shared_from_this(), message = std::move(message)] {
    if (!self->silent_) {
      self->arrive_at_server(message);
    }
  });
}

void SimConnection::client_close() {
  if (!client_open_) {
    return;
  }
  client_open_ = false;
  client_ = {};
  if (!silent_) {
    up_.after(delay_us(), [self = shared_from_this()] { self->end_server_side(); });
  }
}

void SimConnection::server_died() {
  on_gone_ = nullptr;
  link_.reset();
  backlog_.reset();
  if (!silent_) {
    down_.after(delay_us(), [self = shared_from_this()] { self->end_client_side(kNoCode); });
  }
}

void SimConnection::cut() {
  up_.after(delay_us(), [self = shared_from_this()] { self->end_server_side(); });
  down_.after(delay_us(), [self = shared_from_this()] { self->end_client_side(kNoCode); });
  silent_ = true;
}

void SimConnection::fall_silent() {
  silent_ = true;
}

bool SimConnection::ready() const {
  return link_ != nullptr && backlog_ == nullptr && !ending_;
}

void SimConnection::send(const room::Block& block) {
  if (!ready()) {
    watch_.on_send_unready(*this);
    return;
  }
  for (const Frame& frame : frames_of(*block)) {
    if (!frame.is_ping) {
      watch_.on_send(*this, frame.payload);
    }
  }
  block_bytes_seen_max_ = std::max(block_bytes_seen_max_, block->size());
  // An empty kernel buffer takes a block of any size, as a real one takes a part of it.
  if (in_kernel_ > 0 && in_kernel_ + block->size() > faults_.kernel_bytes_max) {
    backlog_ = block;
    return;
  }
  transmit(block);
}

void SimConnection::transmit(const room::Block& block) {
  in_kernel_ += block->size();
  if (silent_) {
    return;  // Nobody acknowledges it: the buffer stays full.
  }
  std::int64_t due_us = scheduler_.now_us() + delay_us();
  if (faults_.bytes_per_second > 0) {
    const auto carry_us =
        static_cast<std::int64_t>(block->size()) * 1'000'000 / faults_.bytes_per_second;
    line_free_us_ = std::max(line_free_us_, scheduler_.now_us()) + carry_us;
    due_us = std::max(due_us, line_free_us_);
  }
  down_.after(due_us - scheduler_.now_us(),
              [self = shared_from_this(), block] { self->deliver(block); });
}

void SimConnection::deliver(const room::Block& block) {
  if (silent_) {
    return;
  }
  in_kernel_ -= block->size();
  for (Frame& frame : frames_of(*block)) {
    if (!client_open_) {
      break;
    }
    if (frame.is_ping) {
      answer_ping();
      continue;
    }
    std::string& message = frame.payload;
    if (spoiler_) {
      message = spoiler_(member_, std::move(message));
    }
    if (tap_) {
      tap_(*this, message);
    }
    if (const auto on_message = client_.on_message) {
      on_message(message);
    }
  }
  const bool fits = backlog_ != nullptr &&
                    (in_kernel_ == 0 || in_kernel_ + backlog_->size() <= faults_.kernel_bytes_max);
  if (fits) {
    transmit(std::exchange(backlog_, nullptr));
    if (link_ != nullptr && !ending_) {
      link_->on_writable();
    }
  }
}

void SimConnection::answer_ping() {
  up_.after(delay_us(), [self = shared_from_this()] {
    if (self->link_ != nullptr && !self->silent_) {
      self->link_->on_alive();
    }
  });
}

void SimConnection::close(std::uint16_t code, const std::string&) {
  if (std::exchange(ending_, true)) {
    return;
  }
  if (backlog_ != nullptr) {
    transmit(std::exchange(backlog_, nullptr));
  }
  if (!silent_) {
    const std::int64_t line_us = std::max<std::int64_t>(0, line_free_us_ - scheduler_.now_us());
    down_.after(line_us + delay_us(),
                [self = shared_from_this(), code] { self->end_client_side(code); });
  }
  scheduler_.after(delay_us(), [self = shared_from_this()] { self->end_server_side(); });
}

void SimConnection::abort() {
  ending_ = true;
  backlog_.reset();
  if (!silent_) {
    down_.after(delay_us(), [self = shared_from_this()] { self->end_client_side(kNoCode); });
  }
  scheduler_.after(0, [self = shared_from_this()] { self->end_server_side(); });
}

void SimConnection::pause_reading(bool paused) {
  paused_ = paused;
  if (paused_) {
    return;
  }
  scheduler_.after(0, [self = shared_from_this()] {
    while (!self->paused_ && !self->unread_.empty()) {
      const std::string message = std::move(self->unread_.front());
      self->unread_.pop_front();
      self->arrive_at_server(message);
    }
  });
}

void SimConnection::arrive_at_server(const std::string& message) {
  if (link_ == nullptr) {
    return;
  }
  if (paused_) {
    unread_.push_back(message);
    return;
  }
  watch_.on_arrival(*this, message);
  link_->on_message(message, true);
}

void SimConnection::end_server_side() {
  if (link_ == nullptr) {
    return;
  }
  link_->on_closed();
  link_.reset();
  backlog_.reset();
  if (const auto on_gone = std::exchange(on_gone_, nullptr)) {
    on_gone(*this);
  }
}

void SimConnection::end_client_side(std::uint16_t code) {
  if (!std::exchange(client_open_, false)) {
    return;
  }
  if (const auto on_closed = std::exchange(client_, {}).on_closed) {
    on_closed(code);
  }
}

std::int64_t SimConnection::delay_us() {
  return between(random_, faults_.delay_us_min, faults_.delay_us_max);
}

}  // namespace swarmboard::sim
