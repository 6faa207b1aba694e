// Checkpoints of the RocksDB journal, on a thread of their own: flushing may take seconds, and
// neither commits nor reads shall wait for it.
#include <filesystem>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_folder.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

boost::system::error_code make_checkpoint(RocksDbStore& store, const std::string& to) {
  std::error_code error;
  if (!fs::create_directory(to, error)) {
    return error ? boost::system::error_code(error)
                 : boost::system::errc::make_error_code(boost::system::errc::file_exists);
  }
  if (const auto failed = store.checkpoint(fs::absolute(to).string() + "/journal")) {
    return failed;
  }
  // The mark of the running store is ahead of the copy by now; the copy has one of its own.
  const RocksDbStore::Peeked peeked = RocksDbStore::peek(to + "/journal", store.env());
  if (peeked.error) {
    return peeked.error;
  }
  return begin_folder(to, peeked.commit);
}

}  // namespace

boost::system::error_code scrub_store(const std::string& folder) {
  return RocksDbStore::scrub(folder + "/journal");
}

void RocksDbJournal::checkpoint(std::string folder, Callback<boost::system::error_code> done) {
  boost::system::error_code refused;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      refused = JournalErrc::Closed;
    } else if (checkpointing_) {
      refused = JournalErrc::Overloaded;
    } else {
      if (checkpoint_thread_.joinable()) {
        checkpoint_thread_.join();  // At most in its `done`, which does not call us.
      }
      checkpointing_ = true;
      checkpoint_thread_ = std::thread([this, folder = std::move(folder), done] {
        const auto error = make_checkpoint(*store_, folder);
        {
          const std::lock_guard ended(mutex_);
          checkpointing_ = false;
        }
        done(error);
      });
    }
  }
  if (refused) {
    done(refused);
  }
}

}  // namespace swarmboard::persistence
