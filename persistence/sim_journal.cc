#include "persistence/sim_journal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/system/errc.hpp>

#include "persistence/errc.h"
#include "persistence/keys.h"

namespace swarmboard::persistence {
namespace {

// Of the streams of one group: what must be written at once.
constexpr std::size_t kStepsPerCommitMax = 256;

std::size_t bytes_of(const Group& group) {
  std::size_t bytes = 0;
  for (const Unit& unit : group.units) {
    bytes += unit.payload == nullptr ? 0 : unit.payload->size();
  }
  for (const SealedPut& put : group.sealed_puts) {
    bytes += put.value.size();
  }
  return bytes;
}

boost::system::error_code no_space() {
  return make_error_code(boost::system::errc::no_space_on_device);
}

}  // namespace

struct SimJournal::Follower {
  StreamName name;
  std::uint64_t next = 1;
  std::function<void(const Unit&)> on_unit;
};

class SimJournal::FollowerHandle : public Subscription {
 public:
  explicit FollowerHandle(std::shared_ptr<Follower> follower) : follower_(std::move(follower)) {}

 private:
  std::shared_ptr<Follower> follower_;
};

SimJournal::SimJournal(SimDisk& disk, const SimFaults& faults, std::mt19937_64& random, After after)
    : disk_(disk),
      faults_(faults),
      random_(random),
      after_(std::move(after)),
      epochs_given_(disk.epochs()) {}

SimJournal::~SimJournal() = default;

void SimJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  if (!is_name(team, false)) {
    later(0, [done = std::move(done)] { done(make_error_code(JournalErrc::BadName)); });
    return;
  }
  const std::uint64_t token = ++last_token_;
  fence(team);
  owners_[team].token = token;
  // A barrier: what the tenure before has in the running commit is settled first.
  Step barrier;
  barrier.done = [team, token, done = std::move(done)](AppendResult) { done(Tenure{team, token}); };
  enqueue(std::move(barrier));
}

// Nobody owns the team now; what its owner handed in and is not being committed is not written.
void SimJournal::fence(const std::string& team) {
  owners_[team] = Ownership{};
  owners_[team].token = ++last_token_;
  for (Step& step : waiting_) {
    if (step.entry != nullptr && step.team == team) {
      step.entry = nullptr;
      step.state = AppendState::Fenced;
    }
  }
}

void SimJournal::release(Tenure tenure) {
  const auto found = owners_.find(tenure.team);
  if (found != owners_.end() && found->second.token == tenure.token) {
    found->second.token = ++last_token_;
  }
}

void SimJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  Step step;
  step.team = tenure.team;
  step.token = tenure.token;
  step.state = judge(tenure, group);
  step.done = std::move(done);
  if (step.state == AppendState::Durable) {
    move_ahead(owners_[tenure.team], group, tenure.team);
    step.bytes = bytes_of(group);
    health_.pending_bytes += step.bytes;
    step.entry = std::make_shared<const SimEntry>(SimEntry{tenure.team, std::move(group), {}, {}});
  }
  enqueue(std::move(step));
}

AppendState SimJournal::judge(const Tenure& tenure, const Group& group) {
  const auto found = owners_.find(tenure.team);
  if (found == owners_.end() || found->second.token != tenure.token) {
    return AppendState::Fenced;
  }
  Ownership& owner = found->second;
  if (failed_ || closed_) {
    return AppendState::Failed;
  }
  if (owner.stuck.has_value()) {
    return *owner.stuck;
  }
  std::map<std::string, Head> ahead = owner.ahead;
  for (const Unit& unit : group.units) {
    const auto known = ahead.find(unit.stream);
    const Head head =
        known != ahead.end() ? known->second : disk_.head(StreamName{tenure.team, unit.stream});
    if (!is_name(unit.stream, true)) {
      owner.stuck = AppendState::Failed;
      return AppendState::Failed;
    }
    if (unit.count == 0 || unit.first_seq != head.seq + 1 || unit.chain_before != head.chain) {
      // Decided on top of a group that was refused for space: it shares its fate.
      if (owner.was_read_only) {
        return AppendState::ReadOnly;
      }
      owner.stuck = AppendState::Failed;
      return AppendState::Failed;
    }
    ahead[unit.stream] = Head{head.epoch, unit.first_seq + unit.count - 1, unit.chain_after};
  }
  if (faults_.disk_full) {
    owner.was_read_only = true;
    return AppendState::ReadOnly;
  }
  return AppendState::Durable;
}

