// Random texts and changes: letters, line feeds, characters of two and three bytes, surrogate
// pairs.
#pragma once

#include <random>
#include <string>

#include "server/text/change.h"

namespace swarmboard::testing {

using Random = std::mt19937_64;

[[nodiscard]] std::string random_text(Random& random, std::size_t characters_max);
// A change that fits the text. Sometimes one that changes nothing.
[[nodiscard]] text::Change random_change(Random& random, const std::string& text);

}  // namespace swarmboard::testing
