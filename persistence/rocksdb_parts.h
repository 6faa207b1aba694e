// What open() prepared for the journal. Private to the rocksdb_*.cc files.
#pragma once

#include <memory>

#include "persistence/folder_lock.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_store.h"
#include "persistence/watermark.h"

namespace swarmboard::persistence {

struct RocksDbJournal::Parts {
  std::unique_ptr<FolderLock> lock;
  std::unique_ptr<RocksDbStore> store;
  std::unique_ptr<Watermark> watermark;
  CommitMark mark;
};

}  // namespace swarmboard::persistence
