// What a backup says of itself: its files with size and digest, how far the journal had come, and
// where each stream stood. Text, so that an operator can read it:
//
//   swarmboard backup 1
//   taken 2026-03-01T08:00:00Z
//   commit NUMBER WRITES CHAIN
//   file BYTES SHA256 PATH                               (one per file, by path)
//   stream TEAM/STREAM EPOCH SEQ CHAIN STATE_HASH        (one per stream; hashes as hex)
//   digest SHA256                                        (of all lines above)
//
// The digests find damage, not forgery: whoever can write the folder can write a manifest. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "persistence/journal.h"
#include "persistence/record.h"
#include "server/app/backup/flaw.h"
#include "server/app/backup/folder_copy.h"

namespace swarmboard::app {

struct BackedUpFile {
  std::string path;  // "format", "watermark", "ends" or "journal/NAME".
  FileDigest digest;
};

struct BackedUpStream {
  persistence::StreamName name;
  persistence::Head head;
  std::uint64_t state_hash = 0;
};

struct Manifest {
  std::string taken;  // UTC, as 2026-03-01T08:00:00Z.
  persistence::CommitMark commit;
  std::vector<BackedUpFile> files;
  std::vector<BackedUpStream> streams;
};

[[nodiscard]] std::string render_manifest(const Manifest& manifest);

// Fails with a sentence.
[[nodiscard]] boost::system::result<Manifest, Flaw> parse_manifest(std::string_view text);

// Of a rendered manifest: the time it was taken and the first 8 digits of its digest, as
// 20260301T080000Z-1a2b3c4d. So an id names one content, and a folder that was renamed is found.
[[nodiscard]] std::string backup_id(std::string_view manifest_text);
[[nodiscard]] bool is_backup_id(std::string_view id);

}  // namespace swarmboard::app
