// What a damaged journal still gives to read, and that its files stay as they are.
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/errc.h"
#include "persistence/rocksdb_accept.h"
#include "tests/persistence/damage_world.h"

namespace swarmboard::persistence {
namespace {

using RocksDbQuarantine = DamageWorld;

TEST_F(RocksDbQuarantine, WholeStreamsAreServedDamagedSessionsFailAndNothingIsWritten) {
  write_history();
  rocksdb_.kill();
  // In the last quarter: the first streams are whole.
  const fs::path log = files(".log").at(0);
  flip_byte(log, fs::file_size(log) * 9 / 10);
  const auto before = contents();
  ASSERT_TRUE(open_quarantined());
  EXPECT_EQ(contents(), before) << "the damaged files were changed";
  EXPECT_TRUE(journal().health().quarantined);
  EXPECT_FALSE(journal().health().writable);
  ASSERT_TRUE(report().ends_known);
  ASSERT_FALSE(report().streams.empty());
  for (const auto& [name, events] : written_) {
    const DamagedStream* lost = find_lost(name);
    if (lost == nullptr) {
      EXPECT_EQ(all_payloads(name), events) << name.stream;
    } else if (name.stream.empty()) {
      EXPECT_EQ(all_payloads(name).size(), lost->whole_to);
      EXPECT_EQ(lost->known_to, events.size());
    } else {
      EXPECT_EQ(read(name, 1).error(), JournalErrc::Damaged);
      EXPECT_EQ(lost->known_to, events.size()) << name.stream;
    }
  }
  Head at = head({"team", "new"});
  EXPECT_EQ(append(acquire("team"), one(next_unit(at, "new", "x"))).state, AppendState::ReadOnly);
  EXPECT_EQ(put_setting("key", "value"), JournalErrc::NoSpace);
}

TEST_F(RocksDbQuarantine, ALossAtTheEndOfAStreamIsNamed) {
  write_history();
  rocksdb_.kill();
  const fs::path log = files(".log").at(0);
  fs::resize_file(log, fs::file_size(log) * 2 / 3);
  ASSERT_TRUE(open_quarantined());
  std::uint64_t lost = 0;
  for (const DamagedStream& stream : report().streams) {
    EXPECT_EQ(stream.known_to, written_.at(stream.name).size());
    EXPECT_EQ(stream.set_aside, 0U);
    lost += stream.known_to - stream.whole_to;
  }
  EXPECT_EQ(lost + report().events_readable, total());
  EXPECT_NE(opened_.detail.find("No other team or session misses an event."), std::string::npos);
}

TEST_F(RocksDbQuarantine, WithoutTheEndsTheReportSaysThatItDoesNotKnow) {
  write_history();
  rocksdb_.kill();
  const fs::path log = files(".log").at(0);
  fs::resize_file(log, fs::file_size(log) * 2 / 3);
  fs::remove(rocksdb_.folder() / "ends");
  ASSERT_TRUE(open_quarantined());
  EXPECT_FALSE(report().ends_known);
  EXPECT_NE(opened_.detail.find("without a trace"), std::string::npos) << opened_.detail;
}

TEST_F(RocksDbQuarantine, AFolderInUseIsRefused) {
  write_history();
  RocksDbOptions options = test_options(rocksdb_.folder());
  const OpenedJournal opened = RocksDbJournal::open_quarantined(std::move(options));
  EXPECT_EQ(opened.error, JournalErrc::InUse);
}

TEST_F(RocksDbQuarantine, AnOrderlyStartAfterItLeavesNothingBehind) {
  write_history();
  rocksdb_.kill();
  const fs::path log = files(".log").at(0);
  const fs::path kept = rocksdb_.folder() / "kept";
  fs::copy_file(log, kept);
  fs::resize_file(log, fs::file_size(log) / 2);
  ASSERT_TRUE(open_quarantined());
  rocksdb_.shut();
  fs::remove(log);
  fs::copy_file(kept, log);
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_FALSE(fs::exists(rocksdb_.folder() / "quarantine"));
  for (const auto& [name, events] : written_) {
    EXPECT_EQ(all_payloads(name), events);
  }
}

// The promise: whatever single thing is done to one file, every event is either served or named as
// missing, or the damage is met with an error when it is read.
TEST_F(RocksDbQuarantine, J10NoDamageOfAnyFileIsSilent) {
  std::random_device entropy;
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  write_history();
  ASSERT_TRUE(rocksdb_.crash());  // The first part lies in tables now.
  write_history();
  rocksdb_.kill();
  keep_original();
  int found = 0;
  for (const std::string& file : all_files()) {
    for (const Harm harm : {Harm::Flip, Harm::Cut, Harm::Delete}) {
      for (int round = 0; round < (harm == Harm::Delete ? 1 : 3); ++round) {
        restore_original();
        SCOPED_TRACE(do_harm(file, harm, random));
        found += expect_not_silent() ? 1 : 0;
        if (HasFailure()) {
          return;
        }
      }
    }
  }
  EXPECT_GT(found, 20);
}

}  // namespace
}  // namespace swarmboard::persistence
