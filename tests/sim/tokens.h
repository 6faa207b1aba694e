// Marks inside the texts of simulated people, by which the checker finds out who received what:
// "~k17~" an ordinary card, "~a17~" an anonymous one, "~o17~" one that is off the record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swarmboard::sim {

struct Token {
  char kind = 'k';
  std::uint64_t number = 0;
  auto operator<=>(const Token&) const = default;
};

[[nodiscard]] std::string to_text(const Token& token);
// Bytes of the token that these begin with; 0: they begin with none.
[[nodiscard]] std::size_t token_bytes(std::string_view bytes);
// All of them, as often as they stand there.
[[nodiscard]] std::vector<Token> find_tokens(std::string_view bytes);

}  // namespace swarmboard::sim
