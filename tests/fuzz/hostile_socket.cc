#include "tests/fuzz/hostile_socket.h"

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace swarmboard::fuzz {
namespace {

constexpr timeval kPatience{.tv_sec = 2, .tv_usec = 0};
constexpr std::size_t kHeadBytesMax = 16 * 1024;

}  // namespace

HostileSocket::HostileSocket(std::uint16_t port)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    end(End::Close);
  }
}

HostileSocket::~HostileSocket() {
  end(End::Close);
}

void HostileSocket::send(std::string_view bytes) {
  while (is_open() && !bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      end(End::Close);
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HostileSocket::wait_for_head() {
  std::string head;
  std::array<char, 2048> chunk;
  while (is_open() && head.find("\r\n\r\n") == head.npos && head.size() < kHeadBytesMax) {
    const ssize_t got = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
    if (got <= 0) {
      end(End::Close);
      return false;
    }
    head.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return head.starts_with("HTTP/1.1 101");
}

void HostileSocket::drop_what_came() {
  std::array<char, 16 * 1024> chunk;
  while (is_open() && ::recv(descriptor_, chunk.data(), chunk.size(), MSG_DONTWAIT) > 0) {
  }
}

void HostileSocket::end(End how) {
  if (!is_open()) {
    return;
  }
  if (how == End::Reset) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  ::close(descriptor_);
  descriptor_ = -1;
}

std::string HostileSocket::upgrade_request(std::uint16_t port) {
  const std::string host = "127.0.0.1:" + std::to_string(port);
  return "GET /ws/team HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
         "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Protocol: swarmboard.v1\r\n\r\n";
}

std::string HostileSocket::frame(std::uint8_t first, std::string_view payload) {
  std::string framed{static_cast<char>(first)};
  const std::size_t size = payload.size();
  if (size < 126) {
    framed += static_cast<char>(0x80U | size);
  } else {
    const bool is_short = size <= 0xffff;
    framed += static_cast<char>(0x80U | (is_short ? 126U : 127U));
    for (int shift = is_short ? 8 : 56; shift >= 0; shift -= 8) {
      framed += static_cast<char>((static_cast<std::uint64_t>(size) >> shift) & 0xffU);
    }
  }
  constexpr std::string_view kMask = "mask";
  framed += kMask;
  for (std::size_t at = 0; at < size; ++at) {
    framed += static_cast<char>(payload[at] ^ kMask[at % kMask.size()]);
  }
  return framed;
}

}  // namespace swarmboard::fuzz
