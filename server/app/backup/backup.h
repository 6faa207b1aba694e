// The subcommand `backup`: takes a verified copy of a store, of a running server or a stopped one.
//
//   TO/ID/manifest      manifest.h; written last
//   TO/ID/data/         a data folder: format, watermark, ends, journal/
//   TO/.partial-*       one that is being taken, or was not finished; never listed, never restored
//   TO/.lock            held while one is taken
//
// A backup gets its name only after its copy was opened, every block checked, every stream folded
// with every check of `verify`, and every file synced.
#pragma once

#include <ostream>
#include <string>

#include <boost/system/result.hpp>

#include "server/app/backup/flaw.h"
#include "server/app/backup/manifest.h"
#include "server/app/config.h"

namespace swarmboard::app {

// Exit code: 0 = taken (its id on `out`), or listed; 1 = a sentence on `err`, and no backup.
[[nodiscard]] int backup(const BackupConfig& config, std::ostream& out, std::ostream& err);

// The manifest of a backup whose files are all there in their size; or a sentence.
[[nodiscard]] boost::system::result<Manifest, Flaw> read_backup(const std::string& to,
                                                                const std::string& id);

}  // namespace swarmboard::app
