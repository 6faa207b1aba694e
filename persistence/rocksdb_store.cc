#include "persistence/rocksdb_store.h"

#include <cstdarg>
#include <filesystem>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/utilities/checkpoint.h>

#include "persistence/errc.h"
#include "persistence/rocksdb_options.h"
#include "persistence/sync_folder.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

boost::system::error_code error_of(const rocksdb::Status& status) {
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return JournalErrc::InUse;
  }
  // A file that the store itself names and that is gone is damage, and no hiccup of the system.
  return status.IsCorruption() || status.IsPathNotFound() ? JournalErrc::Damaged : JournalErrc::Io;
}

boost::system::error_code write_error(const rocksdb::Status& status) {
  if (status.ok()) {
    return {};
  }
  return status.IsNoSpace() ? JournalErrc::NoSpace : JournalErrc::Io;
}

std::string sentence(const rocksdb::Status& status, const std::string& folder) {
  if (error_of(status) == JournalErrc::InUse) {
    return "Another process has the journal in " + folder + " open. Stop it first.";
  }
  return "The journal in " + folder +
         (status.IsCorruption() ? " is damaged: " : " cannot be opened: ") + status.ToString() +
         ".";
}

// RocksDB would begin a new log of its own doings in the folder.
class SilentLog final : public rocksdb::Logger {
 public:
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace

RocksDbStore::RocksDbStore(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families)
    : db_(db), families_(std::move(families)) {}

RocksDbStore::~RocksDbStore() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Destroying a handle only fails for a null one.
    [[maybe_unused]] const rocksdb::Status status = db_->DestroyColumnFamilyHandle(family);
  }
}

bool RocksDbStore::exists(const std::string& folder) {
  std::error_code none;
  for (fs::directory_iterator file(folder, none); !none && file != fs::directory_iterator();
       file.increment(none)) {
    // A store that lost its CURRENT file is damaged and not absent. One that never had it is what
    // a crash during its creation leaves.
    const std::string extension = file->path().extension();
    if (file->path().filename() == "CURRENT" || extension == ".sst" || extension == ".log") {
      return true;
    }
  }
  return false;
}

RocksDbStore::Opened RocksDbStore::open(const std::string& folder, rocksdb::Env* env) {
  if (!exists(folder)) {
    if (const Opened failed = create(folder, env); failed.error) {
      return {nullptr, failed.error, failed.detail};
    }
  }
  return open_in(folder, env, false);
}

RocksDbStore::Opened RocksDbStore::open_in(const std::string& folder, rocksdb::Env* env,
                                           bool is_new) {
  rocksdb::DBOptions options = store_options();
  options.create_if_missing = is_new;
  options.create_missing_column_families = is_new;
  options.env = env != nullptr ? env : options.env;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(options, folder, store_families(), &families, &db);
  if (!status.ok()) {
    return {nullptr, error_of(status), sentence(status, folder)};
  }
  std::unique_ptr<RocksDbStore> store(new RocksDbStore(db, std::move(families)));
  if (const auto error = store->load_epochs()) {
    return {nullptr, error,
            "The epochs in " + folder + " cannot be read: " + error.message() + "."};
  }
  return {std::move(store), {}, {}};
}

RocksDbStore::Opened RocksDbStore::create(const std::string& folder, rocksdb::Env* env) {
  const std::string fresh = folder + ".new";
  const auto failed = [](boost::system::error_code error, const std::string& what) {
    return Opened{nullptr, error, what + ": " + error.message() + "."};
  };
  std::error_code error;
  fs::remove_all(fresh, error);
  if (Opened made = open_in(fresh, env, true); made.error) {
    return made;
  }
  fs::remove_all(folder, error);  // Of an attempt that came to nothing, or nothing.
  fs::rename(fresh, folder, error);
  if (error) {
    return failed(error, "The folder " + folder + " cannot be made");
  }
  // A power loss must not take away the name of the store, or of the folder that holds it, which
  // may be new as well, with everything in it.
  const std::string holder = folder_of(folder);
  for (const std::string& synced : {holder, folder_of(holder)}) {
    if (const auto unsynced = sync_folder(synced)) {
      return failed(unsynced, "The folder " + synced + " cannot be synced");
    }
  }
  return {};
}

RocksDbStore::Peeked RocksDbStore::peek(const std::string& folder, rocksdb::Env* env) {
  rocksdb::DBOptions options = store_options();
  options.info_log = std::make_shared<SilentLog>();
  options.env = env != nullptr ? env : options.env;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(options, folder, store_families(), &families, &db);
  if (!status.ok()) {
    return {{}, error_of(status), sentence(status, folder)};
  }
  const RocksDbStore store(db, std::move(families));
  const auto commit = store.last_commit();
  if (!commit) {
    return {{},
            commit.error(),
            "The record of the last commit in " + folder +
                " cannot be read: " + commit.error().message() + "."};
  }
  return {*commit, {}, {}};
}

rocksdb::Status RocksDbStore::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return db_->Write(options, &batch);
}

boost::system::error_code RocksDbStore::checkpoint(const std::string& folder) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) {
    // Zero: always flush first, so that the live log is copied at most from there on. A checkpoint
    // that shares the live log could lose its end in a power loss.
    status = checkpoint->CreateCheckpoint(folder, 0);
  }
  return status.ok() ? boost::system::error_code() : error_of(status);
}

boost::system::error_code RocksDbStore::scrub(const std::string& folder) {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(store_options(), folder, store_families(), &families, &db);
  if (!opened.ok()) {
    return error_of(opened);
  }
  const RocksDbStore store(db, std::move(families));
  const rocksdb::Status whole = db->VerifyChecksum(verified_reads());
  return whole.ok() ? boost::system::error_code() : error_of(whole);
}

boost::system::error_code RocksDbStore::forget_dropped() {
  rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), families_);
  if (status.ok()) {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const rocksdb::Slice begin("S");
    const rocksdb::Slice end("T");
    status = db_->CompactRange(options, meta(), &begin, &end);
  }
  return write_error(status);
}

}  // namespace swarmboard::persistence
