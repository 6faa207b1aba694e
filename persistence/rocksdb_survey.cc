#include "persistence/rocksdb_survey.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <rocksdb/db.h>

#include "persistence/keys.h"
#include "persistence/rocksdb_options.h"
#include "persistence/rocksdb_store.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

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

// Walks the log family stream by stream and notes holes.
class Surveyor {
 public:
  explicit Surveyor(DamageReport& report) : report_(report) {}

  void see(const LogPosition& position, const Result<StoredUnitFrame>& frame) {
    if (!stream_ || *stream_ != position.name) {
      stream_ = position.name;
      next_ = 1;
      chain_ = 0;
      ++report_.streams_readable;
    }
    if (!frame) {
      return;  // The next whole unit shows how far the hole reaches.
    }
    const Unit& unit = frame->unit;
    if (unit.first_seq > next_) {
      report_.missing.push_back({position.name, next_, unit.first_seq - 1});
    } else if (unit.chain_before != chain_) {
      report_.missing.push_back({position.name, unit.first_seq, unit.first_seq});
    }
    next_ = unit.first_seq + unit.count;
    chain_ = unit.chain_after;
    report_.events_readable += unit.count;
  }

 private:
  DamageReport& report_;
  std::optional<StreamName> stream_;
  std::uint64_t next_ = 1;
  std::uint64_t chain_ = 0;
};

bool read_copy(const std::string& folder, DamageReport& report) {
  rocksdb::DBOptions options = store_options();
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  options.paranoid_checks = false;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, folder, store_families(), &families, &opened).ok()) {
    return false;
  }
  const std::unique_ptr<rocksdb::DB> db(opened);
  {
    Surveyor surveyor(report);
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(verified_reads(), families[1]));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      if (const auto position = parse_log_key(it->key().ToStringView())) {
        surveyor.see(*position, decode_unit(it->key().ToStringView(), it->value().ToStringView()));
      }
    }
  }
  for (rocksdb::ColumnFamilyHandle* family : families) {
    // Destroying a handle only fails for a null one.
    [[maybe_unused]] const rocksdb::Status status = db->DestroyColumnFamilyHandle(family);
  }
  return true;
}

}  // namespace

void survey_damage(const std::string& folder, const std::string& scratch, DamageReport& report) {
  if (!copy_store(folder, scratch)) {
    report.surveyed = read_copy(scratch, report);
  }
  std::error_code left_behind;  // Harmless: the next survey removes it first.
  fs::remove_all(scratch, left_behind);
}

}  // namespace swarmboard::persistence
