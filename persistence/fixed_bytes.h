// Numbers as bytes of fixed width: little-endian in values, big-endian in keys, where order
// matters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace swarmboard::persistence {

template <class Number>
void append_little(std::string& out, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xff));
  }
}

// Precondition: `at` + sizeof(Number) <= bytes.size().
template <class Number>
[[nodiscard]] Number read_little(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return static_cast<Number>(number);
}

inline void append_big(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

[[nodiscard]] inline std::uint64_t read_big(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return number;
}

}  // namespace swarmboard::persistence
