// Files as a backup needs them: copied with a digest of what was read, synced, listed without
// surprises. Any thread; nothing is shared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

namespace swarmboard::app {

struct FileDigest {
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 hex digits.
  bool operator==(const FileDigest&) const = default;
};

// Copies into a new file, synced when this returns; the digest is of what was read.
[[nodiscard]] boost::system::result<FileDigest> copy_synced(const std::string& from,
                                                            const std::string& to);

[[nodiscard]] boost::system::result<FileDigest> digest_of(const std::string& path);

// Writes a new file, synced when this returns.
[[nodiscard]] boost::system::error_code write_synced(const std::string& path,
                                                     const std::string& text);

// A file, or the entries of a folder. What a file holds is dropped from memory afterwards, so that
// the next read shows what the disk has.
[[nodiscard]] boost::system::error_code sync_path(const std::string& path);

// Everything below a folder by relative path, sorted; fails on anything that is neither a file nor
// a folder.
[[nodiscard]] boost::system::result<std::vector<std::string>> files_below(
    const std::string& folder);

}  // namespace swarmboard::app
