// A connection that has asked for a WebSocket and may have one, on its way from the thread that
// accepted it to the thread of its team. A value; whoever holds it owns the socket.
#pragma once

#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

namespace swarmboard::net {

// A descriptor that is closed unless somebody takes it.
class OwnedSocket {
 public:
  OwnedSocket() = default;

  OwnedSocket(int descriptor, bool is_v6) : descriptor_(descriptor), is_v6_(is_v6) {}

  OwnedSocket(OwnedSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), is_v6_(other.is_v6_) {}

  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(is_v6_, other.is_v6_);
    return *this;
  }

  OwnedSocket(const OwnedSocket&) = delete;
  OwnedSocket& operator=(const OwnedSocket&) = delete;

  ~OwnedSocket() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  [[nodiscard]] int take() { return std::exchange(descriptor_, -1); }

  [[nodiscard]] bool is_v6() const { return is_v6_; }

 private:
  int descriptor_ = -1;
  bool is_v6_ = false;
};

struct Upgrade {
  std::string team;
  OwnedSocket socket;
  std::string request_head;     // As received, through the empty line.
  std::string early;            // Bytes that came behind it.
  std::shared_ptr<void> place;  // This connection's place in the listener's counts.
};

}  // namespace swarmboard::net
