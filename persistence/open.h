// From what an operator writes to an open journal: "rocksdb:FOLDER" or "memory".
#pragma once

#include <string_view>

#include "persistence/rocksdb_journal.h"

namespace swarmboard::persistence {

// `options.folder` is taken from `where`.
[[nodiscard]] OpenedJournal open_journal(std::string_view where, RocksDbOptions options = {});

}  // namespace swarmboard::persistence
