// The subcommand `serve`: runs a Server until a signal says stop. SIGTERM and SIGINT stop
// gracefully; a second one ends the process at once.
#pragma once

#include "server/app/config.h"

namespace swarmboard::app {

// Returns the exit code. The first line on standard output is
// "swarmboard listening on http://HOST:PORT".
[[nodiscard]] int serve(const ServeConfig& config);

}  // namespace swarmboard::app
