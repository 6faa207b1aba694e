#include "server/board/text_rules.h"

#include <array>
#include <cstdint>

namespace swarmboard::board {
namespace {

// Bytes of the UTF-8 sequence that starts with this byte; 1 for a byte that starts none.
std::size_t sequence_length(unsigned char lead) {
  if (lead >= 0xF0 && lead < 0xF8) {
    return 4;
  }
  if (lead >= 0xE0 && lead < 0xF0) {
    return 3;
  }
  return lead >= 0xC0 && lead < 0xE0 ? 2 : 1;
}

std::uint32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned, 5> kLeadBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t value = static_cast<unsigned char>(sequence[0]) & kLeadBits.at(sequence.size());
  for (const char c : sequence.substr(1)) {
    value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return value;
}

// White space of Unicode, and the characters of zero width that look like nothing.
bool is_space(std::uint32_t c) {
  return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200D) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

// Calls fn(sequence) for each character until it returns false.
template <class Fn>
void each_character(std::string_view text, Fn fn) {
  while (!text.empty()) {
    std::size_t length = sequence_length(static_cast<unsigned char>(text[0]));
    length = length <= text.size() ? length : 1;
    if (!fn(text.substr(0, length))) {
      return;
    }
    text.remove_prefix(length);
  }
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  each_character(text, [&](std::string_view sequence) {
    units += sequence.size() == 4 ? 2 : 1;
    return true;
  });
  return units;
}

bool is_blank(std::string_view text) {
  bool blank = true;
  each_character(text, [&](std::string_view sequence) {
    blank = is_space(code_point(sequence));
    return blank;
  });
  return blank;
}

bool is_iso_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() != kShape.size()) {
    return false;
  }
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != kShape[i]) {
      return false;
    }
  }
  const int year = number(text.substr(0, 4));
  const int month = number(text.substr(5, 2));
  const int day = number(text.substr(8, 2));
  if (year < 1900 || year > 2999 || month < 1 || month > 12) {
    return false;
  }
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int days = kDays.at(static_cast<std::size_t>(month - 1)) + (month == 2 && leap ? 1 : 0);
  return day >= 1 && day <= days;
}

}  // namespace swarmboard::board
