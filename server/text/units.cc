#include "server/text/units.h"

namespace swarmboard::text {
namespace {

constexpr bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// A character of four bytes is a surrogate pair, every other one is one unit.
constexpr std::uint32_t units_of_lead(char lead) {
  return static_cast<unsigned char>(lead) >= 0xF0U ? 2 : 1;
}

}  // namespace

std::uint32_t units_of(std::string_view text) {
  std::uint32_t units = 0;
  for (const char byte : text) {
    units += begins_character(byte) ? units_of_lead(byte) : 0;
  }
  return units;
}

std::optional<std::size_t> bytes_of_units(std::string_view text, std::uint32_t units) {
  std::size_t at = 0;
  while (units > 0 && at < text.size()) {
    const std::uint32_t here = units_of_lead(text[at]);
    if (here > units) {
      return std::nullopt;
    }
    units -= here;
    ++at;
    while (at < text.size() && !begins_character(text[at])) {
      ++at;
    }
  }
  return units == 0 ? std::optional(at) : std::nullopt;
}

}  // namespace swarmboard::text
