#include "persistence/rocksdb_journal.h"

#include <ctime>
#include <filesystem>
#include <utility>

#include "persistence/commit_pace.h"
#include "persistence/errc.h"
#include "persistence/record.h"
#include "persistence/rocksdb_followers.h"
#include "persistence/rocksdb_store.h"
#include "persistence/watermark.h"

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kSpaceCheckUs = 200'000;

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  // Only fails for a clock that does not exist.
  ::clock_gettime(clock, &now);
  return now.tv_sec * kSecondUs + now.tv_nsec / 1000;
}

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

RocksDbOptions::Space space_of(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  // Not knowing is no reason to stop: a write that finds no space fails by itself.
  return error ? RocksDbOptions::Space{UINT64_MAX, UINT64_MAX}
               : RocksDbOptions::Space{space.available, space.capacity};
}

}  // namespace

OpenedJournal RocksDbJournal::open(RocksDbOptions options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    return {nullptr, error, "The folder " + options.folder + " cannot be made: " + error.message()};
  }
  RocksDbStore::Opened opened = RocksDbStore::open(options.folder + "/journal");
  if (!opened.store) {
    return {nullptr, opened.error, opened.detail};
  }
  const auto commit_no = opened.store->last_commit_no();
  if (!commit_no) {
    return {nullptr, commit_no.error(), "The journal's last commit cannot be read."};
  }
  auto watermark = Watermark::open(options.folder + "/watermark");
  if (!watermark) {
    return {nullptr, watermark.error(),
            "The watermark file in " + options.folder +
                " cannot be opened: " + watermark.error().message()};
  }
  if (*commit_no < watermark->commit_no()) {
    return {nullptr, JournalErrc::Damaged,
            "The journal in " + options.folder + " ends at commit " + std::to_string(*commit_no) +
                ", but commits up to " + std::to_string(watermark->commit_no()) +
                " were acknowledged: " + std::to_string(watermark->commit_no() - *commit_no) +
                " commits are missing. Restore a backup, or keep a copy before anything else."};
  }
  std::unique_ptr<RocksDbJournal> journal(
      new RocksDbJournal(std::move(options), std::move(opened.store),
                         std::make_unique<Watermark>(std::move(*watermark)), *commit_no));
  return {std::move(journal), {}, {}};
}

RocksDbJournal::RocksDbJournal(RocksDbOptions options, std::unique_ptr<RocksDbStore> store,
                               std::unique_ptr<Watermark> watermark, std::uint64_t commit_no)
    : options_(std::move(options)),
      store_(std::move(store)),
      watermark_(std::move(watermark)),
      commit_no_(commit_no),
      followers_(std::make_shared<Followers>()) {
  if (!options_.space) {
    options_.space = [folder = options_.folder] { return space_of(folder); };
  }
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
  write_ready_.notify_all();
  read_ready_.notify_all();
  commit_thread_.join();
  read_thread_.join();
  store_.reset();
}

void RocksDbJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  if (!is_name(team, false)) {
    done(make_error_code(JournalErrc::BadName));
    return;
  }
  Tenure tenure{team, 0};
  {
    const std::lock_guard lock(mutex_);
    TeamState& state = teams_[team];
    state.token = next_token_++;
    state.failed = false;
    tenure.token = state.token;
  }
  done(std::move(tenure));
}

void RocksDbJournal::release(Tenure tenure) {
  const std::lock_guard lock(mutex_);
  const auto found = teams_.find(tenure.team);
  if (found != teams_.end() && found->second.token == tenure.token) {
    found->second.token = 0;
  }
}

void RocksDbJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  Write write{tenure, std::move(group), {}, std::move(done), 0};
  write.bytes = bytes_of(write.group);
  enqueue_write(std::move(write));
}

void RocksDbJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                                  Callback<boost::system::error_code> done) {
  Write write;
  write.bytes = keyframe.bytes->size();
  write.outside = [this, team = std::move(team),
                   keyframe = std::move(keyframe)](rocksdb::WriteBatch& batch) {
    // A batch in memory only refuses what is larger than 4 GiB.
    [[maybe_unused]] const auto status =
        batch.Put(store_->keyframes(),
                  keyframe_key({team, keyframe.stream}, keyframe.seq, keyframe.state_version),
                  *keyframe.bytes);
  };
  write.done = [done = std::move(done)](const AppendResult& result) {
    done(result.state == AppendState::Durable ? boost::system::error_code()
                                              : make_error_code(JournalErrc::Io));
  };
  enqueue_write(std::move(write));
}

