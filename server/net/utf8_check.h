// Whether bytes that come in pieces are UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing
// above U+10FFFF). A wrong byte is noticed at once. PURE; a value.
#pragma once

#include <cstdint>
#include <string_view>

namespace swarmboard::net {

class Utf8Check {
 public:
  // False: these bytes cannot be part of any text.
  [[nodiscard]] bool add(std::string_view bytes);

  // No character is open.
  [[nodiscard]] bool is_whole() const { return missing_ == 0; }

 private:
  [[nodiscard]] bool begin(std::uint8_t byte);

  std::uint8_t missing_ = 0;  // Bytes of the open character.
  std::uint8_t low_ = 0x80;   // What the next one may be.
  std::uint8_t high_ = 0xbf;
};

}  // namespace swarmboard::net
