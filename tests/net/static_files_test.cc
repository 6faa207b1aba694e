#include "server/net/static_files.h"

#include <filesystem>
#include <fstream>
#include <stdlib.h>

#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    std::string pattern = testing::TempDir() + "/static-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ / "assets");
  }

  ~StaticFilesTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& path, const std::string& text) {
    std::ofstream(folder_ / path) << text;
  }

  std::filesystem::path folder_;
};

TEST_F(StaticFilesTest, ServesFilesWithTheirTypesAndPagesForLinks) {
  write("index.html", "<!doctype html>");
  write("assets/app-1a2b.js", std::string(5'000, 'x'));
  const auto files = StaticFiles::load(folder_.string());
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(files->size(), 2U);

  const StaticFile* const script = files->find("/assets/app-1a2b.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_TRUE(script->is_immutable);
  ASSERT_NE(script->gzip, nullptr);
  EXPECT_LT(script->gzip->size(), 200U);

  const StaticFile* const page = files->find("/sessions/s1");
  ASSERT_NE(page, nullptr);
  EXPECT_TRUE(page->is_page);
  EXPECT_EQ(page, files->find("/"));
  EXPECT_FALSE(page->is_immutable);
}

TEST_F(StaticFilesTest, AMissingFileIsNotAPage) {
  write("index.html", "<!doctype html>");
  const auto files = StaticFiles::load(folder_.string());
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(files->find("/favicon.ico"), nullptr);
  EXPECT_EQ(files->find("/assets/gone"), nullptr);
  EXPECT_EQ(files->find("/../secret.txt"), nullptr);
}

TEST_F(StaticFilesTest, LinksOutOfTheFolderAreNotFollowed) {
  std::filesystem::create_symlink("/etc/passwd", folder_ / "passwd.txt");
  const auto files = StaticFiles::load(folder_.string());
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(files->size(), 0U);
}

TEST_F(StaticFilesTest, AMissingFolderIsAnError) {
  EXPECT_FALSE(StaticFiles::load((folder_ / "none").string()).has_value());
}

}  // namespace
}  // namespace swarmboard::net
