// The reader thread of the RocksDB journal: everything that only reads, followers, and the work
// that may take long.
#include <algorithm>
#include <utility>
#include <variant>

#include "persistence/errc.h"
#include "persistence/keyframe_keep.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kStreamsKnownMax = 1'024;

}  // namespace

template <class T>
void RocksDbJournal::enqueue_read(Callback<Result<T>> done, std::function<Result<T>()> task) {
  boost::system::error_code refused;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      refused = JournalErrc::Closed;
    } else if (tasks_.size() >= options_.reads_waiting_max) {
      refused = JournalErrc::Overloaded;
    } else {
      tasks_.push_back([this, done, task = std::move(task)] {
        done(store_ != nullptr ? task() : Result<T>(make_error_code(JournalErrc::Io)));
      });
    }
  }
  if (refused) {
    done(refused);
  } else {
    tasks_ready_.notify_one();
  }
}

template <class T>
void RocksDbJournal::enqueue_read_of(const StreamName& name, Callback<Result<T>> done,
                                     std::function<Result<T>()> task) {
  if (!is_stream_name(name)) {
    done(make_error_code(JournalErrc::BadName));
  } else if (!is_readable(name)) {
    done(make_error_code(JournalErrc::Damaged));
  } else {
    enqueue_read<T>(std::move(done), std::move(task));
  }
}

// A session with a gap is not shown as if it had none. A library is: without it nobody could open
// the sessions that are whole.
bool RocksDbJournal::is_readable(const StreamName& name) const {
  if (!options_.quarantine || name.stream.empty()) {
    return true;
  }
  const auto& damaged = options_.quarantine->streams;
  return std::none_of(damaged.begin(), damaged.end(),
                      [&](const DamagedStream& stream) { return stream.name == name; });
}

void RocksDbJournal::enqueue_task(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  tasks_ready_.notify_one();
}

void RocksDbJournal::read_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    tasks_ready_.wait(lock, [this] { return !tasks_.empty() || commits_ended_; });
    if (tasks_.empty()) {
      return;
    }
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    {
      const std::lock_guard reading(store_in_use_);
      task();
    }
    task = nullptr;  // What it holds dies here and not under the lock.
    lock.lock();
  }
}

void RocksDbJournal::resolve(const Tenure& tenure, std::string stream,
                             Callback<Result<Head>> done) {
  head({tenure.team, std::move(stream)}, std::move(done));
}

void RocksDbJournal::head(StreamName name, Callback<Result<Head>> done) {
  enqueue_read_of<Head>(name, std::move(done), [this, name] { return store_->head(name); });
}

void RocksDbJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                          Callback<Result<UnitPage>> done) {
  enqueue_read_of<UnitPage>(name, std::move(done), [this, name, from, limits] {
    return store_->read(name, from, limits);
  });
}

void RocksDbJournal::keyframe_at(StreamName name, std::uint64_t seq_max,
                                 std::uint32_t state_version,
                                 Callback<Result<std::optional<KeyframeBytes>>> done) {
  enqueue_read_of<std::optional<KeyframeBytes>>(
      name, std::move(done), [this, name, seq_max, state_version] {
        return store_->keyframe_at(name, seq_max, state_version);
      });
}

void RocksDbJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                                  Callback<boost::system::error_code> done) {
  if (!is_stream_name({team, keyframe.stream}) || keyframe.bytes == nullptr) {
    done(make_error_code(JournalErrc::BadName));
    return;
  }
  // Through the reader thread, which finds out what the new one replaces.
  enqueue_read<std::monostate>(
      [done](const Result<std::monostate>& looked) {
        if (!looked) {
          done(looked.error());
        }
      },
      [this, team = std::move(team), keyframe = std::move(keyframe),
       done]() -> Result<std::monostate> {
        store_keyframe(team, keyframe, done);
        return std::monostate();
      });
}

