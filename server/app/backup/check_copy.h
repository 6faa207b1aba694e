// The proof that a copied store is whole, for a backup when it is taken and when it comes back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "persistence/checkpoints.h"
#include "persistence/journal.h"
#include "server/app/backup/flaw.h"
#include "server/app/backup/manifest.h"

namespace swarmboard::app {

// Opens a journal as a subcommand does: alone, and whatever space the disk has.
[[nodiscard]] boost::system::result<std::unique_ptr<persistence::Journal>, Flaw> open_alone(
    const std::string& data, persistence::Checkpoints** checkpoints = nullptr);

// Checks every block and folds every stream of the store in a data folder that nobody has open;
// where its streams stand, or what is wrong. Opening settles the files: they do not change after.
[[nodiscard]] boost::system::result<std::vector<BackedUpStream>, Flaw> check_copy(
    const std::string& data);

}  // namespace swarmboard::app
