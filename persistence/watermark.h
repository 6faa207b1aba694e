// A small file beside the store that remembers how far writes were acknowledged, so that a store
// which lost its tail is found out when it is opened (J10).
//
//   file := slot zeros[4032] slot      (the valid slot with more writes counts)
//   slot := 'swmark01' commit[32] zeros[20] crc[4]          (64 bytes; commit as in record.h)
//
// note() after every write reaches the system's memory, which survives the end of the process;
// sync(), at most once a second, reaches the disk. Between two syncs the same slot is written again
// and again, so that the other one, synced before, stays whole through any crash. After a power
// loss the mark may lag behind by that second: a loss within it is found by clients that come back
// with a newer position.
//
// Owner: the RocksDB journal, on its commit thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal.h"
#include "persistence/record.h"

namespace swarmboard::persistence {

class Watermark {
 public:
  // Opens or creates the file. Fails with the system's error, or with JournalErrc::Damaged when
  // there is a file without a valid slot.
  [[nodiscard]] static Result<Watermark> open(const std::string& path);
  Watermark(Watermark&& other) noexcept;
  Watermark& operator=(Watermark&&) = delete;
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;
  ~Watermark();

  // Empty: the file is new.
  [[nodiscard]] const std::optional<CommitMark>& mark() const { return mark_; }

  [[nodiscard]] boost::system::error_code note(const CommitMark& mark);
  // Does nothing when nothing was noted since the last one.
  [[nodiscard]] boost::system::error_code sync();

 private:
  Watermark(int descriptor, std::optional<CommitMark> mark, int slot);

  int descriptor_;
  std::optional<CommitMark> mark_;
  int slot_;  // The one that note() writes.
  bool unsynced_ = false;
};

}  // namespace swarmboard::persistence
