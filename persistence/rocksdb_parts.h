// What open() prepared for the journal. Private to the rocksdb_*.cc files.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "persistence/ballast.h"
#include "persistence/folder_lock.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_store.h"
#include "persistence/stream_ends.h"
#include "persistence/watermark.h"

namespace swarmboard::persistence {

[[nodiscard]] std::int64_t monotonic_us();

struct RocksDbJournal::Parts {
  std::vector<std::unique_ptr<FolderLock>> locks;
  std::unique_ptr<RocksDbStore> store;
  std::unique_ptr<Watermark> watermark;
  std::unique_ptr<StreamEnds> ends;
  CommitMark mark;
};

}  // namespace swarmboard::persistence
