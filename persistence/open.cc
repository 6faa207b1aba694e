#include "persistence/open.h"

#include <memory>
#include <string>
#include <utility>

#include <boost/system/errc.hpp>

#include "persistence/memory_journal.h"

namespace swarmboard::persistence {

OpenedJournal open_journal(std::string_view where, RocksDbOptions options) {
  constexpr std::string_view kRocksDb = "rocksdb:";
  OpenedJournal opened;
  if (where == "memory") {
    opened.journal = std::make_unique<MemoryJournal>();
  } else if (where.starts_with(kRocksDb) && where.size() > kRocksDb.size()) {
    options.folder = std::string(where.substr(kRocksDb.size()));
    opened = RocksDbJournal::open(std::move(options));
  } else {
    opened.error = make_error_code(boost::system::errc::invalid_argument);
    opened.detail =
        "A journal is \"rocksdb:FOLDER\" or \"memory\", not \"" + std::string(where) + "\".";
  }
  return opened;
}

}  // namespace swarmboard::persistence
