// The commit thread of the RocksDB journal: takes all that waits, judges it in order, writes it in
// one synced write, answers.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>
#include <xxhash.h>

#include <boost/system/errc.hpp>

#include "persistence/commit_pace.h"
#include "persistence/errc.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"

namespace swarmboard::persistence {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::size_t kSealedIdBytesMax = 255;

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  // Only fails for a clock that does not exist.
  ::clock_gettime(clock, &now);
  return now.tv_sec * kSecondUs + now.tv_nsec / 1000;
}

bool has_good_names(const std::string& team, const Group& group) {
  const auto good_bucket = [&](const std::string& stream, const std::string& bucket) {
    return is_stream_name({team, stream}) && is_name(bucket, true);
  };
  return std::all_of(
             group.sealed_drops.begin(), group.sealed_drops.end(),
             [&](const SealedDrop& drop) { return good_bucket(drop.stream, drop.bucket); }) &&
         std::all_of(group.sealed_puts.begin(), group.sealed_puts.end(), [&](const SealedPut& put) {
           return good_bucket(put.stream, put.bucket) && !put.id.empty() &&
                  put.id.size() <= kSealedIdBytesMax;
         });
}

}  // namespace

std::int64_t monotonic_us() {
  return clock_us(CLOCK_MONOTONIC);
}

void RocksDbJournal::commit_loop() {
  CommitPace pace(options_.pause_us_max);
  std::unique_lock lock(mutex_);
  while (true) {
    committer_waits_ = true;
    steps_ready_.wait_for(lock, std::chrono::seconds(1),
                          [this] { return !steps_.empty() || closing_; });
    committer_waits_ = false;
    if (steps_.empty()) {
      const bool last = closing_;
      lock.unlock();
      if (last) {
        keep_watermark(true);
        return;
      }
      idle();
      lock.lock();
      continue;
    }
    const std::int64_t pause_us =
        pace.next_pause_us(monotonic_us(), clock_us(CLOCK_PROCESS_CPUTIME_ID));
    if (pause_us > 0) {
      steps_ready_.wait_for(lock, std::chrono::microseconds(pause_us), [this] {
        return closing_ || steps_bytes_ >= options_.commit_bytes_max;
      });
    }
    std::vector<Step> steps = take_steps();
    lock.unlock();
    commit(std::move(steps));
    keep_watermark(false);
    lock.lock();
  }
}

void RocksDbJournal::idle() {
  check_space();
  keep_watermark(false);
}

std::vector<RocksDbJournal::Step> RocksDbJournal::take_steps() {
  std::vector<Step> taken;
  std::size_t bytes = 0;
  // A change of epochs is a commit of its own: what comes after it builds on it.
  const auto fits = [&](const Step& next) {
    return next.kind != Step::Kind::Raise && taken.back().kind != Step::Kind::Raise &&
           bytes + next.bytes <= options_.commit_bytes_max;
  };
  while (!steps_.empty() && (taken.empty() || fits(steps_.front()))) {
    bytes += steps_.front().bytes;
    taken.push_back(std::move(steps_.front()));
    steps_.pop_front();
  }
  steps_bytes_ -= bytes;
  return taken;
}

void RocksDbJournal::fail(const std::string& why) {
  const std::lock_guard lock(mutex_);
  failed_ = true;
  health_.why_not = why;
}