void SimJournal::move_ahead(Ownership& owner, const Group& group, const std::string& team) {
  owner.was_read_only = false;
  for (const Unit& unit : group.units) {
    const std::uint64_t epoch = disk_.head(StreamName{team, unit.stream}).epoch;
    owner.ahead[unit.stream] = Head{epoch, unit.first_seq + unit.count - 1, unit.chain_after};
  }
}

void SimJournal::resolve(const Tenure& tenure, std::string stream, Callback<Result<Head>> done) {
  Step barrier;
  barrier.done = [this, name = StreamName{tenure.team, std::move(stream)},
                  done = std::move(done)](AppendResult) { done(disk_.head(name)); };
  enqueue(std::move(barrier));
}

void SimJournal::enqueue(Step step) {
  waiting_.push_back(std::move(step));
  start_commit();
}

void SimJournal::start_commit() {
  if (!committing_.empty() || waiting_.empty()) {
    return;
  }
  while (!waiting_.empty() && committing_.size() < kStepsPerCommitMax) {
    committing_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  choose_fate();
  for (const Step& step : committing_) {
    if (step.entry != nullptr) {
      disk_.write(step.entry);
    }
  }
  const std::uint64_t round = ++commit_round_;
  const std::int64_t sync_us = between(faults_.sync_us_min, faults_.sync_us_max);
  health_.last_sync_us = static_cast<std::uint64_t>(sync_us);
  later(sync_us, [this, round] {
    if (round == commit_round_ && !committing_.empty()) {
      finish_commit();
    }
  });
}

void SimJournal::choose_fate() {
  const bool has_entry = std::any_of(committing_.begin(), committing_.end(),
                                     [](const Step& step) { return step.entry != nullptr; });
  if (!has_entry || closed_) {
    return;
  }
  if (chance(faults_.sync_fails)) {
    // What was written may or may not be there after the restart.
    failed_ = true;
    give_up(AppendState::Failed, 0);
    return;
  }
  if (chance(faults_.outcome_unknown)) {
    const std::size_t from = random_() % committing_.size();
    // The answer was lost; of the rest a prefix arrived.
    const std::size_t arrived = from + random_() % (committing_.size() - from + 1);
    give_up(AppendState::Unknown, from);
    for (std::size_t i = arrived; i < committing_.size(); ++i) {
      committing_[i].entry = nullptr;
    }
  }
}

void SimJournal::give_up(AppendState state, std::size_t from) {
  for (std::size_t i = from; i < committing_.size(); ++i) {
    Step& step = committing_[i];
    if (step.entry == nullptr || step.state != AppendState::Durable) {
      continue;
    }
    step.state = state;
    const auto owner = owners_.find(step.team);
    if (owner != owners_.end() && owner->second.token == step.token) {
      owner->second.stuck = state;
    }
  }
}

void SimJournal::finish_commit() {
  std::vector<Step> done = std::exchange(committing_, {});
  std::uint64_t commit_no = disk_.group_count();
  if (!failed_) {
    disk_.sync();
    ++health_.commits;
  }
  const std::weak_ptr<bool> alive = alive_;
  for (Step& step : done) {
    // Appended behind a commit of its own tenure that went wrong.
    health_.pending_bytes -= step.bytes;
    if (failed_ && step.entry != nullptr && step.state == AppendState::Durable) {
      step.state = AppendState::Failed;
    }
    const bool is_durable = step.entry != nullptr && step.state == AppendState::Durable;
    if (is_durable) {
      ++commit_no;
      ++health_.groups;
      health_.bytes_written += step.bytes;
    }
    step.done(AppendResult{step.state, is_durable ? commit_no : 0});
    if (alive.expired()) {
      return;
    }
  }
  // J5: what was accepted behind it shares the fate of a lost commit.
  for (Step& step : waiting_) {
    const auto owner = owners_.find(step.team);
    if (step.entry == nullptr || owner == owners_.end()) {
      continue;
    }
    if (failed_ || (owner->second.token == step.token && owner->second.stuck.has_value())) {
      step.state = failed_ ? AppendState::Failed : *owner->second.stuck;
      step.entry = nullptr;
    }
  }
  notify_followers();
  if (!alive.expired()) {
    start_commit();
  }
}

void SimJournal::head(StreamName name, Callback<Result<Head>> done) {
  later(between(0, faults_.read_us_max),
        [this, name = std::move(name), done = std::move(done)] { done(disk_.head(name)); });
}

void SimJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                      Callback<Result<UnitPage>> done) {
  later(between(0, faults_.read_us_max), [this, name = std::move(name), from, limits,
                                          done = std::move(done)] {
    if (!is_stream_name(name)) {
      done(make_error_code(JournalErrc::BadName));
      return;
    }
    UnitPage page;
    page.head = disk_.head(name);
    const SimStream* stream = disk_.find(name);
    std::size_t bytes = 0;
    if (stream != nullptr) {
      auto unit =
          std::partition_point(stream->units.begin(), stream->units.end(),
                               [from](const Unit& u) { return u.first_seq + u.count <= from; });
      for (; unit != stream->units.end() && page.units.size() < limits.units_max; ++unit) {
        bytes += unit->payload == nullptr ? 0 : unit->payload->size();
        if (unit->first_seq > limits.seq_max || (!page.units.empty() && bytes > limits.bytes_max)) {
          break;
        }
        if (stream->damaged.contains(unit->first_seq)) {
          done(make_error_code(JournalErrc::Damaged));
          return;
        }
        page.units.push_back(*unit);
      }
    }
    done(std::move(page));
  });
}

