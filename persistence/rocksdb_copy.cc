#include "persistence/rocksdb_copy.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include <rocksdb/sst_file_reader.h>

#include "persistence/keys.h"
#include "persistence/rocksdb_options.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifestStart = "MANIFEST-";

std::error_code copy_store(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::remove_all(to, error);
  fs::create_directories(to, error);
  for (auto file = fs::directory_iterator(from, error); !error && file != fs::directory_iterator();
       file.increment(error)) {
    const fs::path target = to / file->path().filename();
    std::error_code not_linked = std::make_error_code(std::errc::not_supported);
    if (file->path().extension() == ".sst") {
      fs::create_hard_link(file->path(), target, not_linked);
    }
    if (not_linked) {
      fs::copy_file(file->path(), target, error);
    }
    if (error) {
      return error;
    }
  }
  return error;
}

rocksdb::DBOptions tolerant_options() {
  rocksdb::DBOptions options = store_options();
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  options.paranoid_checks = false;
  return options;
}

// A table file without a readable index would hide what the others hold.
bool drop_unreadable_tables(const fs::path& folder) {
  std::vector<fs::path> bad;
  std::error_code none;
  for (fs::directory_iterator file(folder, none); !none && file != fs::directory_iterator();
       file.increment(none)) {
    rocksdb::SstFileReader reader{rocksdb::Options()};
    if (file->path().extension() == ".sst" && !reader.Open(file->path().string()).ok()) {
      bad.push_back(file->path());
    }
  }
  return std::all_of(bad.begin(), bad.end(),
                     [&](const fs::path& file) { return fs::remove(file, none); }) &&
         !bad.empty();
}

// The file that names the newest list of files can be made from the names of the lists.
void name_newest_manifest(const fs::path& folder) {
  std::uint64_t newest = 0;
  std::string name;
  std::error_code none;
  for (fs::directory_iterator file(folder, none); !none && file != fs::directory_iterator();
       file.increment(none)) {
    const std::string candidate = file->path().filename().string();
    std::uint64_t number = 0;
    if (candidate.starts_with(kManifestStart) &&
        std::from_chars(candidate.data() + kManifestStart.size(),
                        candidate.data() + candidate.size(), number)
                .ec == std::errc() &&
        number >= newest) {
      newest = number;
      name = candidate;
    }
  }
  if (!name.empty()) {
    std::ofstream(folder / "CURRENT", std::ios::trunc) << name << '\n';
  }
}

// Keys behind `last` at which reading may go on, in their order: round numbers of its own stream,
// then the landmarks, then whatever comes behind ever shorter beginnings of it.
bool seek_behind(rocksdb::Iterator& it, const std::string& last,
                 const std::vector<std::string>& landmarks) {
  const auto try_at = [&](const std::string& key) {
    it.Seek(key);
    return it.Valid() || it.status().ok();
  };
  constexpr std::size_t kSeqBytes = 8;
  std::size_t kept = last.size();
  for (std::size_t cut = 1; cut < kSeqBytes && kept > 1; ++cut) {
    const std::string behind = after_prefix(last.substr(0, --kept));
    if (!behind.empty() && try_at(behind)) {
      return it.Valid();
    }
  }
  for (auto mark = std::upper_bound(landmarks.begin(), landmarks.end(), last);
       mark != landmarks.end(); ++mark) {
    if (try_at(*mark)) {
      return it.Valid();
    }
  }
  while (kept > 1) {
    const std::string behind = after_prefix(last.substr(0, --kept));
    if (!behind.empty() && try_at(behind)) {
      return it.Valid();
    }
  }
  return false;
}

}  // namespace

std::unique_ptr<ReadableCopy> ReadableCopy::make(const std::string& folder,
                                                 const std::string& scratch, std::string& why_not) {
  std::unique_ptr<ReadableCopy> copy(new ReadableCopy(scratch));
  if (const auto error = copy_store(folder, scratch)) {
    why_not = "the copy in " + scratch + " could not be made: " + error.message();
    return nullptr;
  }
  const bool is_complete = !drop_unreadable_tables(scratch);
  if (is_complete && copy->open()) {
    return copy;
  }
  name_newest_manifest(scratch);
  if (is_complete && copy->open()) {
    return copy;
  }
  const rocksdb::Status repaired = rocksdb::RepairDB(scratch, tolerant_options(), store_families());
  if (repaired.ok() && copy->open()) {
    return copy;
  }
  why_not = "nothing of it could be opened: " + repaired.ToString();
  return nullptr;
}

bool ReadableCopy::open() {
  rocksdb::DBOptions options = tolerant_options();
  options.create_missing_column_families = true;
  rocksdb::DB* opened = nullptr;
  const bool good =
      rocksdb::DB::Open(options, scratch_, store_families(), &families_, &opened).ok();
  db_.reset(opened);
  return good;
}

ReadableCopy::~ReadableCopy() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Destroying a handle only fails for a null one.
    [[maybe_unused]] const rocksdb::Status status = db_->DestroyColumnFamilyHandle(family);
  }
  db_.reset();
  std::error_code left_behind;  // Harmless: the next survey removes it first.
  fs::remove_all(scratch_, left_behind);
}

std::uint64_t ReadableCopy::each(Family family, const std::vector<std::string>& landmarks,
                                 const See& see) const {
  if (db_ == nullptr) {
    return 0;
  }
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(verified_reads(), families_[static_cast<std::size_t>(family)]));
  std::uint64_t unreadable = 0;
  std::string last;
  it->SeekToFirst();
  while (true) {
    for (; it->Valid(); it->Next()) {
      last = it->key().ToString();
      see(last, it->value().ToStringView());
    }
    if (it->status().ok()) {
      return unreadable;
    }
    ++unreadable;
    if (!seek_behind(*it, last, landmarks)) {
      return unreadable;
    }
  }
}

}  // namespace swarmboard::persistence
