#include "persistence/memory_journal.h"

#include <utility>

#include "persistence/errc.h"
#include "persistence/keys.h"

namespace swarmboard::persistence {

MemoryJournal::MemoryJournal(Defer defer) : defer_(std::move(defer)) {}

void MemoryJournal::later(std::function<void()> task) {
  if (defer_) {
    defer_(std::move(task));
  } else {
    task();
  }
}

void MemoryJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  if (!is_name(team, false)) {
    later([done = std::move(done)] { done(make_error_code(JournalErrc::BadName)); });
    return;
  }
  Tenure tenure{std::move(team), 0};
  {
    const std::lock_guard lock(mutex_);
    Team& owned = teams_[tenure.team];
    owned.token = next_token_++;
    owned.failed = false;
    tenure.token = owned.token;
  }
  later([done = std::move(done), tenure = std::move(tenure)] { done(tenure); });
}

void MemoryJournal::release(Tenure tenure) {
  const std::lock_guard lock(mutex_);
  const auto found = teams_.find(tenure.team);
  if (found != teams_.end() && found->second.token == tenure.token) {
    found->second.token = 0;
  }
}

bool MemoryJournal::fits(const std::string& name, const Team& team, const Group& group) {
  std::map<std::string, Head> heads;
  for (const Unit& unit : group.units) {
    if (!is_stream_name({name, unit.stream})) {
      return false;
    }
    if (!heads.contains(unit.stream)) {
      const auto found = team.streams.find(unit.stream);
      heads[unit.stream] = found == team.streams.end() ? Head{} : found->second.head;
    }
    Head& head = heads[unit.stream];
    if (unit.count == 0 || unit.first_seq != head.seq + 1 || unit.chain_before != head.chain) {
      return false;
    }
    head.seq += unit.count;
    head.chain = unit.chain_after;
  }
  return true;
}

void MemoryJournal::store(Team& team, const Group& group) {
  for (const Unit& unit : group.units) {
    Stream& stream = team.streams[unit.stream];
    stream.head.seq += unit.count;
    stream.head.chain = unit.chain_after;
    stream.units.emplace(unit.first_seq, unit);
    health_.bytes_written += unit.payload->size();
  }
  for (const SealedDrop& drop : group.sealed_drops) {
    team.streams[drop.stream].sealed.erase(drop.bucket);
  }
  for (const SealedPut& put : group.sealed_puts) {
    team.streams[put.stream].sealed[put.bucket][put.id] = put.value;
  }
  ++health_.groups;
  ++health_.commits;
}

void MemoryJournal::tell(Follower& follower) {
  std::vector<Unit> units;
  {
    const std::lock_guard lock(mutex_);
    if (const Stream* stream = find(follower.name())) {
      auto unit = stream->units.upper_bound(follower.next());
      if (unit != stream->units.begin()) {
        --unit;
      }
      for (; unit != stream->units.end(); ++unit) {
        units.push_back(unit->second);
      }
    }
  }
  for (const Unit& unit : units) {
    follower.tell(unit);
  }
}

void MemoryJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  AppendResult result;
  {
    const std::lock_guard lock(mutex_);
    const auto team = teams_.find(tenure.team);
    if (team == teams_.end() || tenure.token == 0 || tenure.token != team->second.token) {
      result.state = AppendState::Fenced;
    } else if (team->second.failed || !fits(tenure.team, team->second, group)) {
      team->second.failed = true;
      result.state = AppendState::Failed;
    } else {
      store(team->second, group);
      result = {AppendState::Durable, health_.commits};
    }
  }
  if (result.state == AppendState::Durable) {
    for (const Unit& unit : group.units) {
      for (const FollowerPtr& follower : followers_.of({tenure.team, unit.stream})) {
        tell(*follower);
      }
    }
  }
  later([done = std::move(done), result] { done(result); });
}

void MemoryJournal::resolve(const Tenure& tenure, std::string stream, Callback<Result<Head>> done) {
  head({tenure.team, std::move(stream)}, std::move(done));
}

const MemoryJournal::Stream* MemoryJournal::find(const StreamName& name) const {
  const auto team = teams_.find(name.team);
  if (team == teams_.end()) {
    return nullptr;
  }
  const auto stream = team->second.streams.find(name.stream);
  return stream == team->second.streams.end() ? nullptr : &stream->second;
}

void MemoryJournal::head(StreamName name, Callback<Result<Head>> done) {
  Result<Head> answer = make_error_code(JournalErrc::BadName);
  if (is_stream_name(name)) {
    const std::lock_guard lock(mutex_);
    const Stream* stream = find(name);
    answer = epochs_.raised(name, stream == nullptr ? Head{} : stream->head);
  }
  later([done = std::move(done), answer] { done(answer); });
}

void MemoryJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                         Callback<Result<UnitPage>> done) {
  if (!is_stream_name(name)) {
    later([done = std::move(done)] { done(make_error_code(JournalErrc::BadName)); });
    return;
  }
  UnitPage page;
  std::unique_lock lock(mutex_);
  page.head = epochs_.raised(name, {});
  if (const Stream* stream = find(name)) {
    page.head = epochs_.raised(name, stream->head);
    auto unit = stream->units.upper_bound(from);
    if (unit != stream->units.begin()) {
      --unit;
    }
    std::size_t bytes = 0;
    for (; unit != stream->units.end() && page.units.size() < limits.units_max; ++unit) {
      if (unit->second.first_seq + unit->second.count <= from) {
        continue;
      }
      bytes += unit->second.payload->size();
      if (unit->second.first_seq > limits.seq_max ||
          (!page.units.empty() && bytes > limits.bytes_max)) {
        break;
      }
      page.units.push_back(unit->second);
    }
  }
  lock.unlock();
  later([done = std::move(done), page = std::move(page)]() mutable { done(std::move(page)); });
}

void MemoryJournal::keyframe_at(StreamName name, std::uint64_t seq_max, std::uint32_t state_version,
                                Callback<Result<std::optional<KeyframeBytes>>> done) {
  std::optional<KeyframeBytes> found;
  std::unique_lock lock(mutex_);
  if (const Stream* stream = find(name)) {
    for (auto it = stream->keyframes.upper_bound(seq_max);
         it != stream->keyframes.begin() && !found;) {
      --it;
      if (it->second.state_version == state_version) {
        found = it->second;
      }
    }
  }
  lock.unlock();
  later([done = std::move(done), found = std::move(found)] { done(found); });
}

void MemoryJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                                 Callback<boost::system::error_code> done) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t seq = keyframe.seq;
    teams_[team].streams[keyframe.stream].keyframes[seq] = std::move(keyframe);
  }
  later([done = std::move(done)] { done({}); });
}

void MemoryJournal::read_sealed(StreamName name, std::string bucket,
                                Callback<Result<std::vector<SealedEntry>>> done) {
  std::vector<SealedEntry> entries;
  std::unique_lock lock(mutex_);
  if (const Stream* stream = find(name)) {
    if (const auto found = stream->sealed.find(bucket); found != stream->sealed.end()) {
      for (const auto& [id, value] : found->second) {
        entries.push_back({id, value});
      }
    }
  }
  lock.unlock();
  later([done = std::move(done), entries = std::move(entries)] { done(entries); });
}

void MemoryJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  std::vector<std::string> names;
  std::unique_lock lock(mutex_);
  for (const auto& [name, team] : teams_) {
    for (const auto& [stream_name, stream] : team.streams) {
      if (stream.head.seq > 0) {
        names.push_back(name);
        break;
      }
    }
  }
  lock.unlock();
  later([done = std::move(done), names = std::move(names)] { done(names); });
}

void MemoryJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  std::vector<std::string> names;
  std::unique_lock lock(mutex_);
  if (const auto found = teams_.find(team); found != teams_.end()) {
    for (const auto& [name, stream] : found->second.streams) {
      if (stream.head.seq > 0) {
        names.push_back(name);
      }
    }
  }
  lock.unlock();
  later([done = std::move(done), names = std::move(names)] { done(names); });
}

void MemoryJournal::put_setting(std::string key, std::optional<std::string> value,
                                Callback<boost::system::error_code> done) {
  {
    const std::lock_guard lock(mutex_);
    if (value) {
      settings_[std::move(key)] = *std::move(value);
    } else {
      settings_.erase(key);
    }
  }
  later([done = std::move(done)] { done({}); });
}

void MemoryJournal::settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) {
  std::vector<SealedEntry> entries;
  std::unique_lock lock(mutex_);
  for (auto it = settings_.lower_bound(prefix);
       it != settings_.end() && it->first.starts_with(prefix); ++it) {
    entries.push_back({it->first, it->second});
  }
  lock.unlock();
  later([done = std::move(done), entries = std::move(entries)] { done(entries); });
}

void MemoryJournal::raise_epoch(EpochChange change, Callback<Result<std::uint64_t>> done) {
  if (!has_good_names(change)) {
    later([done = std::move(done)] { done(make_error_code(JournalErrc::BadName)); });
    return;
  }
  std::unique_lock lock(mutex_);
  change = epochs_.numbered(std::move(change));
  const std::uint64_t epoch = change.epoch;
  for (auto& [name, team] : teams_) {
    team.token = concerns(change, name) ? 0 : team.token;
  }
  epochs_.add(std::move(change));
  lock.unlock();
  later([done = std::move(done), epoch] { done(epoch); });
}

void MemoryJournal::epochs(Callback<Result<std::vector<EpochChange>>> done) {
  std::unique_lock lock(mutex_);
  std::vector<EpochChange> changes = epochs_.changes();
  lock.unlock();
  later([done = std::move(done), changes = std::move(changes)] { done(changes); });
}

std::unique_ptr<Subscription> MemoryJournal::follow(StreamName name, std::uint64_t from,
                                                    std::function<void(const Unit&)> on_unit) {
  const auto follower = std::make_shared<Follower>(std::move(name), from, std::move(on_unit));
  auto following = followers_.add(follower);
  tell(*follower);
  return following;
}

Health MemoryJournal::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void MemoryJournal::close() {}

}  // namespace swarmboard::persistence
