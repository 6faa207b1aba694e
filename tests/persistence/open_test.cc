#include "persistence/open.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace swarmboard::persistence {
namespace {

TEST(OpenJournal, MemoryNeedsNoFolder) {
  EXPECT_TRUE(open_journal("memory").journal);
}

TEST(OpenJournal, RocksDbIsMadeInItsFolder) {
  const support::TempDir dir;
  const std::string folder = (dir.path() / "new" / "data").string();
  const OpenedJournal opened = open_journal("rocksdb:" + folder);
  EXPECT_TRUE(opened.journal) << opened.detail;
  EXPECT_TRUE(std::filesystem::exists(folder + "/watermark"));
}

TEST(OpenJournal, AnythingElseIsExplained) {
  for (const char* where : {"", "rocksdb:", "rocksdb", "nats:localhost", "/var/lib/x"}) {
    const OpenedJournal opened = open_journal(where);
    EXPECT_FALSE(opened.journal);
    EXPECT_TRUE(opened.error);
    EXPECT_NE(opened.detail.find("rocksdb:FOLDER"), std::string::npos) << opened.detail;
  }
}

}  // namespace
}  // namespace swarmboard::persistence
