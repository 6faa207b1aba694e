// Checkpoints: a consistent copy while commits go on.
#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "persistence/checkpoints.h"
#include "persistence/errc.h"
#include "tests/persistence/journal_subject.h"
#include "tests/persistence/rocksdb_subject.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;
using boost::system::error_code;
using support::TempDir;

error_code checkpoint(Checkpoints& checkpoints, const fs::path& folder) {
  std::promise<error_code> done;
  checkpoints.checkpoint(folder.string(), [&done](error_code error) { done.set_value(error); });
  return done.get_future().get();
}

template <class T, class Start>
T wait_for(const Start& start) {
  std::promise<T> done;
  start([&done](T value) { done.set_value(std::move(value)); });
  return done.get_future().get();
}

Head head_of(Journal& journal, const std::string& stream) {
  return *wait_for<Result<Head>>([&](auto done) { journal.head({"team", stream}, done); });
}

// Two streams that only ever grow together.
Group both(const Head& at, const std::string& payload) {
  Group group;
  for (const char* const stream : {"a", "b"}) {
    group.units.push_back({stream, at.seq + 1, 1, at.chain, at.seq + 1,
                           std::make_shared<const std::string>(payload)});
  }
  return group;
}

struct Opened {
  explicit Opened(const fs::path& folder) : journal(RocksDbJournal::open(test_options(folder))) {
    EXPECT_TRUE(journal.journal) << journal.detail;
  }

  OpenedJournal journal;

  [[nodiscard]] Journal& operator*() const { return *journal.journal; }
};

TEST(RocksDbCheckpoint, HoldsWholeGroupsAndAllThatWasDurableBefore) {
  const TempDir dir;
  const Opened live(dir.path() / "live");
  const auto tenure = *wait_for<Result<Tenure>>([&](auto done) { (*live).acquire("team", done); });
  std::atomic<std::uint64_t> durable{0};
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (Head at; !stop; ++at.seq, at.chain = at.seq) {
      const auto result = wait_for<AppendResult>(
          [&](auto done) { (*live).append(tenure, both(at, std::string(500, 'x')), done); });
      ASSERT_EQ(result.state, AppendState::Durable);
      durable = at.seq + 1;
    }
  });
  for (int round = 0; round < 5; ++round) {
    while (durable < static_cast<std::uint64_t>(round + 1) * 20) {
      std::this_thread::yield();
    }
    const std::uint64_t before = durable;
    const fs::path copy = dir.path() / ("copy" + std::to_string(round));
    const error_code error = checkpoint(*live.journal.checkpoints, copy);
    EXPECT_FALSE(error) << error.message();
    EXPECT_FALSE(scrub_store(copy.string()));
    const Opened opened(copy);
    const Head a = head_of(*opened, "a");
    EXPECT_GE(a.seq, before);
    EXPECT_EQ(a.seq, head_of(*opened, "b").seq);
  }
  const std::uint64_t after_last = durable;
  while (durable == after_last) {  // The journal goes on.
    std::this_thread::yield();
  }
  stop = true;
  writer.join();
}

TEST(RocksDbCheckpoint, TakesSettingsAndSealedEntriesAlong) {
  const TempDir dir;
  const Opened live(dir.path() / "live");
  EXPECT_FALSE(wait_for<error_code>([&](auto done) { (*live).put_setting("k", "v", done); }));
  EXPECT_FALSE(checkpoint(*live.journal.checkpoints, dir.path() / "copy"));
  const Opened copy(dir.path() / "copy");
  const auto found =
      wait_for<Result<std::vector<SealedEntry>>>([&](auto done) { (*copy).settings("", done); });
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().value, "v");
}

TEST(RocksDbCheckpoint, RefusesAFolderThatIsThereAndAClosedJournal) {
  const TempDir dir;
  const Opened live(dir.path() / "live");
  fs::create_directories(dir.path() / "taken");
  EXPECT_TRUE(checkpoint(*live.journal.checkpoints, dir.path() / "taken"));
  EXPECT_TRUE(checkpoint(*live.journal.checkpoints, dir.path() / "no" / "such" / "parent"));
  (*live).close();
  EXPECT_EQ(checkpoint(*live.journal.checkpoints, dir.path() / "copy"), JournalErrc::Closed);
  EXPECT_FALSE(fs::exists(dir.path() / "copy"));
}

TEST(RocksDbCheckpoint, AFlippedBlockThatNoReadTouchesIsFoundByScrubbing) {
  const TempDir dir;
  {
    const Opened live(dir.path() / "live");
    EXPECT_FALSE(wait_for<error_code>(
        [&](auto done) { (*live).put_setting("k", std::string(10'000, 'v'), done); }));
    EXPECT_FALSE(checkpoint(*live.journal.checkpoints, dir.path() / "copy"));
  }
  int flipped = 0;
  for (const auto& file : fs::directory_iterator(dir.path() / "copy" / "journal")) {
    if (file.path().extension() == ".sst") {
      std::fstream table(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      table.seekg(20);
      const char byte = static_cast<char>(table.get() ^ 1);
      table.seekp(20);
      table.put(byte);
      ++flipped;
    }
  }
  EXPECT_GT(flipped, 0);
  EXPECT_TRUE(scrub_store((dir.path() / "copy").string()));
}

}  // namespace
}  // namespace swarmboard::persistence
