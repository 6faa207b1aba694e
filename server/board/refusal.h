// How a decide function says no. PURE.
#pragma once

#include <string>
#include <utility>

#include "server/board/decide.h"

namespace swarmboard::board {

// `detail` is a sentence for the person; it never repeats the text of a card.
[[nodiscard]] inline Refusal refuse(v1::RejectReason reason, std::string detail) {
  return Refusal{reason, std::move(detail)};
}

}  // namespace swarmboard::board
