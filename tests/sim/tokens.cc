#include "tests/sim/tokens.h"

#include <cstring>

namespace swarmboard::sim {

std::string to_text(const Token& token) {
  return std::string("~") + token.kind + std::to_string(token.number) + "~";
}

std::vector<Token> find_tokens(std::string_view bytes) {
  std::vector<Token> tokens;
  const char* at = bytes.data();
  const char* const end = bytes.data() + bytes.size();
  while (at != nullptr && at < end) {
    at = static_cast<const char*>(std::memchr(at, '~', static_cast<std::size_t>(end - at)));
    if (at == nullptr || end - at < 4) {
      break;
    }
    const char kind = at[1];
    const char* digit = at + 2;
    std::uint64_t number = 0;
    while (digit < end && *digit >= '0' && *digit <= '9') {
      number = number * 10 + static_cast<std::uint64_t>(*digit++ - '0');
    }
    const bool is_token = (kind == 'k' || kind == 'a' || kind == 'o') && digit > at + 2 &&
                          digit < end && *digit == '~';
    if (is_token) {
      tokens.push_back(Token{kind, number});
      at = digit;
    }
    ++at;
  }
  return tokens;
}

}  // namespace swarmboard::sim