void RocksDbJournal::put_setting(std::string key, std::optional<std::string> value,
                                 Callback<boost::system::error_code> done) {
  Write write;
  write.outside = [this, key = setting_key(key),
                   value = std::move(value)](rocksdb::WriteBatch& batch) {
    [[maybe_unused]] const auto status =
        value ? batch.Put(store_->meta(), key, *value) : batch.Delete(store_->meta(), key);
  };
  write.done = [done = std::move(done)](const AppendResult& result) {
    done(result.state == AppendState::Durable ? boost::system::error_code()
                                              : make_error_code(JournalErrc::Io));
  };
  enqueue_write(std::move(write));
}

void RocksDbJournal::enqueue_write(Write write) {
  {
    const std::lock_guard lock(mutex_);
    if (!closing_) {
      health_.pending_bytes += write.bytes;
      writes_.push_back(std::move(write));
      write_ready_.notify_one();
      return;
    }
  }
  write.done({AppendState::Failed, 0});
}

std::vector<RocksDbJournal::Write> RocksDbJournal::take_writes() {
  std::vector<Write> taken;
  std::size_t bytes = 0;
  while (!writes_.empty() &&
         (taken.empty() || bytes + writes_.front().bytes <= options_.commit_bytes_max)) {
    bytes += writes_.front().bytes;
    taken.push_back(std::move(writes_.front()));
    writes_.pop_front();
  }
  health_.pending_bytes -= bytes;
  return taken;
}

void RocksDbJournal::commit_loop() {
  CommitPace pace(options_.pause_us_max);
  std::unique_lock lock(mutex_);
  while (true) {
    write_ready_.wait_for(lock, std::chrono::seconds(1),
                          [this] { return !writes_.empty() || closing_; });
    if (writes_.empty()) {
      const bool last = closing_;
      lock.unlock();
      keep_watermark(clock_us(CLOCK_MONOTONIC), last);
      lock.lock();
      if (last && writes_.empty()) {
        return;
      }
      continue;
    }
    const std::int64_t pause_us =
        pace.next_pause_us(clock_us(CLOCK_MONOTONIC), clock_us(CLOCK_PROCESS_CPUTIME_ID));
    if (pause_us > 0 && !closing_) {
      // Woken early only by close(): the predicate ignores further writes.
      write_ready_.wait_for(lock, std::chrono::microseconds(pause_us), [this] { return closing_; });
    }
    std::vector<Write> writes = take_writes();
    lock.unlock();
    commit(std::move(writes));
    keep_watermark(clock_us(CLOCK_MONOTONIC), false);
    lock.lock();
  }
}

bool RocksDbJournal::has_space(std::int64_t now_us) {
  if (now_us - space_checked_us_ >= kSpaceCheckUs || !writable_) {
    space_checked_us_ = now_us;
    const RocksDbOptions::Space space = options_.space();
    const std::uint64_t limit =
        std::min(options_.free_bytes_min, space.total_bytes / 100 * options_.free_percent_min);
    const std::lock_guard lock(mutex_);
    writable_ = space.free_bytes >= limit;
    health_.free_bytes = space.free_bytes;
  }
  return writable_;
}

bool RocksDbJournal::continues(const Tenure& tenure, const Group& group,
                               std::map<StreamName, Head>& heads) {
  for (const Unit& unit : group.units) {
    const StreamName name{tenure.team, unit.stream};
    if (!is_stream_name(name) || unit.count == 0) {
      return false;
    }
    auto found = heads.find(name);
    if (found == heads.end()) {
      auto cached = heads_.find(name);
      if (cached == heads_.end()) {
        const auto stored = store_->head(name);
        if (!stored) {
          return false;
        }
        cached = heads_.emplace(name, *stored).first;
      }
      found = heads.emplace(name, cached->second).first;
    }
    Head& head = found->second;
    if (unit.first_seq != head.seq + 1 || unit.chain_before != head.chain) {
      return false;
    }
    head.seq += unit.count;
    head.chain = unit.chain_after;
  }
  return true;
}

