#include "server/app/accept_loss.h"

#include <filesystem>

#include "persistence/rocksdb_accept.h"
#include "server/base/system_clock.h"

namespace swarmboard::app {

int accept_loss(const AcceptLossConfig& config, std::ostream& out, std::ostream& err) {
  if (!std::filesystem::is_directory(config.data)) {
    err << "swarmboard: there is no data folder " << config.data << '\n';
    return 1;
  }
  const persistence::AcceptedLoss loss =
      persistence::accept_loss(config.data, config.report, SystemClock().wall_ms());
  if (!loss.accepted) {
    err << "swarmboard: " << loss.detail << '\n';
    return 1;
  }
  out << "The loss is accepted. The journal goes on in epoch " << loss.epoch << ".\n"
      << "The damaged files are kept in " << loss.kept << ".\n"
      << "Clients that saw more are told when they come back.\n";
  return 0;
}

}  // namespace swarmboard::app
