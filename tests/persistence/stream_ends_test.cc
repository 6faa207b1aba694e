#include "persistence/stream_ends.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

class StreamEndsFile : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (dir_.path() / "ends").string(); }

  support::TempDir dir_;
};

TEST_F(StreamEndsFile, WithoutAFileNothingIsKnown) {
  const KnownEnds known = StreamEnds::read(path());
  EXPECT_TRUE(known.ends.empty());
  EXPECT_EQ(known.bytes, 0U);
}

TEST_F(StreamEndsFile, TheLastEndOfAStreamCounts) {
  StreamEnds ends(path(), {});
  ends.add({"team", "s"}, {1, 3, 30});
  ends.note(1);
  ends.add({"team", "s"}, {1, 5, 50});
  ends.add({"team", ""}, {1, 1, 10});
  ends.note(2);
  ends.note(3);  // A group without units.
  const KnownEnds known = StreamEnds::read(path());
  EXPECT_EQ(known.commit_no, 3U);
  ASSERT_EQ(known.ends.size(), 2U);
  EXPECT_EQ(known.ends.at({"team", "s"}), (Head{1, 5, 50}));
  EXPECT_EQ(known.ends.at({"team", ""}), (Head{1, 1, 10}));
}

TEST_F(StreamEndsFile, ATornRecordEndsWhatIsKnown) {
  {
    StreamEnds ends(path(), {});
    ends.add({"team", "s"}, {1, 3, 30});
    ends.note(1);
    ends.add({"team", "s"}, {1, 5, 50});
    ends.note(2);
  }
  fs::resize_file(path(), fs::file_size(path()) - 1);
  const KnownEnds known = StreamEnds::read(path());
  EXPECT_EQ(known.commit_no, 1U);
  EXPECT_EQ(known.ends.at({"team", "s"}), (Head{1, 3, 30}));
  // Going on from there leaves nothing torn.
  StreamEnds ends(path(), known);
  ends.add({"team", "t"}, {1, 1, 1});
  ends.note(4);
  const KnownEnds again = StreamEnds::read(path());
  EXPECT_EQ(again.commit_no, 4U);
  EXPECT_EQ(again.ends.size(), 2U);
}

TEST_F(StreamEndsFile, ALongFileIsWrittenAnew) {
  StreamEnds ends(path(), {});
  for (std::uint64_t commit = 1; commit <= 120'000; ++commit) {
    ends.add({"team", "s"}, {1, commit, commit});
    ends.note(commit);
  }
  EXPECT_GT(fs::file_size(path()), 4U << 20);
  ends.sync();
  EXPECT_LT(fs::file_size(path()), 1000U);
  ends.add({"team", "t"}, {1, 7, 7});
  ends.note(120'001);
  const KnownEnds known = StreamEnds::read(path());
  EXPECT_EQ(known.commit_no, 120'001U);
  EXPECT_EQ(known.ends.at({"team", "s"}).seq, 120'000U);
  EXPECT_EQ(known.ends.at({"team", "t"}).seq, 7U);
}

TEST_F(StreamEndsFile, AFileThatCannotBeWrittenIsTriedAgain) {
  StreamEnds ends((dir_.path() / "missing" / "ends").string(), {});
  ends.add({"team", "s"}, {1, 1, 1});
  ends.note(1);
  ends.sync();
  fs::create_directories(dir_.path() / "missing");
  ends.sync();
  EXPECT_EQ(StreamEnds::read((dir_.path() / "missing" / "ends").string()).commit_no, 1U);
}

}  // namespace
}  // namespace swarmboard::persistence
