// Takes an input apart: numbers and pieces from the front, what is left at the end. Past the end
// everything is zero and empty, so that every input means something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace swarmboard::fuzz {

class BytesReader {
 public:
  BytesReader(const std::uint8_t* data, std::size_t size)
      : left_(size == 0 ? std::string_view{}
                        : std::string_view(reinterpret_cast<const char*>(data), size)) {}

  explicit BytesReader(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }

  std::uint8_t byte() {
    const std::string_view one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one.front());
  }

  template <class Number>
  Number number() {
    std::uint64_t value = 0;
    for (const char c : take(sizeof(Number))) {
      value = value << 8 | static_cast<std::uint8_t>(c);
    }
    return static_cast<Number>(value);
  }

  std::string_view take(std::size_t size) {
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
  }

  // Two bytes of length, then that many.
  std::string_view piece() { return take(number<std::uint16_t>()); }

  // Up to the end of the line or of the input.
  std::string_view line() {
    const std::string_view taken = take(std::min(left_.find('\n'), left_.size()));
    take(1);
    return taken;
  }

  std::string_view rest() { return take(left_.size()); }

 private:
  std::string_view left_;
};

}  // namespace swarmboard::fuzz
