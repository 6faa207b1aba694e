#include "persistence/rocksdb_journal.h"

#include <fstream>
#include <random>

#include "persistence/errc.h"
#include "tests/persistence/journal_contract.h"
#include "tests/persistence/rocksdb_subject.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;
using support::TempDir;

INSTANTIATE_TEST_SUITE_P(RocksDb, JournalContract, testing::Values(MakeSubject([] {
                           return std::make_unique<RocksDbSubject>();
                         })));
INSTANTIATE_TEST_SUITE_P(RocksDb, JournalEpochs, testing::Values(MakeSubject([] {
                           return std::make_unique<RocksDbSubject>();
                         })));

using RocksDb = RocksDbTest;

TEST_F(RocksDb, ASecondOpenerIsTold) {
  const OpenedJournal second = RocksDbJournal::open(test_options(rocksdb_.folder()));
  EXPECT_FALSE(second.journal);
  EXPECT_EQ(second.error, JournalErrc::InUse) << second.detail;
  EXPECT_FALSE(second.damage);
  EXPECT_NE(second.detail.find(rocksdb_.folder().string()), std::string::npos) << second.detail;
}

TEST_F(RocksDb, ANewerFormatIsRefusedWithBothVersions) {
  fill(acquire("team"), "s", 1);
  rocksdb_.shut();
  std::ofstream(rocksdb_.folder() / "format") << "swarmboard journal format 7\n";
  const OpenedJournal opened = rocksdb_.open_again();
  EXPECT_FALSE(opened.journal);
  EXPECT_EQ(opened.error, JournalErrc::NewerFormat);
  EXPECT_NE(opened.detail.find("format 7"), std::string::npos) << opened.detail;
  EXPECT_NE(opened.detail.find("up to 1"), std::string::npos) << opened.detail;
}

TEST(RocksDbOpen, AFileInPlaceOfTheFolderIsTold) {
  const TempDir dir;
  std::ofstream(dir.path() / "file") << "x";
  const OpenedJournal opened = RocksDbJournal::open(test_options(dir.path() / "file"));
  EXPECT_FALSE(opened.journal);
  EXPECT_NE(opened.detail.find("cannot be"), std::string::npos) << opened.detail;
}

TEST(RocksDbOpen, ACrashDuringTheFirstStartIsNoDamage) {
  const TempDir dir;
  std::ofstream(dir.path() / "format") << "swarm";
  std::ofstream(dir.path() / "watermark") << "";
  fs::create_directories(dir.path() / "journal");
  const OpenedJournal opened = RocksDbJournal::open(test_options(dir.path()));
  EXPECT_TRUE(opened.journal) << opened.detail;
}

TEST_F(RocksDb, J1PowerLossKeepsEverythingAcknowledged) {
  std::random_device entropy;
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::size_t acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    const Tenure tenure = acquire("team");
    Head at = head({"team", "s"});
    // What was on its way when the power went may be there or not.
    ASSERT_GE(at.seq, acknowledged);
    acknowledged = at.seq;
    const std::uint64_t synced_groups = random() % 30;
    for (std::uint64_t i = 0; i < synced_groups; ++i) {
      ASSERT_EQ(append(tenure, one(next_unit(at, "s", std::string(random() % 3000, 'x')))).state,
                AppendState::Durable);
      ++acknowledged;
    }
    const bool in_flight = random() % 2 == 0;
    const Answer<AppendResult> answer(rocksdb_);
    if (in_flight) {
      journal().append(tenure, one(next_unit(at, "s", "in flight")), answer.callback());
    }
    rocksdb_.disk().cut_power();
    if (in_flight && answer.wait().value().state == AppendState::Durable) {
      ++acknowledged;
    }
    rocksdb_.shut();
    rocksdb_.disk().lose_unsynced();
    ASSERT_TRUE(rocksdb_.reopen());
  }
  EXPECT_GE(head({"team", "s"}).seq, acknowledged);
  EXPECT_EQ(payloads({"team", "s"}).size(), head({"team", "s"}).seq);
}