std::vector<KeyframePosition>& RocksDbJournal::known_keyframes(const StreamName& name) {
  if (const auto found = known_keyframes_.find(name); found != known_keyframes_.end()) {
    return found->second;
  }
  if (known_keyframes_.size() >= kStreamsKnownMax) {
    known_keyframes_.clear();
  }
  // What cannot be listed is not thinned out now: a keyframe too many does no harm.
  auto stored = store_->keyframe_positions(name);
  return known_keyframes_[name] = stored ? *std::move(stored) : std::vector<KeyframePosition>();
}

void RocksDbJournal::store_keyframe(const std::string& team, const KeyframeBytes& keyframe,
                                    Callback<boost::system::error_code> done) {
  const StreamName name{team, keyframe.stream};
  const KeyframePosition added{keyframe.seq, keyframe.state_version};
  std::vector<KeyframePosition>& known = known_keyframes(name);
  std::erase_if(known, [&](const KeyframePosition& old) { return old.seq >= added.seq; });
  known.push_back(added);
  std::vector<std::string> obsolete;
  for (const KeyframePosition& old :
       keyframes_to_drop(known, added.state_version, options_.keyframes_kept_max)) {
    obsolete.push_back(keyframe_key(name, old.seq, old.state_version));
    std::erase(known, old);
  }
  const std::size_t bytes = keyframe.bytes->size();
  put_outside(
      [this, key = keyframe_key(name, keyframe.seq, keyframe.state_version),
       content = keyframe.bytes, obsolete = std::move(obsolete)](rocksdb::WriteBatch& batch) {
        // A batch in memory only refuses what is larger than 4 GiB.
        [[maybe_unused]] rocksdb::Status status =
            batch.Put(store_->keyframes(), key, encode_value(key, *content));
        for (const std::string& old : obsolete) {
          status = batch.Delete(store_->keyframes(), old);
        }
      },
      bytes, std::move(done));
}

void RocksDbJournal::read_sealed(StreamName name, std::string bucket,
                                 Callback<Result<std::vector<SealedEntry>>> done) {
  if (!is_name(bucket, true)) {
    done(make_error_code(JournalErrc::BadName));
    return;
  }
  enqueue_read_of<std::vector<SealedEntry>>(name, std::move(done), [this, name, bucket] {
    return store_->entries(sealed_prefix(name, bucket));
  });
}

void RocksDbJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  enqueue_read<std::vector<std::string>>(std::move(done), [this] { return store_->names({}); });
}

void RocksDbJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  enqueue_read_of<std::vector<std::string>>({team, {}}, std::move(done),
                                            [this, team] { return store_->names(team); });
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

void RocksDbJournal::epochs(Callback<Result<std::vector<EpochChange>>> done) {
  enqueue_read<std::vector<EpochChange>>(std::move(done),
                                         [this] { return store_->epochs()->changes(); });
}

std::unique_ptr<Subscription> RocksDbJournal::follow(StreamName name, std::uint64_t from,
                                                     std::function<void(const Unit&)> on_unit) {
  auto follower = std::make_shared<Follower>(std::move(name), from, std::move(on_unit));
  auto following = followers_.add(follower);
  // From here on every commit of the stream leads to a look at it; this is the first.
  enqueue_task([this, follower] { tell(follower); });
  return following;
}

// One page at a time, so that a long past does not keep other readers waiting.
void RocksDbJournal::tell(const FollowerPtr& follower) {
  if (store_ == nullptr) {
    follower->end();
    return;
  }
  const auto page = store_->read(follower->name(), follower->next(), ReadLimits{});
  if (!page) {
    follower->end();
    return;
  }
  for (const Unit& unit : page->units) {
    if (!follower->tell(unit)) {
      return;
    }
  }
  if (follower->next() <= page->head.seq) {
    enqueue_task([this, follower] { tell(follower); });
  }
}

}  // namespace swarmboard::persistence
