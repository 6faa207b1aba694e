#include "tests/sim/tokens.h"

#include <cstring>

namespace swarmboard::sim {

std::string to_text(const Token& token) {
  return std::string("~") + token.kind + std::to_string(token.number) + "~";
}

namespace {

struct Found {
  Token token;
  std::size_t bytes = 0;  // 0: there is none.
};

Found token_at_front(std::string_view bytes) {
  if (bytes.size() < 4 || bytes[0] != '~') {
    return {};
  }
  const char kind = bytes[1];
  std::size_t at = 2;
  std::uint64_t number = 0;
  while (at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9') {
    number = number * 10 + static_cast<std::uint64_t>(bytes[at++] - '0');
  }
  const bool is_token = (kind == 'k' || kind == 'a' || kind == 'o') && at > 2 &&
                        at < bytes.size() && bytes[at] == '~';
  return is_token ? Found{{kind, number}, at + 1} : Found{};
}

}  // namespace

std::size_t token_bytes(std::string_view bytes) {
  return token_at_front(bytes).bytes;
}

std::vector<Token> find_tokens(std::string_view bytes) {
  std::vector<Token> tokens;
  while (!bytes.empty()) {
    const void* const next = std::memchr(bytes.data(), '~', bytes.size());
    if (next == nullptr) {
      break;
    }
    bytes.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(next) - bytes.data()));
    const Found found = token_at_front(bytes);
    if (found.bytes > 0) {
      tokens.push_back(found.token);
    }
    bytes.remove_prefix(found.bytes > 0 ? found.bytes : 1);
  }
  return tokens;
}

}  // namespace swarmboard::sim