TEST_F(RocksDb, J5NothingIsWrittenAfterAFailedSync) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 3);
  rocksdb_.fail_next_sync();
  Head lost = at;
  EXPECT_EQ(append(tenure, one(next_unit(lost, "s", "lost"))).state, AppendState::Failed);
  Head retried = at;
  EXPECT_EQ(append(acquire("team"), one(next_unit(retried, "s", "retry"))).state,
            AppendState::Failed);
  EXPECT_TRUE(put_setting("key", "value"));
  EXPECT_EQ(journal().health().why_not.find("a write failed"), 0U);
  EXPECT_EQ(payloads({"team", "s"}).size(), 3U) << "reads go on";
}

TEST_F(RocksDb, J10AWriteThatFailedIsNotMissedAfterwards) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 3);
  rocksdb_.disk().cut_power();
  EXPECT_EQ(append(tenure, one(next_unit(at, "s", "lost"))).state, AppendState::Failed);
  rocksdb_.shut();
  rocksdb_.disk().lose_unsynced();
  ASSERT_TRUE(rocksdb_.reopen()) << "nothing that was acknowledged is gone";
  EXPECT_EQ(payloads({"team", "s"}).size(), 3U);
}

TEST_F(RocksDb, J11BothLimitsCount) {
  const TempDir dir;
  RocksDbOptions options = test_options(dir.path());
  options.space = [] { return RocksDbOptions::Space{4ull << 30, 100ull << 30}; };
  {
    const OpenedJournal small_share = RocksDbJournal::open(options);
    ASSERT_TRUE(small_share.journal) << small_share.detail;
    EXPECT_FALSE(small_share.journal->health().writable) << "4 % are free";
  }
  options.free_percent_min = 3;
  const OpenedJournal enough = RocksDbJournal::open(options);
  EXPECT_TRUE(enough.journal->health().writable);
}

TEST_F(RocksDb, J11FullDiskRefusesSettingsAndKeyframesToo) {
  fill(acquire("team"), "s", 1);
  rocksdb_.set_disk_full(true);
  EXPECT_EQ(put_setting("key", "value"), JournalErrc::NoSpace);
  EXPECT_EQ(put_keyframe({"team", "s"}, 1, 1, "keyframe"), JournalErrc::NoSpace);
  rocksdb_.set_disk_full(false);
  EXPECT_FALSE(put_setting("key", "value"));
}

TEST_F(RocksDb, GroupsThatWaitShareACommit) {
  constexpr int kGroups = 2'000;
  const Tenure tenure = acquire("team");
  Head at;
  std::vector<Answer<AppendResult>> answers;
  const Health before = journal().health();
  for (int i = 0; i < kGroups; ++i) {
    answers.emplace_back(rocksdb_);
    journal().append(tenure, one(next_unit(at, "s", "x")), answers.back().callback());
  }
  std::uint64_t last = 0;
  for (const auto& answer : answers) {
    const AppendResult result = answer.wait().value();
    EXPECT_EQ(result.state, AppendState::Durable);
    EXPECT_EQ(result.commit_no, last + 1);
    last = result.commit_no;
  }
  const Health after = journal().health();
  EXPECT_EQ(after.groups - before.groups, static_cast<std::uint64_t>(kGroups));
  EXPECT_LT(after.commits - before.commits, kGroups / 10U);
  EXPECT_EQ(after.pending_bytes, 0U);
}

