// From the plain numbers of rooms, sockets and journal to the operator's figures. PURE.
#pragma once

#include <vector>

#include "persistence/journal.h"
#include "server/api/metrics.h"
#include "server/app/io_thread.h"
#include "server/net/counters.h"

namespace swarmboard::app {

[[nodiscard]] api::Figures make_figures(const std::vector<IoThreadFigures>& threads,
                                        const net::Counters& net,
                                        const persistence::Health& journal);

}  // namespace swarmboard::app
