#include "server/app/load/frames.h"

#include <boost/assert.hpp>

namespace swarmboard::load {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;
// More than any message of a server of ours.
constexpr std::uint64_t kPayloadBytesMax = 64 * 1024 * 1024;

bool is_known(std::uint8_t opcode) {
  return opcode == 1 || opcode == 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

FrameGot take_frame(std::string_view& bytes, Frame& frame) {
  if (bytes.size() < 2) {
    return FrameGot::NeedMore;
  }
  const auto byte_at = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  const auto opcode = static_cast<std::uint8_t>(byte_at(0) & 0x0f);
  if ((byte_at(0) & 0xf0) != kFinal || !is_known(opcode) || (byte_at(1) & kMasked) != 0) {
    return FrameGot::Broken;
  }
  std::uint64_t length = byte_at(1);
  std::size_t head = 2;
  if (length >= kLength16) {
    const std::size_t more = length == kLength64 ? 8 : 2;
    head += more;
    if (bytes.size() < head) {
      return FrameGot::NeedMore;
    }
    length = 0;
    for (std::size_t at = 2; at < head; ++at) {
      length = length << 8 | byte_at(at);
    }
    if (length > kPayloadBytesMax) {
      return FrameGot::Broken;
    }
  }
  if (bytes.size() - head < length) {
    return FrameGot::NeedMore;
  }
  frame.opcode = static_cast<Opcode>(opcode);
  frame.payload = bytes.substr(head, static_cast<std::size_t>(length));
  bytes.remove_prefix(head + static_cast<std::size_t>(length));
  return FrameGot::Frame;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  BOOST_ASSERT(payload.size() <= 0xffff);
  out.push_back(static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode)));
  if (payload.size() < kLength16) {
    out.push_back(static_cast<char>(kMasked | payload.size()));
  } else {
    out.push_back(static_cast<char>(kMasked | kLength16));
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size() & 0xff));
  }
  out.append(4, '\0');
  out.append(payload);
}

}  // namespace swarmboard::load