TEST_F(RocksDb, ATenureBeyondThePendingLimitFails) {
  const TempDir dir;
  RocksDbOptions options = test_options(dir.path());
  options.pending_bytes_max = 1'000;
  OpenedJournal opened = RocksDbJournal::open(options);
  ASSERT_TRUE(opened.journal);
  const Answer<Result<Tenure>> acquired(rocksdb_);
  opened.journal->acquire("team", acquired.callback());
  const Tenure tenure = acquired.wait().value().value();
  Head at;
  const Answer<AppendResult> small(rocksdb_);
  const Answer<AppendResult> large(rocksdb_);
  opened.journal->append(tenure, one(next_unit(at, "s", "x")), small.callback());
  EXPECT_EQ(small.wait().value().state, AppendState::Durable);
  opened.journal->append(tenure, one(next_unit(at, "s", std::string(2'000, 'x'))),
                         large.callback());
  EXPECT_EQ(large.wait().value().state, AppendState::Failed);
}

TEST_F(RocksDb, J7AMissingUnitIsDamageAndNoGap) {
  fill(acquire("team"), "s", 6);
  ASSERT_TRUE(rocksdb_.remove_stored_unit({"team", "s"}, 3));
  const Answer<Result<UnitPage>> page(rocksdb_);
  journal().read({"team", "s"}, 1, {}, page.callback());
  EXPECT_EQ(page.wait().value().error(), JournalErrc::Damaged);
}

TEST_F(RocksDb, J8KeyframesAreThinnedOut) {
  fill(acquire("team"), "s", 1);
  for (std::uint64_t seq = 1; seq <= 700; ++seq) {
    ASSERT_FALSE(put_keyframe({"team", "s"}, seq * 10, 1, std::to_string(seq)));
  }
  std::set<std::uint64_t> found;
  for (std::uint64_t seq = 10; seq <= 7'000; seq += 10) {
    if (const auto keyframe = keyframe_at({"team", "s"}, seq, 1)) {
      found.insert(keyframe->seq);
    }
  }
  EXPECT_EQ(found.size(), 512U);
  EXPECT_LE(*found.begin(), 200U) << "the past keeps some";
  EXPECT_EQ(*found.rbegin(), 7'000U);
}

TEST_F(RocksDb, J9DroppedEntriesAreGoneFromTheDisk) {
  const std::string needle = "a-card-that-must-not-stay";
  const Tenure tenure = acquire("team");
  Group puts;
  puts.sealed_puts = {{"s", "stage", "0123456789abcdef", needle}};
  ASSERT_EQ(append(tenure, puts).state, AppendState::Durable);
  const auto files_with_needle = [&] {
    std::vector<std::string> names;
    for (const auto& file : fs::recursive_directory_iterator(rocksdb_.folder())) {
      if (!file.is_regular_file()) {
        continue;
      }
      std::ifstream stream(file.path(), std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(stream), {}};
      if (content.find(needle) != std::string::npos) {
        names.push_back(file.path().filename());
      }
    }
    return names;
  };
  EXPECT_FALSE(files_with_needle().empty()) << "the search itself works";
  Group drop;
  drop.sealed_drops = {{"s", "stage"}};
  ASSERT_EQ(append(tenure, drop).state, AppendState::Durable);
  rocksdb_.shut();
  EXPECT_EQ(files_with_needle(), std::vector<std::string>());
}

TEST_F(RocksDb, FollowerMayEndItselfFromItsCallback) {
  const Tenure tenure = acquire("team");
  fill(tenure, "s", 3);
  auto following = std::make_shared<std::unique_ptr<Subscription>>();
  auto seen = std::make_shared<int>(0);
  // The callback may run before follow() returns; the lock keeps it waiting until it has.
  rocksdb_.poke([&] {
    *following = journal().follow({"team", "s"}, 1, [this, following, seen](const Unit&) {
      rocksdb_.poke([&] { ++*seen; });
      following->reset();
    });
  });
  ASSERT_TRUE(rocksdb_.run_until([&] { return *seen > 0; }));
  fill(tenure, "s", 3);
  EXPECT_EQ(*seen, 1);
}

TEST_F(RocksDb, FollowerOfADamagedStreamNeverSkips) {
  const Tenure tenure = acquire("team");
  fill(tenure, "s", 6);
  ASSERT_TRUE(rocksdb_.flip_stored_byte({"team", "s"}, 4));
  auto seen = std::make_shared<std::vector<std::uint64_t>>();
  const auto following = journal().follow({"team", "s"}, 1, [this, seen](const Unit& unit) {
    rocksdb_.poke([&] { seen->push_back(unit.first_seq); });
  });
  fill(acquire("team"), "s", 2);
  fill(acquire("team"), "s", 2);
  EXPECT_TRUE(std::all_of(seen->begin(), seen->end(), [](std::uint64_t seq) { return seq < 4; }));
}

}  // namespace
}  // namespace swarmboard::persistence
