// Going on without what was lost, and the record of it.
#include "persistence/rocksdb_accept.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/persistence/damage_world.h"

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kNowMs = 1'800'000'000'000;

class RocksDbAccept : public DamageWorld {
 protected:
  // The last third of the log is gone.
  void lose_the_end() {
    write_history();
    rocksdb_.kill();
    const fs::path log = files(".log").at(0);
    fs::resize_file(log, fs::file_size(log) * 2 / 3);
  }

  [[nodiscard]] std::string folder() const { return rocksdb_.folder().string(); }

  [[nodiscard]] std::string damage_id() const { return id_of(examine(folder()).damage.value()); }

  std::vector<EpochChange> epochs() {
    return ask<Result<std::vector<EpochChange>>>([&](auto done) { journal().epochs(done); })
        .value();
  }
};

TEST_F(RocksDbAccept, AWholeJournalHasNothingToAccept) {
  write_history();
  rocksdb_.shut();
  EXPECT_FALSE(examine(folder()).damage);
  const AcceptedLoss loss = accept_loss(folder(), "0", kNowMs);
  EXPECT_FALSE(loss.accepted);
  EXPECT_NE(loss.detail.find("Nothing is missing"), std::string::npos) << loss.detail;
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_TRUE(epochs().empty());
}

TEST_F(RocksDbAccept, WithoutTheReportsIdNothingIsChanged) {
  lose_the_end();
  const auto before = contents();
  const AcceptedLoss loss = accept_loss(folder(), "0123456789abcdef", kNowMs);
  EXPECT_FALSE(loss.accepted);
  EXPECT_NE(loss.detail.find("--report " + damage_id()), std::string::npos) << loss.detail;
  EXPECT_EQ(contents(), before);
}

TEST_F(RocksDbAccept, TheJournalGoesOnInANewEpochAndTheLossIsOnRecord) {
  lose_the_end();
  const DamageReport report = examine(folder()).damage.value();
  ASSERT_TRUE(report.ends_known);
  const auto before = contents();
  const AcceptedLoss loss = accept_loss(folder(), id_of(report), kNowMs);
  ASSERT_TRUE(loss.accepted) << loss.detail;
  EXPECT_EQ(loss.epoch, static_cast<std::uint64_t>(kNowMs));
  for (const auto& [file, bytes] : before) {
    std::ifstream kept(fs::path(loss.kept) / file, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}), bytes) << file;
  }
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_TRUE(journal().health().writable);
  ASSERT_EQ(epochs().size(), 1U);
  EXPECT_NE(epochs()[0].why.find(describe_loss(report)), std::string::npos);
  for (const auto& [name, events] : written_) {
    std::uint64_t whole_to = events.size();
    std::uint64_t epoch = 1;
    for (const DamagedStream& lost : report.streams) {
      if (lost.name == name) {
        whole_to = lost.whole_to;
        epoch = loss.epoch;
      }
    }
    EXPECT_EQ(all_payloads(name).size(), whole_to);
    EXPECT_EQ(head(name).epoch, epoch);
    EXPECT_EQ(head(name).seq, whole_to);
  }
  // It goes on like any other journal.
  fill(acquire("alpha"), "s1", 3);
  ASSERT_TRUE(rocksdb_.crash());
  EXPECT_EQ(epochs().size(), 1U);
  rocksdb_.shut();
  EXPECT_FALSE(examine(folder()).damage);
}

TEST_F(RocksDbAccept, WhenTheEndsAreNotKnownEveryStreamGetsTheNewEpoch) {
  lose_the_end();
  fs::remove(rocksdb_.folder() / "ends");
  const AcceptedLoss loss = accept_loss(folder(), damage_id(), kNowMs);
  ASSERT_TRUE(loss.accepted) << loss.detail;
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_EQ(head({"alpha", "s1"}).epoch, loss.epoch);
  EXPECT_EQ(head({"gamma", "never-seen"}).epoch, loss.epoch);
}

TEST_F(RocksDbAccept, DamageInsideATableIsAcceptedToo) {
  write_history();
  ASSERT_TRUE(rocksdb_.crash());
  rocksdb_.kill();
  fs::path largest;
  for (const fs::path& table : files(".sst")) {
    if (largest.empty() || fs::file_size(table) > fs::file_size(largest)) {
      largest = table;
    }
  }
  flip_byte(largest, fs::file_size(largest) / 3);
  const auto damage = examine(folder()).damage;
  ASSERT_TRUE(damage);
  ASSERT_FALSE(damage->streams.empty());
  const AcceptedLoss loss = accept_loss(folder(), id_of(*damage), kNowMs);
  ASSERT_TRUE(loss.accepted) << loss.detail;
  ASSERT_TRUE(rocksdb_.reopen());
  for (const DamagedStream& lost : damage->streams) {
    EXPECT_EQ(all_payloads(lost.name).size(), lost.whole_to);
  }
}

TEST_F(RocksDbAccept, ACrashOnTheWayIsGoneOnFrom) {
  lose_the_end();
  const fs::path copy = rocksdb_.folder().parent_path() / "copy";
  fs::copy(rocksdb_.folder(), copy, fs::copy_options::recursive);
  const std::string id = damage_id();
  ASSERT_TRUE(accept_loss(copy.string(), id, kNowMs).accepted);
  // As a crash leaves it after the old store was moved away and the new one was not yet moved in.
  const fs::path accepted = rocksdb_.folder() / "accepted";
  fs::create_directories(accepted);
  for (const char* item : {"journal", "watermark", "ends", "format"}) {
    fs::rename(copy / item, accepted / item);
  }
  std::ofstream(accepted / "ready") << kNowMs << "\n";
  const fs::path kept = rocksdb_.folder() / ("damaged-" + std::to_string(kNowMs));
  fs::create_directories(kept);
  fs::rename(rocksdb_.folder() / "journal", kept / "journal");
  const OpenedJournal opened = rocksdb_.open_again();
  EXPECT_FALSE(opened.journal);
  EXPECT_NE(opened.detail.find("was interrupted"), std::string::npos) << opened.detail;
  const AcceptedLoss loss = accept_loss(folder(), "whatever", kNowMs + 5);
  ASSERT_TRUE(loss.accepted) << loss.detail;
  ASSERT_TRUE(rocksdb_.reopen());
  EXPECT_EQ(epochs().size(), 1U);
}

}  // namespace
}  // namespace swarmboard::persistence
