#include "persistence/rocksdb_options.h"

#include <memory>

#include <rocksdb/cache.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/table.h>

namespace swarmboard::persistence {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::uint64_t write_buffer_bytes) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  // Twice as quick as the default, for a few percent of the disk: while people write, the core is
  // theirs.
  options.bottommost_compression_opts.enabled = true;
  options.bottommost_compression_opts.level = 1;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

rocksdb::DBOptions store_options() {
  rocksdb::DBOptions options;
  // Several families share one log; flushing them apart only pins log files.
  options.atomic_flush = true;
  // The default mode drops synced records behind a damaged byte without a word. This one refuses.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;  // A journal never resumes by itself.
  // There is one writer: what helps many of them costs it time.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.max_total_wal_size = 64 * kMiB;  // Bounds the time to open after a crash.
  options.db_write_buffer_size = 48 * kMiB;
  // One flush and one compaction: parallel flushes may misorder after a retry in this version.
  options.max_background_jobs = 2;
  options.bytes_per_sync = kMiB;
  options.wal_bytes_per_sync = kMiB;
  // Compaction must not make the syncs of the log wait.
  options.rate_limiter.reset(rocksdb::NewGenericRateLimiter(16 * kMiB));
  options.max_open_files = 256;
  options.keep_log_file_num = 5;
  options.max_log_file_size = 4 * kMiB;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> store_families() {
  const auto cache = rocksdb::NewLRUCache(32 * kMiB);
  return {{rocksdb::kDefaultColumnFamilyName, family_options(cache, 8 * kMiB)},
          {"log", family_options(cache, 16 * kMiB)},
          {"kf", family_options(cache, 8 * kMiB)}};
}

rocksdb::ReadOptions verified_reads() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

}  // namespace swarmboard::persistence
