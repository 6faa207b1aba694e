#include "persistence/rocksdb_store.h"

#include <algorithm>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include "persistence/errc.h"
#include "persistence/record.h"

namespace swarmboard::persistence {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr const char* kFormatKey = "Gformat";
constexpr const char* kFormat = "1";

rocksdb::DBOptions store_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.atomic_flush = true;
  // The default mode drops synced records behind a damaged byte without a word.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;  // A journal never resumes by itself.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.max_total_wal_size = 64 * kMiB;  // Bounds the time to open after a crash.
  options.db_write_buffer_size = 48 * kMiB;
  options.max_background_jobs = 2;
  options.bytes_per_sync = kMiB;
  options.wal_bytes_per_sync = kMiB;
  options.max_open_files = 256;
  options.keep_log_file_num = 5;
  options.max_log_file_size = 4 * kMiB;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::uint64_t write_buffer_bytes) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

RocksDbStore::Opened refuse_open(const rocksdb::Status& status, const std::string& folder) {
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return {nullptr, JournalErrc::InUse,
            "Another process has the journal in " + folder + " open. Stop it first."};
  }
  if (status.IsCorruption()) {
    return {nullptr, JournalErrc::Damaged,
            "The journal in " + folder + " is damaged: " + status.ToString()};
  }
  return {nullptr, JournalErrc::Io,
          "The journal in " + folder + " cannot be opened: " + status.ToString()};
}

rocksdb::ReadOptions verified() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

boost::system::error_code error_of(const rocksdb::Status& status) {
  return status.IsCorruption() ? JournalErrc::Damaged : JournalErrc::Io;
}

}  // namespace

RocksDbStore::RocksDbStore(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families)
    : db_(db), families_(std::move(families)) {}

RocksDbStore::~RocksDbStore() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Destroying a handle only fails for a null one.
    [[maybe_unused]] const rocksdb::Status status = db_->DestroyColumnFamilyHandle(family);
  }
}

RocksDbStore::Opened RocksDbStore::open(const std::string& folder) {
  const auto cache = rocksdb::NewLRUCache(32 * kMiB);
  const std::vector<rocksdb::ColumnFamilyDescriptor> descriptors = {
      {rocksdb::kDefaultColumnFamilyName, family_options(cache, 8 * kMiB)},
      {"log", family_options(cache, 16 * kMiB)},
      {"kf", family_options(cache, 8 * kMiB)}};
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(store_options(), folder, descriptors, &families, &db);
  if (!status.ok()) {
    return refuse_open(status, folder);
  }
  std::unique_ptr<RocksDbStore> store(new RocksDbStore(db, std::move(families)));
  std::string format;
  const rocksdb::Status found = db->Get(verified(), store->meta(), kFormatKey, &format);
  if (found.IsNotFound()) {
    rocksdb::WriteBatch batch;
    if (!batch.Put(store->meta(), kFormatKey, kFormat).ok() || !store->write(batch).ok()) {
      return {nullptr, JournalErrc::Io, "The new journal in " + folder + " cannot be written."};
    }
  } else if (!found.ok()) {
    return refuse_open(found, folder);
  } else if (format != kFormat) {
    return {nullptr, JournalErrc::NewerFormat,
            "The journal in " + folder + " has format " + format + "; this program reads format " +
                kFormat + ". Use the newer program."};
  }
  return {std::move(store), {}, {}};
}

rocksdb::Status RocksDbStore::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return db_->Write(options, &batch);
}

std::unique_ptr<rocksdb::Iterator> RocksDbStore::iterate(
    rocksdb::ColumnFamilyHandle* family) const {
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(verified(), family));
}

Result<std::uint64_t> RocksDbStore::last_commit_no() const {
  std::string value;
  const rocksdb::Status status = db_->Get(verified(), meta(), kCommitKey, &value);
  if (status.IsNotFound()) {
    return std::uint64_t{0};
  }
  if (!status.ok()) {
    return error_of(status);
  }
  return std::stoull(value);
}

