#include "tests/persistence/rocksdb_subject.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "persistence/keys.h"
#include "persistence/rocksdb_options.h"

namespace swarmboard::persistence {

namespace fs = std::filesystem;

RocksDbOptions test_options(const fs::path& folder) {
  RocksDbOptions options;
  options.folder = folder.string();
  options.space_check_us = 0;
  options.ballast_bytes = 0;
  options.space = [] { return RocksDbOptions::Space{1ull << 40, 1ull << 41}; };
  return options;
}

RocksDbSubject::RocksDbSubject() : folder_(dir_.path() / "data") {
  EXPECT_TRUE(reopen());
}

OpenedJournal RocksDbSubject::open_again() {
  journal_.reset();
  RocksDbOptions options = test_options(folder_);
  // A full disk shows only after a write has met it: the worst case.
  options.space = [this] {
    return RocksDbOptions::Space{disk_.is_found_full() ? 0 : free_bytes_.load(), 1ull << 41};
  };
  options.env = disk_.env();
  return RocksDbJournal::open(std::move(options));
}

bool RocksDbSubject::reopen() {
  OpenedJournal opened = open_again();
  EXPECT_TRUE(opened.journal) << opened.detail;
  journal_ = std::move(opened.journal);
  return journal_ != nullptr;
}

void RocksDbSubject::kill() {
  const fs::path copy = dir_.path() / ("killed" + std::to_string(++copies_));
  fs::copy(folder_, copy, fs::copy_options::recursive);
  journal_.reset();
  folder_ = copy;
}

bool RocksDbSubject::crash() {
  kill();
  return reopen();
}

bool RocksDbSubject::set_disk_full(bool full) {
  free_bytes_ = full ? 1 << 20 : 1ull << 40;
  return true;
}

bool RocksDbSubject::fail_next_sync() {
  disk_.fail_next_sync();
  return true;
}

bool RocksDbSubject::flip_stored_byte(const StreamName& name, std::uint64_t first_seq) {
  return change_stored_unit(name, first_seq, [](std::string value) {
    value.back() = static_cast<char>(value.back() ^ 1);
    return value;
  });
}

bool RocksDbSubject::remove_stored_unit(const StreamName& name, std::uint64_t first_seq) {
  return change_stored_unit(name, first_seq, [](const std::string&) { return std::string(); });
}

bool RocksDbSubject::change_stored_unit(const StreamName& name, std::uint64_t first_seq,
                                        const std::function<std::string(std::string)>& change) {
  journal_.reset();
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(store_options(), (folder_ / "journal").string(),
                                             store_families(), &families, &opened);
  if (!status.ok()) {
    return false;
  }
  const std::unique_ptr<rocksdb::DB> db(opened);
  const std::string key = log_key(name, first_seq);
  std::string value;
  status = db->Get(rocksdb::ReadOptions(), families[1], key, &value);
  if (status.ok()) {
    value = change(std::move(value));
    status = value.empty() ? db->Delete(rocksdb::WriteOptions(), families[1], key)
                           : db->Put(rocksdb::WriteOptions(), families[1], key, value);
  }
  for (rocksdb::ColumnFamilyHandle* family : families) {
    EXPECT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  }
  return status.ok() && db->Close().ok() && reopen();
}

}  // namespace swarmboard::persistence
