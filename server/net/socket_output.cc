#include "server/net/socket_output.h"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

namespace swarmboard::net {

SocketOutput::SocketOutput(boost::asio::ip::tcp::socket& socket, std::size_t control_bytes_max)
    : socket_(socket), control_bytes_max_(control_bytes_max) {}

void SocketOutput::set_owner(std::weak_ptr<void> alive, std::function<void()> on_flushed,
                             std::function<void()> on_broken) {
  alive_ = std::move(alive);
  on_flushed_ = std::move(on_flushed);
  on_broken_ = std::move(on_broken);
}

void SocketOutput::send(Block block) {
  BOOST_ASSERT(flushed());
  if (broken_ || block->empty()) {
    return;
  }
  block_ = std::move(block);
  block_sent_ = 0;
  flush();
}

void SocketOutput::append(std::string_view bytes) {
  if (broken_) {
    return;
  }
  if (control_.size() + bytes.size() > control_bytes_max_) {
    break_off();
    return;
  }
  control_ += bytes;
  flush();
}

void SocketOutput::flush() {
  if (waiting_ || broken_) {
    return;
  }
  if (block_ != nullptr) {
    block_sent_ += write_some(std::string_view(*block_).substr(block_sent_));
    if (broken_) {
      return;
    }
    if (block_sent_ == block_->size()) {
      block_.reset();
    }
  }
  if (block_ == nullptr && !control_.empty()) {
    control_.erase(0, write_some(control_));
  }
  if (!flushed() && !broken_) {
    wait_for_writable();
  }
}

std::size_t SocketOutput::write_some(std::string_view bytes) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data() + total, bytes.size() - total,
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      total += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      break_off();
      break;
    }
  }
  return total;
}

void SocketOutput::wait_for_writable() {
  waiting_ = true;
  socket_.async_wait(boost::asio::ip::tcp::socket::wait_write,
                     [this, alive = alive_](const boost::system::error_code& ec) {
                       const auto owner = alive.lock();
                       if (owner == nullptr) {
                         return;
                       }
                       waiting_ = false;
                       if (ec) {
                         break_off();
                         return;
                       }
                       flush();
                       if (flushed() && !broken_) {
                         on_flushed_();
                       }
                     });
}

void SocketOutput::break_off() {
  if (broken_) {
    return;
  }
  broken_ = true;
  block_.reset();
  control_.clear();
  boost::asio::post(socket_.get_executor(), [this, alive = alive_] {
    if (const auto owner = alive.lock()) {
      on_broken_();
    }
  });
}

}  // namespace swarmboard::net