void SimJournal::keyframe_at(StreamName name, std::uint64_t seq_max, std::uint32_t state_version,
                             Callback<Result<std::optional<KeyframeBytes>>> done) {
  later(between(0, faults_.read_us_max),
        [this, name = std::move(name), seq_max, state_version, done = std::move(done)] {
          std::optional<KeyframeBytes> newest;
          if (const SimStream* stream = disk_.find(name); stream != nullptr) {
            for (const auto& [seq, keyframe] : stream->keyframes) {
              if (seq <= seq_max && keyframe.state_version == state_version) {
                newest = keyframe;
              }
            }
          }
          done(std::move(newest));
        });
}

void SimJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                              Callback<boost::system::error_code> done) {
  later(between(0, faults_.sync_us_max),
        [this, team = std::move(team), keyframe = std::move(keyframe), done = std::move(done)] {
          if (faults_.disk_full || failed_) {
            done(no_space());
            return;
          }
          disk_.put_keyframe(team, keyframe);
          done({});
        });
}

void SimJournal::read_sealed(StreamName name, std::string bucket,
                             Callback<Result<std::vector<SealedEntry>>> done) {
  later(between(0, faults_.read_us_max),
        [this, name = std::move(name), bucket = std::move(bucket), done = std::move(done)] {
          std::vector<SealedEntry> entries;
          const SimStream* stream = disk_.find(name);
          if (stream != nullptr && stream->sealed.contains(bucket)) {
            for (const auto& [id, value] : stream->sealed.at(bucket)) {
              entries.push_back(SealedEntry{id, value});
            }
          }
          done(std::move(entries));
        });
}

void SimJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  later(0, [this, done = std::move(done)] { done(disk_.teams()); });
}

void SimJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  later(between(0, faults_.read_us_max),
        [this, team = std::move(team), done = std::move(done)] { done(disk_.streams(team)); });
}

