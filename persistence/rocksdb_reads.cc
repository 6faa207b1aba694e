// The reading side of the RocksDB journal: everything on the reader thread, bounded, verified.
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_followers.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_store.h"

namespace swarmboard::persistence {

template <class T>
void RocksDbJournal::enqueue_read(Callback<Result<T>> done, std::function<Result<T>()> task) {
  boost::system::error_code refused;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      refused = JournalErrc::Closed;
    } else if (reads_.size() >= options_.reads_waiting_max) {
      refused = JournalErrc::Overloaded;
    } else {
      reads_.push_back([done, task = std::move(task)] { done(task()); });
      read_ready_.notify_one();
      return;
    }
  }
  done(refused);
}

void RocksDbJournal::read_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    read_ready_.wait(lock, [this] { return !reads_.empty() || closing_; });
    if (reads_.empty()) {
      return;
    }
    const std::function<void()> task = std::move(reads_.front());
    reads_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

void RocksDbJournal::resolve(const Tenure& tenure, std::string stream,
                             Callback<Result<Head>> done) {
  head({tenure.team, std::move(stream)}, std::move(done));
}

void RocksDbJournal::head(StreamName name, Callback<Result<Head>> done) {
  enqueue_read<Head>(std::move(done),
                     [this, name = std::move(name)] { return store_->head(name); });
}

void RocksDbJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                          Callback<Result<UnitPage>> done) {
  enqueue_read<UnitPage>(std::move(done), [this, name = std::move(name), from, limits] {
    return store_->read(name, from, limits);
  });
}

void RocksDbJournal::keyframe_at(StreamName name, std::uint64_t seq_max,
                                 std::uint32_t state_version,
                                 Callback<Result<std::optional<KeyframeBytes>>> done) {
  enqueue_read<std::optional<KeyframeBytes>>(
      std::move(done), [this, name = std::move(name), seq_max, state_version] {
        return store_->keyframe_at(name, seq_max, state_version);
      });
}

void RocksDbJournal::read_sealed(StreamName name, std::string bucket,
                                 Callback<Result<std::vector<SealedEntry>>> done) {
  enqueue_read<std::vector<SealedEntry>>(
      std::move(done), [this, name = std::move(name), bucket = std::move(bucket)] {
        return store_->entries(sealed_prefix(name, bucket));
      });
}

void RocksDbJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  enqueue_read<std::vector<std::string>>(std::move(done), [this] { return store_->names({}); });
}

void RocksDbJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  enqueue_read<std::vector<std::string>>(
      std::move(done), [this, team = std::move(team)] { return store_->names(team); });
}

void RocksDbJournal::settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) {
  enqueue_read<std::vector<SealedEntry>>(
      std::move(done), [this, prefix = std::move(prefix)]() -> Result<std::vector<SealedEntry>> {
        auto found = store_->entries(setting_key(prefix));
        if (found) {
          for (SealedEntry& entry : *found) {
            entry.id.insert(0, prefix);
          }
        }
        return found;
      });
}

RocksDbJournal::Follower::Follower(std::shared_ptr<Followers> all, StreamName name,
                                   std::function<void(const Unit&)> on_unit)
    : all_(std::move(all)), name_(std::move(name)), on_unit_(std::move(on_unit)) {}

RocksDbJournal::Follower::~Follower() {
  const std::lock_guard lock(all_->mutex);
  all_->all.erase(this);
}

void RocksDbJournal::Follower::tell(const Unit& unit) {
  if (unit.first_seq + unit.count > next_) {
    next_ = unit.first_seq + unit.count;
    on_unit_(unit);
  }
}

std::unique_ptr<Subscription> RocksDbJournal::follow(StreamName name, std::uint64_t from,
                                                     std::function<void(const Unit&)> on_unit) {
  auto follower = std::make_unique<Follower>(followers_, name, std::move(on_unit));
  follower->start_at(from);
  // Under the lock no commit is told, so nothing falls between the past and the live part.
  const std::lock_guard lock(followers_->mutex);
  while (true) {
    const auto page = store_->read(name, follower->next(), ReadLimits{});
    if (!page || page->units.empty()) {
      break;
    }
    for (const Unit& unit : page->units) {
      follower->tell(unit);
    }
  }
  followers_->all.insert(follower.get());
  return follower;
}

void RocksDbJournal::tell_followers(const Write& write) {
  const std::lock_guard lock(followers_->mutex);
  for (const Unit& unit : write.group.units) {
    for (Follower* follower : followers_->all) {
      if (follower->name() == StreamName{write.tenure.team, unit.stream}) {
        follower->tell(unit);
      }
    }
  }
}

}  // namespace swarmboard::persistence
