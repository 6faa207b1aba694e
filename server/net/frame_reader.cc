#include "server/net/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

constexpr unsigned kContinuation = 0x0;
constexpr unsigned kBinary = 0x2;
constexpr unsigned kClose = 0x8;
constexpr unsigned kPing = 0x9;
constexpr unsigned kPong = 0xa;
constexpr unsigned kReservedBits = 0x70;
constexpr unsigned kMasked = 0x80;
constexpr unsigned kLengthBits = 0x7f;
constexpr unsigned kLength16 = 126;
constexpr unsigned kLength64 = 127;
constexpr std::size_t kMaskBytes = 4;

constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kNoCode = 1005;
constexpr std::uint16_t kBadPayload = 1007;
constexpr std::uint16_t kPolicy = 1008;
constexpr std::uint16_t kTooBig = 1009;

// Those that may be sent: RFC 6455 7.4 and the registry that it opened.
bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

std::size_t FrameReader::read(char* bytes, std::size_t size, FrameSink& sink) {
  if (violation_) {
    return 0;
  }
  std::size_t used = 0;
  if (!in_payload_) {
    used = take_header(bytes, size);
    if (violation_ || !in_payload_) {
      return violation_ ? 0 : used;
    }
  }
  const std::size_t part = std::min<std::uint64_t>(left_, size - used);
  if (part > 0 || left_ == 0) {
    unmask(bytes + used, part);
    left_ -= part;
    take_payload({bytes + used, part}, sink);
  }
  return violation_ ? 0 : used + part;
}

std::size_t FrameReader::header_bytes() const {
  const unsigned length = static_cast<unsigned char>(header_[1]) & kLengthBits;
  const std::size_t more = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  return header_size_ < 2 ? 2 : 2 + more + kMaskBytes;
}

std::size_t FrameReader::take_header(const char* bytes, std::size_t size) {
  std::size_t used = 0;
  while (header_size_ < header_bytes()) {
    const std::size_t part = std::min<std::size_t>(header_bytes() - header_size_, size - used);
    if (part == 0) {
      return used;
    }
    std::memcpy(header_.data() + header_size_, bytes + used, part);
    header_size_ = static_cast<std::uint8_t>(header_size_ + part);
    used += part;
    if (header_size_ == 2) {
      check_start();
      if (violation_) {
        return used;
      }
    }
  }
  begin_frame();
  return used;
}

// The first two bytes say all that may be wrong with a frame but its length.
void FrameReader::check_start() {
  const unsigned second = static_cast<unsigned char>(header_[1]);
  const bool known = opcode() <= kBinary || (opcode() >= kClose && opcode() <= kPong);
  const bool is_frame = (first_byte() & kReservedBits) == 0 && known && (second & kMasked) != 0;
  const bool fits = is_control() ? is_final() && (second & kLengthBits) <= kControlPayloadBytesMax
                                 : (opcode() == kContinuation) == in_message_;
  if (!is_frame || !fits) {
    fail(kProtocolError);
  }
}

void FrameReader::begin_frame() {
  const unsigned length = static_cast<unsigned char>(header_[1]) & kLengthBits;
  left_ = length < kLength16 ? length : 0;
  for (std::size_t at = 2; at + kMaskBytes < header_size_; ++at) {
    left_ = left_ << 8U | static_cast<unsigned char>(header_[at]);
  }
  const std::uint64_t length_min = length == kLength64 ? 0x10000 : kLength16;
  if (length >= kLength16 && left_ < length_min) {
    fail(kProtocolError);  // Longer than it has to be.
    return;
  }
  mask_at_ = 0;
  in_payload_ = true;
  if (is_control()) {
    return;
  }
  overhead_ += header_size_;
  if (left_ > limits::kMessageBytesMax - message_.size()) {
    fail(kTooBig);
  } else if (overhead_ > limits::kFrameOverheadBytesMax) {
    fail(kPolicy);
  } else if (!in_message_) {
    in_message_ = true;
    binary_ = opcode() == kBinary;
    utf8_ = {};
  }
}

void FrameReader::unmask(char* bytes, std::size_t size) {
  const char* const mask = header_.data() + header_size_ - kMaskBytes;
  for (std::size_t at = 0; at < size; ++at) {
    bytes[at] = static_cast<char>(bytes[at] ^ mask[(mask_at_ + at) % kMaskBytes]);
  }
  mask_at_ = static_cast<std::uint8_t>((mask_at_ + size) % kMaskBytes);
}

void FrameReader::take_payload(std::string_view part, FrameSink& sink) {
  const bool whole = left_ == 0;
  if (whole) {
    in_payload_ = false;
    header_size_ = 0;
  }
  std::string& kept = is_control() ? control_ : message_;
  if (!is_control() && !binary_ && !utf8_.add(part)) {
    fail(kBadPayload);
    return;
  }
  if (!whole || (!is_control() && !is_final())) {
    kept += part;
    return;
  }
  const std::string joined =
      kept.empty() ? std::string() : std::exchange(kept, {}) + std::string(part);
  const std::string_view payload = joined.empty() ? part : std::string_view(joined);
  if (is_control()) {
    end_control(payload, sink);
    return;
  }
  in_message_ = false;
  overhead_ = 0;
  if (!binary_ && !utf8_.is_whole()) {
    fail(kBadPayload);
    return;
  }
  sink.on_frame_message(payload, binary_);
}

void FrameReader::end_control(std::string_view payload, FrameSink& sink) {
  switch (opcode()) {
    case kPing:
      sink.on_frame_ping(payload);
      break;
    case kPong:
      sink.on_frame_pong();
      break;
    default:
      end_close(payload, sink);
      break;
  }
}

void FrameReader::end_close(std::string_view payload, FrameSink& sink) {
  if (payload.empty()) {
    sink.on_frame_close(kNoCode, {});
    return;
  }
  const auto code = payload.size() < 2
                        ? std::uint16_t{0}
                        : static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                                     static_cast<unsigned char>(payload[1]));
  if (!is_close_code(code)) {
    fail(kProtocolError);
    return;
  }
  Utf8Check reason;
  if (!reason.add(payload.substr(2)) || !reason.is_whole()) {
    fail(kBadPayload);
    return;
  }
  sink.on_frame_close(code, payload.substr(2));
}

void FrameReader::fail(std::uint16_t code) {
  violation_ = code;
  message_ = {};
  control_ = {};
}

}  // namespace swarmboard::net
