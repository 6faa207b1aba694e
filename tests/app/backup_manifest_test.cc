#include <gtest/gtest.h>

#include "server/app/backup/manifest.h"
#include "server/base/random.h"
#include "server/base/sha256.h"

namespace swarmboard::app {
namespace {

Manifest sample() {
  Manifest manifest;
  manifest.taken = "2026-03-01T08:00:00Z";
  manifest.commit = {12, 15, 0xfeedULL};
  manifest.files = {{"format", {28, std::string(64, 'a')}},
                    {"journal/000007.sst", {4'096, std::string(64, '0')}}};
  manifest.streams = {{{"north", ""}, {1, 7, 0x1234ULL}, 0xabcULL},
                      {{"north", "s1"}, {1'764'000'000'000, 9, 1}, ~0ULL}};
  return manifest;
}

// A manifest with a matching digest whatever it says.
std::string sealed(const std::string& body) {
  return body + "digest " + to_hex(sha256(body)) + '\n';
}

TEST(BackupManifest, SaysTheSameAfterItWasWrittenAndRead) {
  const std::string text = render_manifest(sample());
  const auto read = parse_manifest(text);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(render_manifest(*read), text);
  EXPECT_EQ(read->commit, sample().commit);
  EXPECT_EQ(read->streams[1].head, sample().streams[1].head);
  EXPECT_EQ(read->streams[1].state_hash, ~0ULL);
}

TEST(BackupManifest, ItsIdIsItsTimeAndTheBeginningOfItsDigest) {
  const std::string text = render_manifest(sample());
  const std::string id = backup_id(text);
  EXPECT_TRUE(is_backup_id(id)) << id;
  EXPECT_EQ(id.substr(0, 17), "20260301T080000Z-");
  EXPECT_NE(text.find("digest " + id.substr(17)), std::string::npos);
  for (const char* const other : {"", "20260301T080000Z", "20260301T080000Z-1a2b3c4", ".partial-12",
                                  "20260301T080000Z-1a2b3c4G", "20260301T080000Z-1a2b3c4d/"}) {
    EXPECT_FALSE(is_backup_id(other)) << other;
  }
}

TEST(BackupManifest, RefusesWhatItDoesNotReadEvenWithAMatchingDigest) {
  const std::string head = "swarmboard backup 1\ntaken 2026-03-01T08:00:00Z\ncommit 1 1 00\n";
  const std::string file = "file 1 " + std::string(64, 'a') + " format\n";
  ASSERT_TRUE(parse_manifest(sealed(head + file)));
  const std::string digest(64, 'a');
  for (const std::string& line :
       {"file 1 " + digest + " ../../etc/passwd", "file 1 " + digest + " journal/../lock",
        "file 1 " + digest + " journal/a/b", "file 1 " + digest + " /etc/passwd",
        "file 1 " + digest + " journal/.hidden", "file -1 " + digest + " format",
        "file 1 " + digest.substr(1) + " format", "file 1 " + digest, std::string("stream a/b 1 2"),
        std::string("stream ab 1 2 3 4"), std::string("taken yesterday"), std::string("commit 1 2"),
        std::string("unknown line"), std::string()}) {
    EXPECT_FALSE(parse_manifest(sealed(head + file + line + '\n'))) << line;
  }
  EXPECT_FALSE(parse_manifest(sealed(head))) << "no files";
  EXPECT_FALSE(parse_manifest(sealed("swarmboard backup 2\n" + file)));
  EXPECT_FALSE(parse_manifest(""));
  EXPECT_FALSE(parse_manifest("\n"));
}

}  // namespace
}  // namespace swarmboard::app
