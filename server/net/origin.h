// Which pages and which names may talk to this server: the defence against foreign pages that use a
// visitor's cookie, and against names that are re-pointed at a loopback server. PURE values; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swarmboard::net {

struct OriginPolicy {
  bool loopback_only = false;        // Bound to loopback: other names in Host are not ours.
  std::vector<std::string> origins;  // Configured, like "https://board.example"; lower case.

  // The Host header names this server.
  [[nodiscard]] bool accepts_host(std::string_view host) const;
  // The Origin header is ours: derived from Host, or configured. An absent one is no browser's.
  [[nodiscard]] bool accepts_origin(std::string_view origin, std::string_view host) const;
};

// "localhost", "127.x.x.x" or "[::1]", with or without a port.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace swarmboard::net
