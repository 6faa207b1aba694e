// The codes that a connection is closed with, beyond those of the WebSocket standard. Each Fatal
// reason has one, so that a client that lost the frame still learns why. docs/protocol.md, W14.
#pragma once

#include <cstdint>

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

inline constexpr std::uint16_t kCloseGoingAway = 1001;      // Shutdown: come back later.
inline constexpr std::uint16_t kCloseTextFrame = 1003;      // Only binary messages are spoken.
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;  // The team is not served here now.
inline constexpr std::uint16_t kCloseMalformed = 4400;
inline constexpr std::uint16_t kCloseBadTicket = 4401;
inline constexpr std::uint16_t kCloseNoHello = 4408;
inline constexpr std::uint16_t kCloseCommandReused = 4409;
inline constexpr std::uint16_t kCloseReplaced = 4410;
inline constexpr std::uint16_t kCloseClientTooOld = 4426;
inline constexpr std::uint16_t kCloseTooSlow = 4429;
inline constexpr std::uint16_t kCloseFlood = 4430;

constexpr std::uint16_t close_code(v1::FatalReason reason) {
  switch (reason) {
    case v1::FATAL_REASON_CLIENT_TOO_OLD:
      return kCloseClientTooOld;
    case v1::FATAL_REASON_NO_HELLO:
      return kCloseNoHello;
    case v1::FATAL_REASON_BAD_TICKET:
      return kCloseBadTicket;
    case v1::FATAL_REASON_CMD_ID_REUSED:
      return kCloseCommandReused;
    case v1::FATAL_REASON_TOO_SLOW:
      return kCloseTooSlow;
    case v1::FATAL_REASON_FLOOD:
      return kCloseFlood;
    case v1::FATAL_REASON_REPLACED:
      return kCloseReplaced;
    default:
      return kCloseMalformed;
  }
}

}  // namespace swarmboard::room
