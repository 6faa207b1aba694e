// What other acts need to know of stages. PURE.
#pragma once

#include "server/board/decide.h"

namespace swarmboard::board {

// Whether cards without an author may wait in this stage's sealed bucket.
[[nodiscard]] inline bool may_hold_sealed(const v1::Stage& stage) {
  return stage.visibility() == v1::VISIBILITY_ANONYMOUS && !stage.has_revealed_at_ms();
}

}  // namespace swarmboard::board
