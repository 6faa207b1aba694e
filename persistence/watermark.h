// A small file beside the store that remembers how far commits were acknowledged, so that a store
// which lost its tail is found out when it is opened (J10).
//
//   file := slot slot             (written alternately; the newest valid one counts)
//   slot := 'swmark01' commit_no[8] zeros[44] crc[4]     (64 bytes, little-endian, CRC-32 of zlib)
//
// Owner: the RocksDB journal, on its commit thread. It may lag behind by about a second; a loss
// within that second is found by clients that come back with a newer position.
#pragma once

#include <cstdint>
#include <string>

#include "persistence/journal.h"

namespace swarmboard::persistence {

class Watermark {
 public:
  // Opens or creates the file. The error is the system's.
  [[nodiscard]] static Result<Watermark> open(const std::string& path);
  Watermark(Watermark&& other) noexcept;
  Watermark& operator=(Watermark&&) = delete;
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;
  ~Watermark();

  // Writes the other slot and syncs it.
  [[nodiscard]] boost::system::error_code store(std::uint64_t commit_no);

  [[nodiscard]] std::uint64_t commit_no() const { return commit_no_; }

 private:
  Watermark(int descriptor, std::uint64_t commit_no, int next_slot);

  int descriptor_;
  std::uint64_t commit_no_;
  int next_slot_;
};

}  // namespace swarmboard::persistence
