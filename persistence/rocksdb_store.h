// RocksDB as we use it: options, column families, open with a check of the format, and reads that
// verify what they return. Knows nothing of groups, tenures or threads.
//
// Owner: RocksDbJournal. Threads: reads from any thread; one writer (the commit thread).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "persistence/journal.h"
#include "persistence/keys.h"

namespace swarmboard::persistence {

class RocksDbStore {
 public:
  struct Opened {
    std::unique_ptr<RocksDbStore> store;  // Null: it could not be opened.
    boost::system::error_code error;
    std::string detail;  // A sentence for the operator.
  };

  [[nodiscard]] static Opened open(const std::string& folder);
  ~RocksDbStore();
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  // Synced. Anything but ok() is final (J5).
  [[nodiscard]] rocksdb::Status write(rocksdb::WriteBatch& batch);

  [[nodiscard]] rocksdb::ColumnFamilyHandle* log() const { return families_[1]; }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* keyframes() const { return families_[2]; }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return families_[0]; }

  static constexpr const char* kCommitKey = "Gcommit";

  [[nodiscard]] Result<std::uint64_t> last_commit_no() const;
  [[nodiscard]] Result<Head> head(const StreamName& name) const;
  [[nodiscard]] Result<UnitPage> read(const StreamName& name, std::uint64_t from,
                                      ReadLimits limits) const;
  [[nodiscard]] Result<std::optional<KeyframeBytes>> keyframe_at(const StreamName& name,
                                                                 std::uint64_t seq_max,
                                                                 std::uint32_t state_version) const;
  [[nodiscard]] Result<std::vector<SealedEntry>> entries(std::string_view prefix) const;
  // Names of teams (`team` empty) or of a team's streams, in order.
  [[nodiscard]] Result<std::vector<std::string>> names(const std::string& team) const;

 private:
  RocksDbStore(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families);
  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> iterate(
      rocksdb::ColumnFamilyHandle* family) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace swarmboard::persistence
