// The subcommand `accept-loss`: a damaged journal goes on with what is whole, in a new epoch, when
// the operator names the report that says what is lost (persistence/rocksdb_accept.h).
#pragma once

#include <ostream>

#include "server/app/config.h"

namespace swarmboard::app {

// 0 = accepted. 1 = nothing was changed, and `err` says why: most often the report with its id.
[[nodiscard]] int accept_loss(const AcceptLossConfig& config, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::app
