// A backup that is not whole is refused before anything is written: every file, several places.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <signal.h>
#include <sstream>

#include <gtest/gtest.h>

#include "server/app/backup/backup.h"
#include "server/app/backup/restore.h"
#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::integration {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

// One backup of a store with a team and a session, made once; each test damages it and mends it.
class BackupRefusal : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<ChildServer>();
    ASSERT_TRUE(server_->start({"--demo"}));
    load_sample_team(*server_);
    {
      DemoMember ben(*server_, "ben");
      ASSERT_TRUE(ben.connect());
      ASSERT_TRUE(begin_session(ben, "s1"));
      ASSERT_GT(ben.wait_for_echo(ben.submit(2, write_note("n1", "words"))), 0U);
    }
    server_->end(SIGTERM);
    std::ostringstream out;
    std::ostringstream err;
    app::BackupConfig config;
    config.data = (server_->folder() / "data").string();
    config.to = backups().string();
    ASSERT_EQ(app::backup(config, out, err), 0) << err.str();
    id_ = out.str().substr(0, out.str().find('\n'));
  }

  static void TearDownTestSuite() { server_.reset(); }

  static fs::path backups() { return server_->folder() / "backups"; }

  static fs::path folder() { return backups() / id_; }

  static std::vector<fs::path> files() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder())) {
      if (entry.is_regular_file()) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  struct Outcome {
    int code = 0;
    std::string told;
  };

  [[nodiscard]] Outcome restore(const std::string& id = id_) const {
    std::ostringstream out;
    std::ostringstream err;
    app::RestoreConfig config;
    config.from = backups().string();
    config.id = id;
    config.data = data().string();
    const int code = app::restore(config, out, err);
    return {code, err.str()};
  }

  static std::string list() {
    std::ostringstream out;
    std::ostringstream err;
    app::BackupConfig config;
    config.to = backups().string();
    config.list = true;
    EXPECT_EQ(app::backup(config, out, err), 0) << err.str();
    return out.str();
  }

  // Refused with a sentence, and nothing was written.
  void expect_refused(const std::string& what) const {
    const Outcome outcome = restore();
    EXPECT_EQ(outcome.code, 1) << what;
    EXPECT_NE(outcome.told.find("nothing was restored: "), std::string::npos) << what;
    EXPECT_TRUE(fs::is_empty(target_.path())) << what;
  }

  [[nodiscard]] fs::path data() const { return target_.path() / "data"; }

  static std::unique_ptr<ChildServer> server_;
  static std::string id_;
  support::TempDir target_;
};

std::unique_ptr<ChildServer> BackupRefusal::server_;
std::string BackupRefusal::id_;

TEST_F(BackupRefusal, AFlippedBitInAnyFileIsFound) {
  std::random_device entropy;
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const fs::path& file : files()) {
    const std::string whole = content_of(file);
    std::vector<std::size_t> places{0, whole.size() / 2, whole.size() - 1};
    for (int i = 0; i < 4; ++i) {
      places.push_back(random() % std::max<std::size_t>(1, whole.size()));
    }
    for (const std::size_t place : places) {
      if (place < whole.size()) {
        std::string flipped = whole;
        flipped[place] = static_cast<char>(flipped[place] ^ (1 << (random() % 8)));
        write_file(file, flipped);
        expect_refused(file.filename().string() + " at " + std::to_string(place));
      }
    }
    write_file(file, whole);
  }
  EXPECT_EQ(restore().code, 0) << "mended, it is good again";
}

TEST_F(BackupRefusal, AnyBitOfTheManifestCounts) {
  const fs::path file = folder() / "manifest";
  const std::string whole = content_of(file);
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ 1);
    write_file(file, flipped);
    expect_refused("manifest at " + std::to_string(place));
  }
  write_file(file, whole);
}

TEST_F(BackupRefusal, ATruncatedOrMissingFileIsFoundAndListedAsNotUsable) {
  for (const fs::path& file : files()) {
    const std::string whole = content_of(file);
    const std::string name = file.filename().string();
    for (const std::size_t left : {std::size_t{0}, whole.size() / 2, whole.size() - 1}) {
      if (left < whole.size()) {
        write_file(file, whole.substr(0, left));
        expect_refused(name + " cut to " + std::to_string(left));
        EXPECT_NE(list().find(id_ + "  NOT USABLE"), std::string::npos) << name;
      }
    }
    write_file(file, whole + "more");
    expect_refused(name + " with more");
    fs::remove(file);
    expect_refused(name + " missing");
    EXPECT_NE(list().find(id_ + "  NOT USABLE"), std::string::npos) << name;
    write_file(file, whole);
  }
  EXPECT_EQ(list().find("NOT USABLE"), std::string::npos);
}

TEST_F(BackupRefusal, AFileThatTheManifestDoesNotNameIsRefused) {
  const fs::path extra = folder() / "data" / "journal" / "000999.sst";
  write_file(extra, "x");
  expect_refused("an extra file");
  fs::remove(extra);
  fs::create_symlink("/etc/passwd", extra);
  expect_refused("a link");
  fs::remove(extra);
}

TEST_F(BackupRefusal, AnIdNamesOneContent) {
  EXPECT_NE(restore("20200101T000000Z-00000000").told.find("there is no backup"),
            std::string::npos);
  EXPECT_NE(restore("../" + id_).told.find("there is no backup"), std::string::npos);
  const std::string other = "20200101T000000Z-" + id_.substr(id_.size() - 8);
  fs::rename(folder(), backups() / other);
  EXPECT_NE(restore(other).told.find("holds the backup " + id_), std::string::npos);
  EXPECT_EQ(restore(id_).code, 1);
  fs::rename(backups() / other, folder());
}

TEST_F(BackupRefusal, AFolderThatIsNotEmptyIsNotTouched) {
  fs::create_directories(data());
  write_file(data() / "mine", "precious");
  const Outcome outcome = restore();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.told.find("is not empty"), std::string::npos) << outcome.told;
  EXPECT_EQ(content_of(data() / "mine"), "precious");
  fs::remove(data() / "mine");
  EXPECT_EQ(restore().code, 0) << "an empty folder is taken";
  EXPECT_EQ(restore().code, 1) << "a store is not written over";
}

TEST_F(BackupRefusal, AnUnfinishedOneIsNotListedAndGoesAwayWithTheNext) {
  const fs::path partial = backups() / ".partial-0123456789abcdef";
  fs::copy(folder(), partial, fs::copy_options::recursive);
  EXPECT_EQ(list().find("partial"), std::string::npos);
  EXPECT_EQ(restore(".partial-0123456789abcdef").code, 1);
  std::ostringstream out;
  std::ostringstream err;
  app::BackupConfig config;
  config.data = (server_->folder() / "data").string();
  config.to = backups().string();
  ASSERT_EQ(app::backup(config, out, err), 0) << err.str();
  EXPECT_FALSE(fs::exists(partial));
  EXPECT_NE(list().find(out.str().substr(0, out.str().find('\n'))), std::string::npos);
}

}  // namespace
}  // namespace swarmboard::integration