bool RocksDbJournal::continues(const Step& step, std::map<StreamName, Head>& heads) {
  for (const Unit& unit : step.group.units) {
    const StreamName name{step.tenure.team, unit.stream};
    if (!is_stream_name(name) || unit.count == 0 || unit.payload == nullptr) {
      return false;
    }
    auto found = heads.find(name);
    if (found == heads.end()) {
      auto known = heads_.find(name);
      if (known == heads_.end()) {
        const auto stored = store_->head(name);
        if (!stored) {
          return false;
        }
        known = heads_.emplace(name, *stored).first;
      }
      found = heads.emplace(name, known->second).first;
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

void RocksDbJournal::start_tenure(const Tenure& tenure) {
  TeamState fresh;
  fresh.token = tenure.token;
  teams_[tenure.team] = std::move(fresh);
  // Read from disk again: the new owner starts from what is there. Also bounds what is kept.
  forget_heads(tenure.team);
}

void RocksDbJournal::forget_heads(const std::string& team) {
  auto head = heads_.lower_bound({team, {}});
  while (head != heads_.end() && head->first.team == team) {
    head = heads_.erase(head);
  }
}

void RocksDbJournal::put_epochs(const EpochChange& change, rocksdb::WriteBatch& batch) {
  for (auto& [name, team] : teams_) {
    if (concerns(change, name)) {
      team.token = 0;
      forget_heads(name);
    }
  }
  const std::string key = epoch_key(change.epoch);
  // A batch in memory only refuses what is larger than 4 GiB.
  [[maybe_unused]] const rocksdb::Status status =
      batch.Put(store_->meta(), key, encode_value(key, encode_epoch(change)));
}

AppendState RocksDbJournal::stage(const Step& step, std::uint64_t commit_no,
                                  rocksdb::WriteBatch& batch) {
  switch (step.kind) {
    case Step::Kind::Append:
      return stage_group(step, commit_no, batch);
    case Step::Kind::Acquire:
      return AppendState::Durable;  // Begun before: see commit().
    case Step::Kind::Release: {
      const auto team = teams_.find(step.tenure.team);
      if (team != teams_.end() && team->second.token == step.tenure.token) {
        team->second.token = 0;
      }
      return AppendState::Durable;
    }
    case Step::Kind::Outside:
    case Step::Kind::Raise:
      break;
  }
  if (failed_ || step.too_much) {
    return AppendState::Failed;
  }
  if (!has_space_) {
    return AppendState::ReadOnly;
  }
  if (step.kind == Step::Kind::Raise) {
    put_epochs(step.epochs, batch);
  } else {
    step.outside(batch);
  }
  return AppendState::Durable;
}

AppendState RocksDbJournal::stage_group(const Step& step, std::uint64_t commit_no,
                                        rocksdb::WriteBatch& batch) {
  const auto found = teams_.find(step.tenure.team);
  if (found == teams_.end() || step.tenure.token == 0 || step.tenure.token != found->second.token) {
    return AppendState::Fenced;
  }
  TeamState& team = found->second;
  const auto refuse = [&] {
    for (const Unit& unit : step.group.units) {
      team.refused_streams.insert(unit.stream);
    }
    return AppendState::ReadOnly;
  };
  if (failed_ || team.failed || step.too_much) {
    team.failed = true;
    return AppendState::Failed;
  }
  if (!has_space_) {
    return refuse();
  }
  std::map<StreamName, Head> heads;
  if (!continues(step, heads) || !has_good_names(step.tenure.team, step.group)) {
    const bool behind_a_refused_one =
        std::any_of(step.group.units.begin(), step.group.units.end(),
                    [&](const Unit& unit) { return team.refused_streams.contains(unit.stream); });
    team.failed = !behind_a_refused_one;
    return behind_a_refused_one ? refuse() : AppendState::Failed;
  }
  for (const Unit& unit : step.group.units) {
    team.refused_streams.erase(unit.stream);
  }
  put_group(step, commit_no, heads, batch);
  return AppendState::Durable;
}

void RocksDbJournal::put_group(const Step& step, std::uint64_t commit_no,
                               std::map<StreamName, Head>& heads, rocksdb::WriteBatch& batch) {
  const std::string& team = step.tenure.team;
  // A batch in memory only refuses what is larger than 4 GiB.
  [[maybe_unused]] rocksdb::Status status;
  for (const Unit& unit : step.group.units) {
    const StreamName name{team, unit.stream};
    const std::string key = log_key(name, unit.first_seq);
    status = batch.Put(store_->log(), key, encode_unit(key, unit, commit_no, heads[name].epoch));
  }
  for (const SealedDrop& drop : step.group.sealed_drops) {
    const std::string prefix = sealed_prefix({team, drop.stream}, drop.bucket);
    status = batch.DeleteRange(store_->meta(), prefix, after_prefix(prefix));
  }
  for (const SealedPut& put : step.group.sealed_puts) {
    const std::string key = sealed_prefix({team, put.stream}, put.bucket) + put.id;
    status = batch.Put(store_->meta(), key, encode_value(key, put.value));
  }
  for (auto& [name, head] : heads) {
    heads_[name] = head;
  }
}

// The write goes out even when only settings changed: the watermark counts writes, so that their
// loss is found as well.
RocksDbJournal::Wrote RocksDbJournal::write(rocksdb::WriteBatch& batch, std::uint64_t commit_no,
                                            std::size_t groups) {
  const std::int64_t started_us = monotonic_us();
  CommitMark mark;
  mark.commit_no = commit_no;
  mark.writes = mark_.writes + 1;
  mark.chain = XXH3_64bits_withSeed(batch.Data().data(), batch.GetDataSize(), mark_.chain);
  rocksdb::Status status = batch.Put(store_->meta(), RocksDbStore::kCommitKey,
                                     encode_commit(RocksDbStore::kCommitKey, mark));
  if (status.ok()) {
    status = store_->write(batch);
  }
  if (status.IsNoSpace()) {
    run_full();
    return Wrote::NoSpace;
  }
  if (!status.ok()) {
    fail("a write failed and the process must restart: " + status.ToString());
    return Wrote::Failed;
  }
  mark_ = mark;
  const std::lock_guard lock(mutex_);
  ++health_.commits;
  health_.groups += groups;
  health_.bytes_written += batch.GetDataSize();
  health_.last_sync_us = static_cast<std::uint64_t>(monotonic_us() - started_us);
  return Wrote::Yes;
}

// Before anybody is told, so that these files know of everything that was acknowledged.
void RocksDbJournal::note_durable(const std::vector<Step>& steps,
                                  const std::vector<AppendResult>& results) {
  bool has_groups = false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind != Step::Kind::Append || results[i].state != AppendState::Durable) {
      continue;
    }
    has_groups = true;
    for (const Unit& unit : steps[i].group.units) {
      ends_->add({steps[i].tenure.team, unit.stream},
                 {1, unit.first_seq + unit.count - 1, unit.chain_after});
    }
  }
  if (has_groups) {
    ends_->note(mark_.commit_no);
  }
  note_watermark();
}

// What was written stays durable even if this fails.
void RocksDbJournal::note_watermark() {
  const auto error = watermark_->note(mark_);
  if (error == boost::system::errc::no_space_on_device) {
    run_full();
  } else if (error) {
    fail("the watermark could not be written: " + error.message());
  }
}

// Nothing of the step was written: the disk was full.
void RocksDbJournal::take_back(const Step& step) {
  if (step.kind != Step::Kind::Append) {
    return;
  }
  forget_heads(step.tenure.team);
  for (const Unit& unit : step.group.units) {
    teams_[step.tenure.team].refused_streams.insert(unit.stream);
  }
}

void RocksDbJournal::commit(std::vector<Step> steps) {
  check_space();
  std::vector<AppendResult> results(steps.size());
  rocksdb::WriteBatch batch(0, 0, 8, 0);  // Eight bytes of protection for each key in memory.
  std::uint64_t commit_no = mark_.commit_no;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    bytes += steps[i].bytes;
    if (steps[i].kind == Step::Kind::Acquire) {
      start_tenure(steps[i].tenure);
    }
    results[i].state = stage(steps[i], commit_no + 1, batch);
    if (results[i].state == AppendState::Durable && steps[i].kind == Step::Kind::Append) {
      results[i].commit_no = ++commit_no;
    }
  }
  const std::size_t groups = commit_no - mark_.commit_no;
  Wrote wrote = Wrote::Yes;
  if (batch.Count() > 0 || groups > 0) {
    wrote = write(batch, commit_no, groups);
    if (wrote == Wrote::Yes) {
      note_durable(steps, results);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    health_.pending_bytes -= bytes;
  }
  answer(steps, results, wrote);
}

void RocksDbJournal::answer(const std::vector<Step>& steps, std::vector<AppendResult>& results,
                            Wrote wrote) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool depends = steps[i].kind == Step::Kind::Append ||
                         steps[i].kind == Step::Kind::Outside || steps[i].kind == Step::Kind::Raise;
    if (wrote != Wrote::Yes && depends && results[i].state == AppendState::Durable) {
      const bool full = wrote == Wrote::NoSpace;
      results[i] = {full ? AppendState::ReadOnly : AppendState::Failed, 0};
      if (full) {
        take_back(steps[i]);
      }
    }
    if (results[i].state == AppendState::Durable) {
      after_durable(steps[i]);
    }
    steps[i].done(results[i]);
  }
}

void RocksDbJournal::after_durable(const Step& step) {
  if (step.kind == Step::Kind::Raise) {
    store_->adopt(step.epochs);
  }
  for (const Unit& unit : step.group.units) {
    for (const FollowerPtr& follower : followers_.of({step.tenure.team, unit.stream})) {
      enqueue_task([this, follower] { tell(follower); });
    }
  }
  if (!step.group.sealed_drops.empty()) {
    enqueue_task([this] { forget_dropped(); });
  }
}

void RocksDbJournal::keep_watermark(bool now) {
  const std::int64_t now_us = monotonic_us();
  if (failed_ || (!now && now_us - watermark_synced_us_ < kSecondUs)) {
    return;
  }
  watermark_synced_us_ = now_us;
  ends_->sync();  // First: they are to know all that the watermark asks for.
  if (const auto error = watermark_->sync()) {
    fail("the watermark could not be synced: " + error.message());
  }
}

}  // namespace swarmboard::persistence
