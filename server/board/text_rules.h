// Questions about a text that a person typed: how long, is there anything in it, is it a date. The
// browser asks the same ones (client-web/src/board). PURE.
#pragma once

#include <cstddef>
#include <string_view>

namespace swarmboard::board {

// Length in UTF-16 code units, as a browser counts. A byte that does not belong to valid UTF-8
// counts as one unit.
[[nodiscard]] std::size_t utf16_length(std::string_view text);

// Nothing but white space, or nothing at all.
[[nodiscard]] bool is_blank(std::string_view text);

// A day that exists, as YYYY-MM-DD, from year 1900 to 2999.
[[nodiscard]] bool is_iso_date(std::string_view text);

}  // namespace swarmboard::board
