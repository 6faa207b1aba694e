// The opening handshake of RFC 6455, the server's side. PURE.
#pragma once

#include <string>
#include <string_view>

namespace swarmboard::net {

struct HandshakeAnswer {
  std::string error;      // Empty: accepted.
  unsigned status = 101;  // As in `response`.
  std::string response;   // The whole HTTP response.
};

// `request_head` as it was received, through the empty line. The subprotocol is ours to name: that
// the client offers it was checked before.
[[nodiscard]] HandshakeAnswer answer_handshake(const std::string& request_head,
                                               std::string_view subprotocol);

}  // namespace swarmboard::net
