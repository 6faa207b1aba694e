// A disk under RocksDB that can fail a sync, lose power, and forget what was never synced.
//
// Owner: a test; must outlive every journal that uses env(). Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace swarmboard::persistence {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  [[nodiscard]] rocksdb::Env* env() { return env_.get(); }

  void fail_next_sync();
  // From now on, or not any longer, every write leaves a part and answers that there is no space.
  void set_full(bool full);
  // Whether somebody has met that.
  [[nodiscard]] bool is_found_full() const;
  // From now on every write and sync fails.
  void cut_power();
  // Cuts every file back to what was synced, and gives the power back. No journal may be open.
  void lose_unsynced();

  [[nodiscard]] std::uint64_t bytes_lost() const { return bytes_lost_; }

 private:
  class Files;
  class File;

  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Extent> extents_;
  bool fail_sync_ = false;
  bool full_ = false;
  bool is_found_full_ = false;
  bool power_ = true;
  std::uint64_t bytes_lost_ = 0;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace swarmboard::persistence
