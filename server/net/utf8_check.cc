#include "server/net/utf8_check.h"

namespace swarmboard::net {

bool Utf8Check::add(std::string_view bytes) {
  for (const char each : bytes) {
    const auto byte = static_cast<std::uint8_t>(each);
    if (missing_ == 0) {
      if (!begin(byte)) {
        return false;
      }
      continue;
    }
    if (byte < low_ || byte > high_) {
      return false;
    }
    --missing_;
    low_ = 0x80;
    high_ = 0xbf;
  }
  return true;
}

// Table 3-7 of the Unicode standard: the second byte is narrowed by the first.
bool Utf8Check::begin(std::uint8_t byte) {
  if (byte < 0x80) {
    return true;
  }
  if (byte < 0xc2 || byte > 0xf4) {
    return false;
  }
  missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  low_ = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
  high_ = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
  return true;
}

}  // namespace swarmboard::net
