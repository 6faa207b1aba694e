// The subcommand `restore`: makes a new data folder from a backup. Everything is checked before
// anything is written; the folder gets its name only after the copy was opened, folded and compared
// with the manifest, and begun a new epoch, so that no client takes it for the history it knows.
#pragma once

#include <ostream>

#include "server/app/config.h"

namespace swarmboard::app {

// 0 = restored; 1 = a sentence on `err`, and the data folder is as it was.
[[nodiscard]] int restore(const RestoreConfig& config, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::app
