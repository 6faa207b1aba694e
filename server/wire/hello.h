// The check of a client's first frame: version, client id, ticket. Whether the ticket is good is
// somebody else's question. PURE; any thread. Errors: the reason that ends the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/system/result.hpp>

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::wire {

inline constexpr std::uint32_t kProtoMajor = 1;
inline constexpr std::uint32_t kProtoMinor = 0;
inline constexpr std::size_t kClientIdBytes = 16;
// A ticket is 32 random bytes in text form; anything longer is not ours.
inline constexpr std::size_t kTicketBytesMax = 128;

struct HelloRefusal {
  v1::FatalReason reason = v1::FATAL_REASON_UNSPECIFIED;
  std::string detail;
};

[[nodiscard]] boost::system::result<void, HelloRefusal> check_hello(const v1::Hello& hello);

}  // namespace swarmboard::wire
