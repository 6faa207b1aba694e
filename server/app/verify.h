// The subcommand `verify`: folds every stream of a data folder from its first event and checks what
// can be checked: the CRC and chain of every unit, the order, that each patch fits, the rules that
// always hold on a board, and that the newest keyframe says what the log says.
#pragma once

#include <ostream>

#include "server/app/config.h"

namespace swarmboard::app {

// A line per stream on `out`. 0 = all is well, 1 = damage, or the folder cannot be opened.
[[nodiscard]] int verify(const VerifyConfig& config, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::app
