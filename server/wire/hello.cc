#include "server/wire/hello.h"

namespace swarmboard::wire {

boost::system::result<void, HelloRefusal> check_hello(const v1::Hello& hello) {
  // A newer minor version is welcome: the client adapts to the one in Welcome.
  if (hello.proto_major() != kProtoMajor) {
    return HelloRefusal{v1::FATAL_REASON_CLIENT_TOO_OLD,
                        "This page is of another version. Please reload it."};
  }
  if (hello.client_id().size() != kClientIdBytes) {
    return HelloRefusal{v1::FATAL_REASON_MALFORMED, "The client id must have 16 bytes."};
  }
  if (hello.ticket().empty() || hello.ticket().size() > kTicketBytesMax) {
    return HelloRefusal{v1::FATAL_REASON_BAD_TICKET, "Please sign in again."};
  }
  return {};
}

}  // namespace swarmboard::wire