AppendState RocksDbJournal::stage(const Write& write, std::uint64_t commit_no,
                                  rocksdb::WriteBatch& batch) {
  {
    const std::lock_guard lock(mutex_);
    const TeamState& team = teams_[write.tenure.team];
    if (write.tenure.token == 0 || write.tenure.token != team.token) {
      return AppendState::Fenced;
    }
    if (team.failed) {
      return AppendState::Failed;
    }
  }
  std::map<StreamName, Head> heads;
  if (!continues(write.tenure, write.group, heads)) {
    const std::lock_guard lock(mutex_);
    teams_[write.tenure.team].failed = true;
    return AppendState::Failed;
  }
  const std::string& team = write.tenure.team;
  rocksdb::Status status;
  for (const Unit& unit : write.group.units) {
    const StreamName name{team, unit.stream};
    status = batch.Put(store_->log(), log_key(name, unit.first_seq),
                       encode_unit(unit, commit_no, heads[name].epoch));
  }
  for (const SealedDrop& drop : write.group.sealed_drops) {
    const std::string prefix = sealed_prefix({team, drop.stream}, drop.bucket);
    status = batch.DeleteRange(store_->meta(), prefix, after_prefix(prefix));
  }
  for (const SealedPut& put : write.group.sealed_puts) {
    status = batch.Put(store_->meta(), sealed_prefix({team, put.stream}, put.bucket) + put.id,
                       put.value);
  }
  for (auto& [name, head] : heads) {
    heads_[name] = head;
  }
  return AppendState::Durable;
}

void RocksDbJournal::commit(std::vector<Write> writes) {
  const std::int64_t started_us = clock_us(CLOCK_MONOTONIC);
  const bool space = has_space(started_us);
  std::vector<AppendResult> results(writes.size());
  rocksdb::WriteBatch batch(0, 0, 8, 0);  // Eight bytes of protection for each key in memory.
  std::uint64_t commit_no = commit_no_;
  std::size_t groups = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (failed_) {
      results[i].state = AppendState::Failed;
    } else if (!space) {
      results[i].state = AppendState::ReadOnly;
    } else if (writes[i].outside) {
      writes[i].outside(batch);
      results[i].state = AppendState::Durable;
    } else {
      results[i].state = stage(writes[i], commit_no + 1, batch);
      if (results[i].state == AppendState::Durable) {
        results[i].commit_no = ++commit_no;
        ++groups;
      }
    }
  }
  rocksdb::Status status;
  if (batch.Count() > 0) {
    if (groups > 0) {
      status = batch.Put(store_->meta(), RocksDbStore::kCommitKey, std::to_string(commit_no));
    }
    status = status.ok() ? store_->write(batch) : status;
  }
  const std::int64_t sync_us = clock_us(CLOCK_MONOTONIC) - started_us;
  {
    const std::lock_guard lock(mutex_);
    if (!status.ok()) {
      failed_ = true;
      health_.why_not = "a write failed and the process must restart: " + status.ToString();
    } else if (batch.Count() > 0) {
      commit_no_ = commit_no;
      ++health_.commits;
      health_.groups += groups;
      health_.bytes_written += batch.GetDataSize();
      health_.last_sync_us = static_cast<std::uint64_t>(sync_us);
    }
  }
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (!status.ok() && results[i].state == AppendState::Durable) {
      results[i] = {AppendState::Failed, 0};
    }
    if (results[i].state == AppendState::Durable && !writes[i].outside) {
      tell_followers(writes[i]);
    }
    writes[i].done(results[i]);
  }
}

void RocksDbJournal::keep_watermark(std::int64_t now_us, bool force) {
  if (failed_ || watermark_->commit_no() == commit_no_ ||
      (!force && now_us - watermark_us_ < kSecondUs)) {
    return;
  }
  watermark_us_ = now_us;
  if (const auto error = watermark_->store(commit_no_)) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    health_.why_not = "the watermark could not be written: " + error.message();
  }
}

Health RocksDbJournal::health() const {
  const std::lock_guard lock(mutex_);
  Health health = health_;
  health.writable = writable_ && !failed_ && !closing_;
  if (!writable_ && health.why_not.empty()) {
    health.why_not = "there is too little free space on the disk";
  }
  return health;
}

}  // namespace swarmboard::persistence
