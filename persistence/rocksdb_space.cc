// Free space of the RocksDB journal: read-only while there is too little, and back by itself.
//
// There are two ways in. Below the limit nothing is tried any more; that is what happens on a
// watched disk. Where something else takes the last bytes at once, RocksDB itself meets the full
// disk: nothing of that write counts, its log may end in a torn record and takes nothing any more;
// reads go on. There is one way back: enough free bytes, a store that was read from disk anew where
// it met the full one, and a synced write that proves it.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include <rocksdb/env.h>

#include "persistence/errc.h"
#include "persistence/rocksdb_folder.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"

namespace swarmboard::persistence {
namespace {

// A small disk has a small one.
constexpr std::uint64_t kBallastShare = 16;
// For the files that opening writes besides.
constexpr std::uint64_t kRoomBytes = 1024 * 1024;
constexpr std::size_t kProbePieceBytes = 64 * 1024;

RocksDbOptions::Space space_of(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  // Not knowing is no reason to stop: a write that finds no space fails by itself.
  return error ? RocksDbOptions::Space{UINT64_MAX, UINT64_MAX}
               : RocksDbOptions::Space{space.available, space.capacity};
}

}  // namespace

void RocksDbJournal::check_space() {
  const std::int64_t now_us = monotonic_us();
  if (space_checked_us_ != 0 && now_us - space_checked_us_ < options_.space_check_us) {
    return;
  }
  space_checked_us_ = now_us;
  const RocksDbOptions::Space space = options_.space ? options_.space() : space_of(options_.folder);
  const std::uint64_t limit =
      std::max(options_.free_bytes_min, space.total_bytes / 100 * options_.free_percent_min);
  const std::uint64_t needed = ran_full_ ? std::max(limit, room_to_reopen()) : limit;
  const bool enough = space.free_bytes >= needed && !options_.quarantine;
  if (enough && !failed_ && (ran_full_ || !has_space_) && !heal()) {
    return;
  }
  const std::uint64_t ballast = std::min(options_.ballast_bytes, space.total_bytes / kBallastShare);
  if (enough && space.free_bytes - limit > 2 * ballast) {
    ballast_->keep(ballast);
  }
  const std::lock_guard lock(mutex_);
  has_space_ = enough && !ran_full_;
  health_.free_bytes = space.free_bytes;
}

void RocksDbJournal::run_full() {
  ran_full_ = true;
  ballast_->drop();
  const std::lock_guard lock(mutex_);
  has_space_ = false;
}

// What the log holds goes to tables when the store is opened.
std::uint64_t RocksDbJournal::room_to_reopen() const {
  std::uint64_t bytes = kRoomBytes;
  std::error_code gone;
  for (std::filesystem::directory_iterator file(store_folder(options_.folder), gone);
       !gone && file != std::filesystem::directory_iterator(); file.increment(gone)) {
    if (file->path().extension() == ".log") {
      const auto size = file->file_size(gone);
      bytes += gone ? 0 : size;
    }
  }
  return bytes;
}

// Writes as much as opening the store may need, beside it, and takes it away again. While that does
// not fit the old store stays open: it cannot write, but it can be read.
bool RocksDbJournal::has_room_to_reopen() const {
  rocksdb::Env& env = options_.env == nullptr ? *rocksdb::Env::Default() : *options_.env;
  const std::string path = store_folder(options_.folder) + "/room.probe";
  const std::string piece(kProbePieceBytes, '\0');
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env.NewWritableFile(path, &file, rocksdb::EnvOptions());
  for (std::uint64_t left = room_to_reopen(); status.ok() && left > 0;) {
    const std::uint64_t now = std::min<std::uint64_t>(left, piece.size());
    status = file->Append(rocksdb::Slice(piece.data(), now));
    left -= now;
  }
  if (status.ok()) {
    status = file->Sync();
  }
  if (file != nullptr) {
    const rocksdb::Status closed = file->Close();
    status = status.ok() ? closed : status;
  }
  // What could not be taken away is written over by the next try.
  [[maybe_unused]] const rocksdb::Status gone = env.DeleteFile(path);
  return status.ok();
}

// Free bytes are a promise; only a synced write proves that the disk takes them again.
bool RocksDbJournal::heal() {
  if (ran_full_ && (!has_room_to_reopen() || !reopen())) {
    return false;
  }
  ran_full_ = false;
  rocksdb::WriteBatch probe;
  if (write(probe, mark_.commit_no, 0) != Wrote::Yes) {
    return false;
  }
  note_watermark();
  if (forget_again_.exchange(false)) {
    enqueue_task([this] { forget_dropped(); });
  }
  return !ran_full_;
}

// As after a crash, but for the readers: they wait.
bool RocksDbJournal::reopen() {
  const std::lock_guard no_reader(store_in_use_);
  store_.reset();
  RocksDbStore::Opened opened = RocksDbStore::open(store_folder(options_.folder), options_.env);
  store_ = std::move(opened.store);
  const auto found = store_ != nullptr ? store_->last_commit() : Result<CommitMark>(opened.error);
  if (!found || *found != mark_) {
    // A write that met the full disk may be there after all, and its author was told otherwise:
    // only a restart brings both together.
    fail("the process must restart after the full disk: " +
         (opened.detail.empty() ? "a write turned out to be there" : opened.detail));
    return false;
  }
  return true;
}

// Reader thread. What was dropped is hidden at once; here it leaves the disk (J9).
void RocksDbJournal::forget_dropped() {
  if (store_ == nullptr) {
    return;  // The process ends.
  }
  const auto error = store_->forget_dropped();
  if (error == JournalErrc::NoSpace) {
    ran_full_ = true;  // The commit thread sees to it.
  }
  if (error && ran_full_) {
    forget_again_ = true;
  } else if (error) {
    fail("dropped entries could not be taken off the disk: " + error.message());
  }
}

}  // namespace swarmboard::persistence
