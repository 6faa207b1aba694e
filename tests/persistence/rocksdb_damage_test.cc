// J10: whatever is done to the files of a journal, opening it never shows less than was
// acknowledged without saying so.
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/errc.h"
#include "tests/persistence/damage_world.h"

namespace swarmboard::persistence {
namespace {

class RocksDbDamage : public DamageWorld {
 protected:
  // 60 events of two streams, ended as by a kill: not a moment for a last sync of the watermark.
  void fill_and_kill() {
    const Tenure tenure = acquire("team");
    for (int i = 0; i < 3; ++i) {
      fill(tenure, "s", 10);
      fill(tenure, "", 10);
    }
    rocksdb_.kill();
  }

  void expect_refused(const std::string& what) {
    const OpenedJournal opened = rocksdb_.open_again();
    EXPECT_FALSE(opened.journal) << what;
    EXPECT_EQ(opened.error, JournalErrc::Damaged) << what << ": " << opened.detail;
    EXPECT_TRUE(opened.damage.has_value()) << what;
    EXPECT_FALSE(fs::exists(rocksdb_.folder() / "survey")) << what;
  }
};

TEST_F(RocksDbDamage, UndamagedJournalOpensAfterAKill) {
  fill_and_kill();
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_EQ(payloads({"team", "s"}).size(), 30U);
  EXPECT_EQ(payloads({"team", ""}).size(), 30U);
}

TEST_F(RocksDbDamage, J10FlippedByteInTheLogIsRefusedAndTheHoleIsNamed) {
  const Tenure tenure = acquire("team");
  fill(tenure, "s", 40);
  rocksdb_.shut();
  const auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  flip_byte(logs[0], fs::file_size(logs[0]) / 2);
  const OpenedJournal opened = rocksdb_.open_again();
  EXPECT_FALSE(opened.journal);
  ASSERT_TRUE(opened.damage) << opened.detail;
  EXPECT_TRUE(opened.damage->surveyed);
  EXPECT_EQ(opened.damage->acknowledged.commit_no, 40U);
  EXPECT_GT(opened.damage->events_readable, 0U);
  EXPECT_LT(opened.damage->events_readable, 40U);
  EXPECT_TRUE(opened.damage->ends_known);
  ASSERT_EQ(opened.damage->streams.size(), 1U) << opened.detail;
  const DamagedStream& lost = opened.damage->streams[0];
  EXPECT_EQ(lost.name, (StreamName{"team", "s"}));
  EXPECT_EQ(lost.whole_to, opened.damage->events_readable);
  EXPECT_EQ(lost.known_to, 40U);
  EXPECT_NE(opened.detail.find("Missing in team team, session s: events"), std::string::npos)
      << opened.detail;
}

TEST_F(RocksDbDamage, J10LastByteFlippedAfterAKillIsRefused) {
  fill_and_kill();
  const auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  flip_byte(logs[0], fs::file_size(logs[0]) - 1);
  expect_refused("last byte flipped");
}

TEST_F(RocksDbDamage, J10LogCutAnywhereIsRefused) {
  fill_and_kill();
  const auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  std::random_device entropy;
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5; ++i) {
    const std::uintmax_t size = fs::file_size(logs[0]);
    fs::resize_file(logs[0], size - 1 - random() % (size / 8));
    expect_refused("cut to " + std::to_string(fs::file_size(logs[0])));
  }
}

TEST_F(RocksDbDamage, J10RefusalChangesNothing) {
  fill_and_kill();
  const auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  const fs::path kept = rocksdb_.folder() / "kept";
  fs::copy_file(logs[0], kept);
  fs::resize_file(logs[0], fs::file_size(logs[0]) / 2);
  expect_refused("cut");
  expect_refused("cut, asked again");
  fs::remove(logs[0]);
  fs::copy_file(kept, logs[0]);
  ASSERT_TRUE(rocksdb_.reopen()) << "with the log back nothing is missing";
  EXPECT_EQ(payloads({"team", "s"}).size(), 30U);
}

TEST_F(RocksDbDamage, J10DeletedFilesAreRefused) {
  fill_and_kill();
  const fs::path backup = rocksdb_.folder().parent_path() / "backup";
  fs::copy(rocksdb_.folder(), backup, fs::copy_options::recursive);
  const auto restore = [&] {
    fs::remove_all(rocksdb_.folder());
    fs::copy(backup, rocksdb_.folder(), fs::copy_options::recursive);
  };
  const std::vector<std::pair<std::string, std::function<void()>>> deletions = {
      {"log", [&] { fs::remove(files(".log").at(0)); }},
      {"journal", [&] { fs::remove_all(rocksdb_.folder() / "journal"); }},
      {"CURRENT", [&] { fs::remove(rocksdb_.folder() / "journal" / "CURRENT"); }},
      {"watermark", [&] { fs::remove(rocksdb_.folder() / "watermark"); }},
      {"format", [&] { fs::remove(rocksdb_.folder() / "format"); }},
  };
  for (const auto& [what, remove] : deletions) {
    restore();
    remove();
    expect_refused(what);
  }
}

TEST_F(RocksDbDamage, J10TableFilesAreGuardedToo) {
  fill_and_kill();
  ASSERT_TRUE(rocksdb_.reopen());  // Recovery moved the log into a table.
  rocksdb_.shut();
  const auto tables = files(".sst");
  ASSERT_FALSE(tables.empty());
  fs::remove(tables[0]);
  expect_refused("table deleted");
}

TEST_F(RocksDbDamage, J10AnOlderCopyOfTheStoreIsRefused) {
  const Tenure tenure = acquire("team");
  fill(tenure, "s", 5);
  rocksdb_.shut();
  const fs::path older = rocksdb_.folder().parent_path() / "older";
  fs::copy(rocksdb_.folder() / "journal", older, fs::copy_options::recursive);
  ASSERT_TRUE(rocksdb_.reopen());
  fill(acquire("team"), "s", 5);
  rocksdb_.shut();
  fs::remove_all(rocksdb_.folder() / "journal");
  fs::copy(older, rocksdb_.folder() / "journal", fs::copy_options::recursive);
  const OpenedJournal opened = rocksdb_.open_again();
  EXPECT_EQ(opened.error, JournalErrc::Damaged);
  EXPECT_NE(opened.detail.find("5 commits are missing"), std::string::npos) << opened.detail;
}

TEST_F(RocksDbDamage, J10AStoreOfAnotherHistoryIsRefused) {
  const auto history = [&](const std::string& stream) {
    rocksdb_.shut();
    fs::remove_all(rocksdb_.folder());
    EXPECT_TRUE(rocksdb_.reopen());
    fill(acquire("team"), stream, 5);
    rocksdb_.shut();
  };
  history("one");
  const fs::path first = rocksdb_.folder().parent_path() / "first";
  fs::copy(rocksdb_.folder() / "journal", first, fs::copy_options::recursive);
  history("two");
  fs::remove_all(rocksdb_.folder() / "journal");
  fs::copy(first, rocksdb_.folder() / "journal", fs::copy_options::recursive);
  const OpenedJournal opened = rocksdb_.open_again();
  EXPECT_EQ(opened.error, JournalErrc::Damaged);
  EXPECT_NE(opened.detail.find("different histories"), std::string::npos) << opened.detail;
}

TEST_F(RocksDbDamage, J10LostSettingIsFoundAsWell) {
  ASSERT_FALSE(put_setting("login", "secret"));
  rocksdb_.kill();
  fs::remove(files(".log").at(0));
  expect_refused("setting lost");
}

}  // namespace
}  // namespace swarmboard::persistence
