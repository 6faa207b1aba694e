#include "persistence/rocksdb_journal.h"

#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_parts.h"

namespace swarmboard::persistence {
namespace {

std::size_t bytes_of(const Group& group) {
  std::size_t bytes = 0;
  for (const Unit& unit : group.units) {
    bytes += kUnitHeaderBytes + unit.payload->size();
  }
  for (const SealedPut& put : group.sealed_puts) {
    bytes += put.value.size();
  }
  return bytes;
}

boost::system::error_code error_of(AppendState state) {
  switch (state) {
    case AppendState::Durable:
      return {};
    case AppendState::ReadOnly:
      return JournalErrc::NoSpace;
    case AppendState::Fenced:
    case AppendState::Unknown:
    case AppendState::Failed:
      break;
  }
  return JournalErrc::Io;
}

}  // namespace

RocksDbJournal::RocksDbJournal(RocksDbOptions options, Parts parts)
    : options_(std::move(options)),
      locks_(std::move(parts.locks)),
      store_(std::move(parts.store)),
      watermark_(std::move(parts.watermark)),
      ends_(std::move(parts.ends)),
      mark_(parts.mark),
      ballast_(std::make_unique<Ballast>(options_.folder + "/ballast")),
      epochs_given_(*store_->epochs()) {
  if (options_.quarantine) {
    health_.quarantined = true;
    health_.why_not = describe_loss(*options_.quarantine);
  }
  check_space();
  commit_thread_ = std::thread([this] { commit_loop(); });
  read_thread_ = std::thread([this] { read_loop(); });
}

RocksDbJournal::~RocksDbJournal() {
  close();
}

void RocksDbJournal::close() {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      return;
    }
    closing_ = true;
  }
  steps_ready_.notify_all();
  if (checkpoint_thread_.joinable()) {  // None begins any more.
    checkpoint_thread_.join();
  }
  commit_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    commits_ended_ = true;
  }
  tasks_ready_.notify_all();
  read_thread_.join();
  store_.reset();
  watermark_.reset();
  ends_.reset();
  ballast_.reset();
  locks_.clear();
}

void RocksDbJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  if (!is_name(team, false)) {
    done(make_error_code(JournalErrc::BadName));
    return;
  }
  Step step;
  step.kind = Step::Kind::Acquire;
  step.tenure.team = std::move(team);
  {
    const std::lock_guard lock(mutex_);
    step.tenure.token = next_token_++;
  }
  step.done = [tenure = step.tenure, done = std::move(done)](const AppendResult& result) {
    if (result.state == AppendState::Durable) {
      done(tenure);
    } else {
      done(make_error_code(JournalErrc::Closed));
    }
  };
  enqueue(std::move(step));
}

void RocksDbJournal::release(Tenure tenure) {
  Step step;
  step.kind = Step::Kind::Release;
  step.tenure = std::move(tenure);
  step.done = [](const AppendResult&) {};  // Nobody waits for it.
  enqueue(std::move(step));
}

void RocksDbJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  Step step;
  step.tenure = tenure;
  step.bytes = bytes_of(group);
  step.group = std::move(group);
  step.done = std::move(done);
  enqueue(std::move(step));
}

void RocksDbJournal::put_setting(std::string key, std::optional<std::string> value,
                                 Callback<boost::system::error_code> done) {
  const std::size_t bytes = key.size() + (value ? value->size() : 0);
  put_outside(
      [this, stored = setting_key(key), value = std::move(value)](rocksdb::WriteBatch& batch) {
        // A batch in memory only refuses what is larger than 4 GiB.
        [[maybe_unused]] const auto status =
            value ? batch.Put(store_->meta(), stored, encode_value(stored, *value))
                  : batch.Delete(store_->meta(), stored);
      },
      bytes, std::move(done));
}

void RocksDbJournal::raise_epoch(EpochChange change, Callback<Result<std::uint64_t>> done) {
  if (!has_good_names(change)) {
    done(make_error_code(JournalErrc::BadName));
    return;
  }
  Step step;
  step.kind = Step::Kind::Raise;
  {
    const std::lock_guard lock(mutex_);
    step.epochs = epochs_given_.numbered(std::move(change));
    epochs_given_.add(step.epochs);
  }
  step.done = [epoch = step.epochs.epoch, done = std::move(done)](const AppendResult& result) {
    if (result.state == AppendState::Durable) {
      done(epoch);
    } else {
      done(error_of(result.state));
    }
  };
  enqueue(std::move(step));
}

void RocksDbJournal::put_outside(std::function<void(rocksdb::WriteBatch&)> put, std::size_t bytes,
                                 Callback<boost::system::error_code> done) {
  Step step;
  step.kind = Step::Kind::Outside;
  step.outside = std::move(put);
  step.bytes = bytes;
  step.done = [done = std::move(done)](const AppendResult& result) {
    done(error_of(result.state));
  };
  enqueue(std::move(step));
}

void RocksDbJournal::enqueue(Step step) {
  bool wake = false;
  {
    std::unique_lock lock(mutex_);
    if (closing_) {
      lock.unlock();
      step.done({AppendState::Failed, 0});
      return;
    }
    if (health_.pending_bytes + step.bytes > options_.pending_bytes_max) {
      step.too_much = true;
      step.bytes = 0;
      step.group = {};
    }
    health_.pending_bytes += step.bytes;
    steps_bytes_ += step.bytes;
    steps_.push_back(std::move(step));
    wake = committer_waits_ || steps_bytes_ >= options_.commit_bytes_max;
  }
  if (wake) {
    steps_ready_.notify_one();
  }
}

Health RocksDbJournal::health() const {
  const std::lock_guard lock(mutex_);
  Health health = health_;
  health.writable = has_space_ && !failed_ && !closing_;
  if (!has_space_ && health.why_not.empty()) {
    health.why_not = "there is too little free space on the disk";
  }
  return health;
}

}  // namespace swarmboard::persistence
