// The subcommand `verify`. First every stored byte is read, without a change to the folder: what
// cannot be read, or is missing at the end of a stream, is reported with the id that `accept-loss`
// asks for. Then every stream of a whole store is folded from its first event, and what can be
// checked is checked: the CRC and chain of every unit, the order, that each patch fits, the rules
// that always hold on a board, and that every keyframe says what the log says.
#pragma once

#include <ostream>

#include "server/app/config.h"

namespace swarmboard::app {

// A line per stream on `out`, and what is on record of accepted losses and restored backups. 0 =
// all is well, 1 = any finding, or the folder cannot be opened.
[[nodiscard]] int verify(const VerifyConfig& config, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::app
