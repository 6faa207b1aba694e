// The little of RFC 6455 that a load client needs: cutting a server's bytes into frames, and
// framing its own messages. The mask key is zero, which is legal and leaves the payload as it is.
//
// PURE; any thread. Not a full client: a fragmented message counts as broken, because neither of
// the servers that it measures sends one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace swarmboard::load {

enum class Opcode : std::uint8_t { Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

struct Frame {
  Opcode opcode = Opcode::Binary;
  std::string_view payload;
};

enum class FrameGot { Frame, NeedMore, Broken };

// Takes one whole frame off the front of `bytes`. NeedMore leaves `bytes` alone.
[[nodiscard]] FrameGot take_frame(std::string_view& bytes, Frame& frame);

// Precondition: below 64 KiB.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

}  // namespace swarmboard::load
