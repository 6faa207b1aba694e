// J11 where the disk runs full under RocksDB itself, before anybody looked at the free bytes.
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/ballast.h"
#include "persistence/errc.h"
#include "tests/persistence/rocksdb_subject.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

class RocksDbFullDisk : public RocksDbTest {
 protected:
  AppendState try_append(const Tenure& tenure, const std::string& stream, std::size_t bytes = 200) {
    Head at = head({tenure.team, stream});
    const std::string payload = std::to_string(at.seq + 1) + std::string(bytes, 'x');
    const AppendState state = append(tenure, one(next_unit(at, stream, payload))).state;
    if (state == AppendState::Durable) {
      acknowledged_.push_back(payload);
    }
    return state;
  }

  void expect_exactly_the_acknowledged() { EXPECT_EQ(all_payloads({"team", "s"}), acknowledged_); }

  std::vector<std::string> acknowledged_;
};

TEST_F(RocksDbFullDisk, J11ARealFullDiskIsReadOnlyAndHealsWithoutARestart) {
  const Tenure tenure = acquire("team");
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(try_append(tenure, "s"), AppendState::Durable);
  }
  rocksdb_.disk().set_full(true);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::ReadOnly);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::ReadOnly);
  EXPECT_EQ(put_setting("key", "value"), JournalErrc::NoSpace);
  EXPECT_FALSE(journal().health().writable);
  expect_exactly_the_acknowledged();
  rocksdb_.disk().set_full(false);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::Durable);
  EXPECT_TRUE(journal().health().writable);
  ASSERT_TRUE(rocksdb_.crash());
  expect_exactly_the_acknowledged();
}

TEST_F(RocksDbFullDisk, J11AGroupPipelinedBehindIsReadOnlyToo) {
  const Tenure tenure = acquire("team");
  ASSERT_EQ(try_append(tenure, "s"), AppendState::Durable);
  rocksdb_.disk().set_full(true);
  Head at = head({"team", "s"});
  const Answer<AppendResult> first(rocksdb_);
  const Answer<AppendResult> second(rocksdb_);
  journal().append(tenure, one(next_unit(at, "s", "a")), first.callback());
  journal().append(tenure, one(next_unit(at, "s", "b")), second.callback());
  EXPECT_EQ(first.wait().value().state, AppendState::ReadOnly);
  EXPECT_EQ(second.wait().value().state, AppendState::ReadOnly);
  rocksdb_.disk().set_full(false);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::Durable);
  expect_exactly_the_acknowledged();
}

TEST_F(RocksDbFullDisk, J11ATornRecordDirectlyAfterTheStartDoesNotStandInTheWay) {
  ASSERT_EQ(try_append(acquire("team"), "s"), AppendState::Durable);
  ASSERT_TRUE(rocksdb_.reopen());  // Nothing is in memory now, and the log is new.
  const Tenure tenure = acquire("team");
  rocksdb_.disk().set_full(true);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::ReadOnly);
  rocksdb_.disk().set_full(false);
  EXPECT_EQ(try_append(tenure, "s"), AppendState::Durable);
  ASSERT_TRUE(rocksdb_.crash());
  expect_exactly_the_acknowledged();
}

TEST_F(RocksDbFullDisk, J11ADiskThatIsFullAgainWhileItHealsStaysReadOnly) {
  const Tenure tenure = acquire("team");
  ASSERT_EQ(try_append(tenure, "s"), AppendState::Durable);
  for (int round = 0; round < 20; ++round) {
    rocksdb_.disk().set_full(true);
    ASSERT_EQ(try_append(tenure, "s"), AppendState::ReadOnly) << journal().health().why_not;
    // There was room for a moment, and the free bytes still speak of it.
    rocksdb_.disk().set_full(false);
    rocksdb_.disk().set_full(true);
    ASSERT_EQ(try_append(tenure, "s"), AppendState::ReadOnly) << journal().health().why_not;
    expect_exactly_the_acknowledged();
    rocksdb_.disk().set_full(false);
    AppendState state = AppendState::ReadOnly;
    for (int tries = 0; tries < 1'000 && state == AppendState::ReadOnly; ++tries) {
      state = try_append(tenure, "s");
    }
    ASSERT_EQ(state, AppendState::Durable) << journal().health().why_not;
  }
  expect_exactly_the_acknowledged();
}

TEST_F(RocksDbFullDisk, J11FullAgainAndAgainWithRestartsLosesAndInventsNothing) {
  std::random_device entropy;
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Tenure tenure = acquire("team");
  int refused = 0;
  for (int step = 0; step < 200; ++step) {
    rocksdb_.disk().set_full(random() % 4 == 0);
    const AppendState state = try_append(tenure, "s", random() % 40'000);
    ASSERT_TRUE(state == AppendState::Durable || state == AppendState::ReadOnly)
        << step << ": " << journal().health().why_not;
    refused += state == AppendState::ReadOnly ? 1 : 0;
    if (random() % 20 == 0) {
      rocksdb_.disk().set_full(false);
      ASSERT_TRUE(rocksdb_.reopen()) << step;
      expect_exactly_the_acknowledged();
      tenure = acquire("team");
    }
  }
  rocksdb_.disk().set_full(false);
  EXPECT_GT(refused, 10);
  expect_exactly_the_acknowledged();
}

TEST(BallastFile, IsKeptAndDropped) {
  const support::TempDir dir;
  const std::string path = (dir.path() / "ballast").string();
  {
    Ballast ballast(path);
    EXPECT_FALSE(fs::exists(path));
    ballast.keep(1 << 20);
    EXPECT_EQ(fs::file_size(path), 1U << 20);
    ballast.drop();
    EXPECT_FALSE(fs::exists(path));
    ballast.keep(1 << 20);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path)) << "it goes with its journal";
}

}  // namespace
}  // namespace swarmboard::persistence
