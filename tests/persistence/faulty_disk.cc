#include "tests/persistence/faulty_disk.h"

#include <filesystem>
#include <utility>

namespace swarmboard::persistence {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class FaultyDisk::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(FaultyDisk& disk, std::string name, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  using FSWritableFileOwnerWrapper::Append;

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    {
      const std::lock_guard lock(disk_.mutex_);
      if (!disk_.power_) {
        return IOStatus::IOError("no power");
      }
      if (disk_.full_) {
        return tear(data, options, debug);
      }
      disk_.extents_[name_].written += data.size();
    }
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus synced = may_sync();
    return synced.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : synced;
  }

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  // A full disk takes a part.
  IOStatus tear(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) {
    const rocksdb::Slice part(data.data(), data.size() / 2);
    disk_.extents_[name_].written += part.size();
    disk_.is_found_full_ = true;
    const IOStatus written = FSWritableFileOwnerWrapper::Append(part, options, debug);
    return written.ok() ? IOStatus::NoSpace("the disk is full") : written;
  }

  IOStatus may_sync() {
    const std::lock_guard lock(disk_.mutex_);
    if (!disk_.power_ || std::exchange(disk_.fail_sync_, false)) {
      return IOStatus::IOError("the sync failed");
    }
    Extent& extent = disk_.extents_[name_];
    extent.synced = extent.written;
    return IOStatus::OK();
  }

  FaultyDisk& disk_;
  const std::string name_;
};

class FaultyDisk::Files final : public rocksdb::FileSystemWrapper {
 public:
  explicit Files(FaultyDisk& disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

  [[nodiscard]] const char* Name() const override { return "FaultyDisk"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const IOStatus made = FileSystemWrapper::NewWritableFile(name, options, &file, debug);
    if (made.ok()) {
      const std::lock_guard lock(disk_.mutex_);
      disk_.extents_[name] = {};
      *result = std::make_unique<File>(disk_, name, std::move(file));
    }
    return made;
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus renamed = FileSystemWrapper::RenameFile(from, to, options, debug);
    const std::lock_guard lock(disk_.mutex_);
    if (const auto found = disk_.extents_.find(from);
        renamed.ok() && found != disk_.extents_.end()) {
      disk_.extents_[to] = found->second;
      disk_.extents_.erase(from);
    }
    return renamed;
  }

 private:
  FaultyDisk& disk_;
};

FaultyDisk::FaultyDisk() : env_(rocksdb::NewCompositeEnv(std::make_shared<Files>(*this))) {}

FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::fail_next_sync() {
  const std::lock_guard lock(mutex_);
  fail_sync_ = true;
}

void FaultyDisk::set_full(bool full) {
  const std::lock_guard lock(mutex_);
  is_found_full_ = is_found_full_ && full;
  full_ = full;
}

bool FaultyDisk::is_found_full() const {
  const std::lock_guard lock(mutex_);
  return is_found_full_;
}

void FaultyDisk::cut_power() {
  const std::lock_guard lock(mutex_);
  power_ = false;
}

void FaultyDisk::lose_unsynced() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, extent] : extents_) {
    if (std::filesystem::exists(name) && extent.written > extent.synced) {
      bytes_lost_ += extent.written - extent.synced;
      std::filesystem::resize_file(name, extent.synced);
    }
  }
  extents_.clear();
  power_ = true;
}

}  // namespace swarmboard::persistence
