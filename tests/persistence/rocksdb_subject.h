// A RocksDB journal in a folder of its own, on a disk that can fail, for tests.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "persistence/rocksdb_journal.h"
#include "tests/persistence/faulty_disk.h"
#include "tests/persistence/journal_subject.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {

// Options for tests: endless space, no waiting for more groups.
RocksDbOptions test_options(const std::filesystem::path& folder);

class RocksDbSubject final : public JournalSubject {
 public:
  RocksDbSubject();

  Journal& journal() override { return *journal_; }

  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

  [[nodiscard]] FaultyDisk& disk() { return disk_; }

  bool reopen() override;
  bool crash() override;
  bool set_disk_full(bool full) override;
  bool fail_next_sync() override;
  bool flip_stored_byte(const StreamName& name, std::uint64_t first_seq) override;
  // As if it had never been written.
  bool remove_stored_unit(const StreamName& name, std::uint64_t first_seq);

  // Goes on with a copy of the folder as it is at this moment: what a killed process leaves.
  void kill();

  // Ends the journal, so that a test can change its files.
  void shut() { journal_.reset(); }

  void adopt(std::unique_ptr<Journal> journal) { journal_ = std::move(journal); }

  // What open() says now.
  [[nodiscard]] OpenedJournal open_again();

 private:
  // Changes what is stored under the unit's key, behind the journal's back; empty: nothing.
  bool change_stored_unit(const StreamName& name, std::uint64_t first_seq,
                          const std::function<std::string(std::string)>& change);

  support::TempDir dir_;
  FaultyDisk disk_;
  std::atomic<std::uint64_t> free_bytes_{1ull << 40};
  std::filesystem::path folder_;
  int copies_ = 0;
  std::unique_ptr<Journal> journal_;
};

class RocksDbHolder {
 protected:
  RocksDbSubject rocksdb_;
};

// The calls of the contract's tests, on a RocksDB journal. The holder comes first: it is made
// first.
class RocksDbTest : protected RocksDbHolder, protected JournalCalls, public testing::Test {
 protected:
  RocksDbTest() : JournalCalls(rocksdb_) {}
};

}  // namespace swarmboard::persistence
