// RocksDB as we use it: open with a check of the format, synced writes, and reads that verify what
// they return. Knows nothing of groups, tenures or threads of ours.
//
// Owner: RocksDbJournal. Threads: reads from any thread; one writer (the commit thread).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "persistence/epochs.h"
#include "persistence/journal.h"
#include "persistence/keys.h"
#include "persistence/record.h"

namespace swarmboard::persistence {

class RocksDbStore {
 public:
  struct Opened {
    std::unique_ptr<RocksDbStore> store;  // Null: it could not be opened.
    boost::system::error_code error;
    std::string detail;  // A sentence for the operator.
  };

  // `env` null: the real disk.
  [[nodiscard]] static Opened open(const std::string& folder, rocksdb::Env* env);
  [[nodiscard]] static bool exists(const std::string& folder);

  struct Peeked {
    CommitMark commit;
    boost::system::error_code error;
    std::string detail;
  };

  // How far an existing store has come, without changing it: what open() does to its log would
  // destroy the traces of damage.
  [[nodiscard]] static Peeked peek(const std::string& folder, rocksdb::Env* env);
  ~RocksDbStore();
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  // Synced. Anything but ok() is final (J5).
  [[nodiscard]] rocksdb::Status write(rocksdb::WriteBatch& batch);

  [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return families_[0]; }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* log() const { return families_[1]; }

  [[nodiscard]] rocksdb::ColumnFamilyHandle* keyframes() const { return families_[2]; }

  static constexpr const char* kCommitKey = "Gcommit";
  [[nodiscard]] Result<CommitMark> last_commit() const;

  // Reads the changes of epochs: before anything else is read.
  [[nodiscard]] boost::system::error_code load_epochs();
  // A change that was written.
  void adopt(const EpochChange& change);
  [[nodiscard]] std::shared_ptr<const Epochs> epochs() const;

  [[nodiscard]] Result<Head> head(const StreamName& name) const;
  [[nodiscard]] Result<UnitPage> read(const StreamName& name, std::uint64_t from,
                                      ReadLimits limits) const;
  // Passes over damaged keyframes: they are a cache, the log decides.
  [[nodiscard]] Result<std::optional<KeyframeBytes>> keyframe_at(const StreamName& name,
                                                                 std::uint64_t seq_max,
                                                                 std::uint32_t state_version) const;
  // Positions of a stream's keyframes, in order.
  [[nodiscard]] Result<std::vector<KeyframePosition>> keyframe_positions(
      const StreamName& name) const;
  // Sealed entries or settings: what stands behind the prefix of their keys, and their bytes.
  [[nodiscard]] Result<std::vector<SealedEntry>> entries(std::string_view prefix) const;
  // Names of teams (`team` empty) or of a team's streams, sorted.
  [[nodiscard]] Result<std::vector<std::string>> names(const std::string& team) const;

  // A copy in the new folder `folder`, consistent, with what was written before the call. Slow.
  [[nodiscard]] boost::system::error_code checkpoint(const std::string& folder);

  [[nodiscard]] rocksdb::Env* env() const { return db_->GetEnv(); }

  // checkpoints.h: scrub_store.
  [[nodiscard]] static boost::system::error_code scrub(const std::string& folder);

  // Takes dropped sealed entries off the disk, and with the old log files the order in which they
  // came (J9). Slow; not for the commit thread.
  [[nodiscard]] boost::system::error_code forget_dropped();

 private:
  RocksDbStore(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families);
  [[nodiscard]] static Opened open_in(const std::string& folder, rocksdb::Env* env, bool is_new);
  // Makes an empty store beside its place and moves it there when it is whole and on disk: a crash
  // in between leaves nothing that looks like a store. Only `error` and `detail` are set.
  [[nodiscard]] static Opened create(const std::string& folder, rocksdb::Env* env);
  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> iterate(
      rocksdb::ColumnFamilyHandle* family) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::shared_ptr<const Epochs> epochs_ = std::make_shared<const Epochs>();
};

}  // namespace swarmboard::persistence
