// What a disk keeps without power: bytes that were synced, under names whose folder was.
#include "tests/faults/disk/platter.h"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/faults/disk/platter_write.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

class PlatterTest : public testing::Test {
 protected:
  PlatterTest() {
    fs::create_directories(root);
    platter.begin();
  }

  // As the shim does: the act, then its note.
  void create(const std::string& name) {
    const int descriptor = ::open(path(name).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
    writer.created(inode(name));
  }

  void append(const std::string& name, const std::string& text) {
    const auto before = static_cast<std::int64_t>(fs::file_size(path(name)));
    std::ofstream(path(name), std::ios::app | std::ios::binary) << text;
    writer.wrote(inode(name), before, before + static_cast<std::int64_t>(text.size()));
  }

  void sync(const std::string& name) {
    const int descriptor = ::open(path(name).c_str(), O_RDONLY);
    writer.sync_file(descriptor, inode(name));
    ::close(descriptor);
  }

  void sync_folder(const std::string& name = "") { writer.sync_folder(path(name)); }

  void rename(const std::string& from, const std::string& to) {
    if (fs::exists(path(to))) {
      const ino_t replaced = inode(to);
      fs::rename(path(from), path(to));
      writer.removed(replaced);
    } else {
      fs::rename(path(from), path(to));
    }
  }

  std::string path(const std::string& name) const {
    return name.empty() ? root.string() : (root / name).string();
  }

  ino_t inode(const std::string& name) const {
    struct stat status {};

    EXPECT_EQ(::stat(path(name).c_str(), &status), 0);
    return status.st_ino;
  }

  void lose_power(const PowerLoss& loss = {}) { platter.lose_power(loss, random); }

  // Nothing: there is no such file.
  std::optional<std::string> content(const std::string& name) const {
    if (!fs::exists(path(name))) {
      return std::nullopt;
    }
    std::ifstream in(path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }

  support::TempDir folder;
  fs::path root = folder.path() / "disk";
  Platter platter{root, folder.path() / "platter"};
  PlatterWriter writer{root.string(), (folder.path() / "platter").string()};
  std::mt19937_64 random{1};
};

TEST_F(PlatterTest, KeepsBytesThatWereSynced) {
  create("a");
  append("a", "one");
  sync("a");
  sync_folder();
  append("a", "two");
  lose_power();
  EXPECT_EQ(content("a"), "one");
}

TEST_F(PlatterTest, ANameGoesWithoutASyncOfItsFolder) {
  create("a");
  append("a", "one");
  sync("a");
  lose_power();
  EXPECT_EQ(content("a"), std::nullopt);
}

TEST_F(PlatterTest, AFileSyncedAfterItsNameIsWhole) {
  create("a");
  sync_folder();
  append("a", "one");
  sync("a");
  lose_power();
  EXPECT_EQ(content("a"), "one");
}

TEST_F(PlatterTest, ARenameIsUndoneWithoutASyncOfItsFolder) {
  for (const std::string name : {"current", "fresh"}) {
    create(name);
    append(name, name);
    sync(name);
  }
  sync_folder();
  rename("fresh", "current");
  lose_power();
  EXPECT_EQ(content("current"), "current");
  EXPECT_EQ(content("fresh"), "fresh");
}

TEST_F(PlatterTest, ARenameStaysAfterASyncOfItsFolder) {
  for (const std::string name : {"current", "fresh"}) {
    create(name);
    append(name, name);
    sync(name);
  }
  sync_folder();
  rename("fresh", "current");
  sync_folder();
  lose_power();
  EXPECT_EQ(content("current"), "fresh");
  EXPECT_EQ(content("fresh"), std::nullopt);
}

TEST_F(PlatterTest, AFolderGoesWithEverythingInItWithoutASyncOfTheOneAround) {
  fs::create_directories(path("inner"));
  create("inner/a");
  append("inner/a", "one");
  sync("inner/a");
  sync_folder("inner");
  lose_power();
  EXPECT_FALSE(fs::exists(path("inner")));
}

TEST_F(PlatterTest, AFolderKeepsWhatWasSyncedBeforeItsOwnName) {
  fs::create_directories(path("inner"));
  create("inner/a");
  append("inner/a", "one");
  sync("inner/a");
  sync_folder("inner");
  sync_folder();
  lose_power();
  EXPECT_EQ(content("inner/a"), "one");
}

TEST_F(PlatterTest, ARenamedFolderKeepsWhatIsInIt) {
  fs::create_directories(path("fresh"));
  create("fresh/a");
  append("fresh/a", "one");
  sync("fresh/a");
  sync_folder("fresh");
  sync_folder();
  rename("fresh", "inner");
  lose_power();
  EXPECT_EQ(content("fresh/a"), "one") << "the rename was not synced";
  rename("fresh", "inner");
  sync_folder();
  lose_power();
  EXPECT_EQ(content("inner/a"), "one");
  EXPECT_FALSE(fs::exists(path("fresh")));
}

TEST_F(PlatterTest, AFileSystemMayKeepMoreThanWasSynced) {
  create("a");
  append("a", std::string(5'000, 'x'));
  sync("a");
  sync_folder();
  bool kept_some = false;
  for (int round = 0; round < 20; ++round) {
    append("a", std::string(5'000, 'y'));
    const std::string before = *content("a");
    lose_power({.names = PowerLoss::Names::All, .bytes = PowerLoss::Bytes::Front});
    const std::string after = *content("a");
    ASSERT_GE(after.size(), before.size() - 5'000);
    EXPECT_EQ(after, before.substr(0, after.size())) << "only from the front";
    kept_some = kept_some || after.size() > before.size() - 5'000;
  }
  EXPECT_TRUE(kept_some);
}

TEST_F(PlatterTest, AFailedSyncForgetsWhatWasWritten) {
  create("a");
  sync_folder();
  append("a", "one");
  writer.forget(inode("a"));
  sync("a");  // The next sync does not notice, as on Linux.
  lose_power();
  EXPECT_EQ(content("a"), "");
}

}  // namespace
}  // namespace swarmboard::faults