Result<Head> RocksDbStore::head(const StreamName& name) const {
  const std::string prefix = name_key(name);
  const auto it = iterate(log());
  it->SeekForPrev(log_key(name, UINT64_MAX));
  if (!it->Valid() || !it->key().starts_with(prefix)) {
    if (!it->status().ok()) {
      return error_of(it->status());
    }
    return Head{};
  }
  const auto frame = decode_unit(it->value().ToStringView());
  if (!frame) {
    return frame.error();
  }
  return Head{frame->epoch, frame->unit.first_seq + frame->unit.count - 1, frame->unit.chain_after};
}

Result<UnitPage> RocksDbStore::read(const StreamName& name, std::uint64_t from,
                                    ReadLimits limits) const {
  UnitPage page;
  const auto end = head(name);
  if (!end) {
    return end.error();
  }
  page.head = *end;
  if (from > end->seq) {
    return page;
  }
  const std::string prefix = name_key(name);
  const auto it = iterate(log());
  it->SeekForPrev(log_key(name, from));
  if (!it->Valid() || !it->key().starts_with(prefix)) {
    it->Seek(prefix);
  }
  std::size_t bytes = 0;
  for (; it->Valid() && it->key().starts_with(prefix); it->Next()) {
    auto frame = decode_unit(it->value().ToStringView());
    const auto position = parse_log_key(it->key().ToStringView());
    if (!frame || !position || position->first_seq != frame->unit.first_seq) {
      return JournalErrc::Damaged;
    }
    Unit& unit = frame->unit;
    const std::uint64_t expected =
        page.units.empty() ? from : page.units.back().first_seq + page.units.back().count;
    const bool continues =
        page.units.empty()
            ? unit.first_seq <= from && from < unit.first_seq + unit.count
            : unit.first_seq == expected && unit.chain_before == page.units.back().chain_after;
    if (!continues) {
      return JournalErrc::Damaged;
    }
    bytes += unit.payload->size();
    if (!page.units.empty() &&
        (bytes > limits.bytes_max || page.units.size() >= limits.units_max)) {
      return page;
    }
    unit.stream = name.stream;
    page.units.push_back(std::move(unit));
  }
  if (!it->status().ok()) {
    return error_of(it->status());
  }
  return page;
}

Result<std::optional<KeyframeBytes>> RocksDbStore::keyframe_at(const StreamName& name,
                                                               std::uint64_t seq_max,
                                                               std::uint32_t state_version) const {
  const std::string prefix = name_key(name);
  const auto it = iterate(keyframes());
  for (it->SeekForPrev(keyframe_key(name, seq_max, UINT32_MAX));
       it->Valid() && it->key().starts_with(prefix); it->Prev()) {
    const auto position = parse_keyframe_key(it->key().ToStringView(), prefix);
    if (position && position->state_version == state_version) {
      return std::optional<KeyframeBytes>(
          {name.stream, position->seq, state_version,
           std::make_shared<const std::string>(it->value().ToStringView())});
    }
  }
  if (!it->status().ok()) {
    return error_of(it->status());
  }
  return std::optional<KeyframeBytes>();
}

Result<std::vector<SealedEntry>> RocksDbStore::entries(std::string_view prefix) const {
  std::vector<SealedEntry> found;
  const auto it = iterate(meta());
  const rocksdb::Slice begin(prefix.data(), prefix.size());
  for (it->Seek(begin); it->Valid() && it->key().starts_with(begin); it->Next()) {
    found.push_back(
        {std::string(it->key().ToStringView().substr(prefix.size())), it->value().ToString()});
  }
  if (!it->status().ok()) {
    return error_of(it->status());
  }
  return found;
}

Result<std::vector<std::string>> RocksDbStore::names(const std::string& team) const {
  std::vector<std::string> found;
  const auto it = iterate(log());
  const std::string prefix = team.empty() ? std::string() : team_key(team);
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix);) {
    const auto position = parse_log_key(it->key().ToStringView());
    if (!position) {
      return JournalErrc::Damaged;
    }
    found.push_back(team.empty() ? position->name.team : position->name.stream);
    // Skip the rest of this name: one seek each, whatever the length of the stream.
    it->Seek(after_prefix(team.empty() ? team_key(position->name.team) : name_key(position->name)));
  }
  if (!it->status().ok()) {
    return error_of(it->status());
  }
  return found;
}

}  // namespace swarmboard::persistence