void SimJournal::put_setting(std::string key, std::optional<std::string> value,
                             Callback<boost::system::error_code> done) {
  if (faults_.disk_full || failed_) {
    later(0, [done = std::move(done)] { done(no_space()); });
    return;
  }
  Step step;
  step.entry = std::make_shared<const SimEntry>(
      SimEntry{{}, {}, SimSetting{std::move(key), std::move(value)}, {}});
  step.done = [done = std::move(done)](AppendResult result) {
    done(result.state == AppendState::Durable ? boost::system::error_code{}
                                              : make_error_code(boost::system::errc::io_error));
  };
  enqueue(std::move(step));
}

void SimJournal::settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) {
  later(0, [this, prefix = std::move(prefix), done = std::move(done)] {
    std::vector<SealedEntry> entries;
    for (const auto& [key, value] : disk_.settings()) {
      if (key.starts_with(prefix)) {
        entries.push_back(SealedEntry{key, value});
      }
    }
    done(std::move(entries));
  });
}

void SimJournal::raise_epoch(EpochChange change, Callback<Result<std::uint64_t>> done) {
  if (!has_good_names(change) || faults_.disk_full || failed_) {
    const auto why = has_good_names(change) ? no_space() : make_error_code(JournalErrc::BadName);
    later(0, [done = std::move(done), why] { done(why); });
    return;
  }
  for (const auto& [team, owner] : owners_) {
    if (concerns(change, team)) {
      fence(team);
    }
  }
  change = epochs_given_.numbered(std::move(change));
  epochs_given_.add(change);
  const std::uint64_t epoch = change.epoch;
  Step step;
  step.entry = std::make_shared<const SimEntry>(SimEntry{{}, {}, {}, std::move(change)});
  step.done = [done = std::move(done), epoch](AppendResult result) {
    if (result.state == AppendState::Durable) {
      done(epoch);
    } else {
      done(make_error_code(boost::system::errc::io_error));
    }
  };
  enqueue(std::move(step));
}

void SimJournal::epochs(Callback<Result<std::vector<EpochChange>>> done) {
  later(0, [this, done = std::move(done)] { done(disk_.epochs().changes()); });
}

std::unique_ptr<Subscription> SimJournal::follow(StreamName name, std::uint64_t from,
                                                 std::function<void(const Unit&)> on_unit) {
  auto follower = std::make_shared<Follower>(Follower{std::move(name), from, std::move(on_unit)});
  followers_.push_back(follower);
  later(0, [this] { notify_followers(); });
  return std::make_unique<FollowerHandle>(std::move(follower));
}

void SimJournal::notify_followers() {
  std::erase_if(followers_, [](const auto& follower) { return follower.expired(); });
  const auto followers = followers_;
  for (const auto& weak : followers) {
    const std::shared_ptr<Follower> follower = weak.lock();
    const SimStream* stream = follower == nullptr ? nullptr : disk_.find(follower->name);
    if (stream == nullptr) {
      continue;
    }
    for (const Unit& unit : stream->units) {
      if (unit.first_seq + unit.count > follower->next) {
        follower->next = unit.first_seq + unit.count;
        follower->on_unit(unit);
      }
    }
  }
}

Health SimJournal::health() const {
  Health health = health_;
  health.writable = !faults_.disk_full && !failed_;
  if (!health.writable) {
    health.why_not = failed_ ? "A write failed." : "The disk is full.";
  }
  health.free_bytes = faults_.disk_full ? 0 : std::numeric_limits<std::uint32_t>::max();
  return health;
}

void SimJournal::close() {
  closed_ = true;
  while (!committing_.empty() || !waiting_.empty()) {
    if (committing_.empty()) {
      start_commit();
    }
    finish_commit();
  }
}

void SimJournal::later(std::int64_t delay_us, std::function<void()> task) {
  after_(delay_us, [alive = std::weak_ptr<bool>(alive_), task = std::move(task)] {
    if (!alive.expired()) {
      task();
    }
  });
}

std::int64_t SimJournal::between(std::int64_t low, std::int64_t high) {
  if (high <= low) {
    return low;
  }
  return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}

bool SimJournal::chance(double probability) {
  // Asks for no random number when the fault does not exist, so that seeds without it are alike.
  return probability > 0 && static_cast<double>(random_() >> 11) * 0x1.0p-53 < probability;
}

}  // namespace swarmboard::persistence
