#include "tests/support/random_text.h"

#include <array>
#include <string_view>

#include "server/text/units.h"

namespace swarmboard::testing {
namespace {

constexpr std::array<std::string_view, 8> kCharacters = {"a",  "b",      "c",      " ",
                                                         "\n", "\u00e9", "\u20ac", "\U0001F600"};

std::size_t below(Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random() % bound);
}

// Bytes of the first character.
std::size_t first_character(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
    ++at;
  }
  return at;
}

}  // namespace

std::string random_text(Random& random, std::size_t characters_max) {
  std::string text;
  for (std::size_t left = below(random, characters_max + 1); left > 0; --left) {
    text += kCharacters.at(below(random, kCharacters.size()));
  }
  return text;
}

text::Change random_change(Random& random, const std::string& text) {
  text::Change change;
  std::string_view left = text;
  while (true) {
    switch (below(random, 6)) {
      case 0:
        change.insert(random_text(random, 3));
        break;
      case 1:
        for (std::size_t n = below(random, 3); n > 0 && !left.empty(); --n) {
          const std::size_t bytes = first_character(left);
          change.remove(text::units_of(left.substr(0, bytes)));
          left.remove_prefix(bytes);
        }
        break;
      default:
        for (std::size_t n = 1 + below(random, 4); n > 0 && !left.empty(); --n) {
          const std::size_t bytes = first_character(left);
          change.keep(text::units_of(left.substr(0, bytes)));
          left.remove_prefix(bytes);
        }
    }
    if (left.empty()) {
      if (below(random, 4) == 0) {
        change.insert(random_text(random, 2));
      }
      return change;
    }
  }
}

}  // namespace swarmboard::testing
