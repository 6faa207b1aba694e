// UTF-8 measured as a browser does, in UTF-16 code units. PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace swarmboard::text {

// Length of valid UTF-8 in UTF-16 code units.
[[nodiscard]] std::uint32_t units_of(std::string_view text);

// The byte where the first `units` end. Nothing: the text is shorter, or a pair would be cut.
[[nodiscard]] std::optional<std::size_t> bytes_of_units(std::string_view text, std::uint32_t units);

}  // namespace swarmboard::text
