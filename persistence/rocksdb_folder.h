// What lies in a data folder, and what is checked of it before it is used.
//
//   folder/lock        held as long as the journal is open
//   folder/format      "swarmboard journal format 1": read before anything else is touched
//   folder/watermark   how far writes were acknowledged (watermark.h)
//   folder/ends        where the streams end (stream_ends.h)
//   folder/journal/    RocksDB
//   folder/survey/     a copy that is being read after damage
//   folder/quarantine/ a data folder with what is whole of a damaged one, served to be read
//   folder/accepted/   the same, about to take the damaged one's place (rocksdb_accept.h)
//
// Owner: whoever opens the folder. Single-threaded.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "persistence/damage.h"
#include "persistence/folder_lock.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/watermark.h"

namespace swarmboard::persistence {

[[nodiscard]] std::string store_folder(const std::string& folder);
[[nodiscard]] std::string ends_file(const std::string& folder);
[[nodiscard]] std::string watermark_file(const std::string& folder);

// Makes the folder where it is missing and takes it for this process.
struct LockedFolder {
  std::unique_ptr<FolderLock> lock;  // Null: refused.
  boost::system::error_code error;
  std::string detail;
};

[[nodiscard]] LockedFolder lock_folder(const std::string& folder);

struct FolderCheck {
  boost::system::error_code error;  // None: good, as far as can be told without reading it all.
  std::string detail;
  std::optional<DamageReport> damage;  // With JournalErrc::Damaged; not surveyed.
  std::unique_ptr<Watermark> watermark;
  CommitMark mark;  // How far the store goes.
};

// Precondition: the folder is locked. A new folder gets its format and watermark.
[[nodiscard]] FolderCheck check_folder(const RocksDbOptions& options);

// The format and the watermark of a folder whose store ends at `mark`.
[[nodiscard]] boost::system::error_code begin_folder(const std::string& folder,
                                                     const CommitMark& mark);

// Replaces a small file by one that is on disk when this returns.
[[nodiscard]] boost::system::error_code write_synced(const std::string& path,
                                                     const std::string& text);

// A file whose presence means that an accepted loss is being put in place.
[[nodiscard]] std::string accepted_mark_file(const std::string& folder);

}  // namespace swarmboard::persistence
