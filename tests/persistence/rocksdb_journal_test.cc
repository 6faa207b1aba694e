#include "persistence/rocksdb_journal.h"

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>

#include "persistence/errc.h"
#include "tests/persistence/journal_contract.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;
using support::TempDir;

RocksDbOptions options_for(const fs::path& folder) {
  RocksDbOptions options;
  options.folder = folder.string();
  options.space = [] { return RocksDbOptions::Space{1ull << 40, 1ull << 41}; };
  return options;
}

class RocksDbSubject final : public JournalSubject {
 public:
  RocksDbSubject() : journal_(RocksDbJournal::open(options_for(dir_.path())).journal) {}

  Journal& journal() override { return *journal_; }

  // The condition is only read while nothing runs: a barrier through both threads of the journal.
  bool run_until(const std::function<bool()>& done) override {
    for (int round = 0; round < 1000; ++round) {
      std::mutex mutex;
      std::condition_variable told;
      int answers = 0;
      const auto answered = [&] {
        const std::lock_guard lock(mutex);
        ++answers;
        told.notify_one();
      };
      journal_->put_setting("barrier", "x", [&](boost::system::error_code) { answered(); });
      journal_->settings("barrier", [&](const auto&) { answered(); });
      std::unique_lock lock(mutex);
      told.wait(lock, [&] { return answers == 2; });
      if (done()) {
        return true;
      }
    }
    return false;
  }

  bool reopen() override {
    journal_.reset();
    journal_ = RocksDbJournal::open(options_for(dir_.path())).journal;
    return journal_ != nullptr;
  }

 private:
  TempDir dir_;
  std::unique_ptr<Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(RocksDb, JournalContract, testing::Values(MakeSubject([] {
                           return std::make_unique<RocksDbSubject>();
                         })));

// A journal with `count` durable groups of one event, closed cleanly.
void fill(const fs::path& folder, std::uint64_t count) {
  OpenedJournal opened = RocksDbJournal::open(options_for(folder));
  ASSERT_TRUE(opened.journal) << opened.detail;
  std::promise<Tenure> acquired;
  opened.journal->acquire("north", [&](auto tenure) { acquired.set_value(tenure.value()); });
  const Tenure tenure = acquired.get_future().get();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::promise<AppendState> appended;
    opened.journal->append(tenure, group_of({unit("s1", i + 1, 1, i, i + 1)}),
                           [&](auto result) { appended.set_value(result.state); });
    ASSERT_EQ(appended.get_future().get(), AppendState::Durable);
  }
  opened.journal->close();
}

std::vector<fs::path> log_files(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder / "journal")) {
    if (entry.path().extension() == ".log" && fs::file_size(entry.path()) > 0) {
      found.push_back(entry.path());
    }
  }
  return found;
}

void flip_byte(const fs::path& file, std::uintmax_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(stream.get() ^ 0x10);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(byte);
}

TEST(RocksDbJournal, J10AFlippedByteInTheLogIsRefused) {
  const TempDir dir;
  fill(dir.path(), 50);
  const auto logs = log_files(dir.path());
  ASSERT_EQ(logs.size(), 1U);
  flip_byte(logs[0], fs::file_size(logs[0]) / 2);
  const OpenedJournal opened = RocksDbJournal::open(options_for(dir.path()));
  EXPECT_FALSE(opened.journal);
  EXPECT_EQ(opened.error, JournalErrc::Damaged) << opened.detail;
}

TEST(RocksDbJournal, J10ATruncatedLogIsRefused) {
  const TempDir dir;
  fill(dir.path(), 50);
  const auto logs = log_files(dir.path());
  ASSERT_EQ(logs.size(), 1U);
  fs::resize_file(logs[0], fs::file_size(logs[0]) / 2);
  const OpenedJournal opened = RocksDbJournal::open(options_for(dir.path()));
  EXPECT_FALSE(opened.journal);
  EXPECT_EQ(opened.error, JournalErrc::Damaged);
  EXPECT_NE(opened.detail.find("commits are missing"), std::string::npos) << opened.detail;
}

TEST(RocksDbJournal, J10ADeletedLogIsRefused) {
  const TempDir dir;
  fill(dir.path(), 50);
  for (const fs::path& log : log_files(dir.path())) {
    fs::remove(log);
  }
  const OpenedJournal opened = RocksDbJournal::open(options_for(dir.path()));
  EXPECT_FALSE(opened.journal);
  EXPECT_EQ(opened.error, JournalErrc::Damaged) << opened.detail;
}

TEST(RocksDbJournal, ASecondOpenerIsTold) {
  const TempDir dir;
  const OpenedJournal first = RocksDbJournal::open(options_for(dir.path()));
  ASSERT_TRUE(first.journal);
  const OpenedJournal second = RocksDbJournal::open(options_for(dir.path()));
  EXPECT_FALSE(second.journal);
  EXPECT_EQ(second.error, JournalErrc::InUse) << second.detail;
}

TEST(RocksDbJournal, AFileInPlaceOfTheFolderIsTold) {
  const TempDir dir;
  std::ofstream(dir.path() / "file") << "x";
  const OpenedJournal opened = RocksDbJournal::open(options_for(dir.path() / "file"));
  EXPECT_FALSE(opened.journal);
  EXPECT_NE(opened.detail.find("cannot be made"), std::string::npos) << opened.detail;
}

TEST(RocksDbJournal, J11ReadOnlyBelowTheLimitAndWritableAgainWhenSpaceIsBack) {
  const TempDir dir;
  std::atomic<std::uint64_t> free_bytes{1 << 20};
  RocksDbOptions options = options_for(dir.path());
  options.space = [&] { return RocksDbOptions::Space{free_bytes, 1ull << 41}; };
  OpenedJournal opened = RocksDbJournal::open(std::move(options));
  ASSERT_TRUE(opened.journal);
  const auto append = [&](std::uint64_t seq) {
    std::promise<Tenure> acquired;
    opened.journal->acquire("north", [&](auto tenure) { acquired.set_value(tenure.value()); });
    std::promise<AppendState> appended;
    opened.journal->append(acquired.get_future().get(),
                           group_of({unit("s1", seq, 1, seq - 1, seq)}),
                           [&](auto result) { appended.set_value(result.state); });
    return appended.get_future().get();
  };
  EXPECT_EQ(append(1), AppendState::ReadOnly);
  EXPECT_FALSE(opened.journal->health().writable);
  free_bytes = 1ull << 40;
  EXPECT_EQ(append(1), AppendState::Durable);
  EXPECT_TRUE(opened.journal->health().writable);
}

TEST(RocksDbJournal, GroupsThatWaitShareACommit) {
  const TempDir dir;
  OpenedJournal opened = RocksDbJournal::open(options_for(dir.path()));
  std::promise<Tenure> acquired;
  opened.journal->acquire("north", [&](auto tenure) { acquired.set_value(tenure.value()); });
  const Tenure tenure = acquired.get_future().get();
  constexpr std::uint64_t kGroups = 2'000;
  std::promise<void> all;
  for (std::uint64_t i = 0; i < kGroups; ++i) {
    opened.journal->append(tenure, group_of({unit("s1", i + 1, 1, i, i + 1)}),
                           [&, i](const AppendResult& result) {
                             EXPECT_EQ(result.state, AppendState::Durable);
                             if (i + 1 == kGroups) {
                               all.set_value();
                             }
                           });
  }
  all.get_future().wait();
  const Health health = opened.journal->health();
  EXPECT_EQ(health.groups, kGroups);
  EXPECT_LT(health.commits, kGroups / 2);
}

}  // namespace
}  // namespace swarmboard::persistence
