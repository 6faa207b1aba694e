#include "persistence/memory_journal.h"

#include <utility>

namespace swarmboard::persistence {

struct MemoryJournal::Follower final : Subscription {
  Follower(std::shared_ptr<std::set<Follower*>> all, StreamName followed,
           std::function<void(const Unit&)> receiver)
      : all_followers(std::move(all)), name(std::move(followed)), on_unit(std::move(receiver)) {
    all_followers->insert(this);
  }

  ~Follower() override { all_followers->erase(this); }

  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  std::shared_ptr<std::set<Follower*>> all_followers;
  StreamName name;
  std::function<void(const Unit&)> on_unit;
};

MemoryJournal::MemoryJournal(Defer defer)
    : defer_(std::move(defer)), followers_(std::make_shared<std::set<Follower*>>()) {}

void MemoryJournal::later(std::function<void()> task) {
  if (defer_) {
    defer_(std::move(task));
  } else {
    task();
  }
}

void MemoryJournal::acquire(std::string team, Callback<Result<Tenure>> done) {
  Team& owned = teams_[team];
  owned.token = next_token_++;
  owned.failed = false;
  later([done = std::move(done), tenure = Tenure{std::move(team), owned.token}] { done(tenure); });
}

void MemoryJournal::release(Tenure tenure) {
  const auto found = teams_.find(tenure.team);
  if (found != teams_.end() && found->second.token == tenure.token) {
    found->second.token = 0;
  }
}

bool MemoryJournal::fits(const Team& team, const Group& group) const {
  std::map<std::string, Head> heads;
  for (const Unit& unit : group.units) {
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

void MemoryJournal::store(Team& team, const std::string& name, const Group& group) {
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
  tell_followers(name, group);
}

void MemoryJournal::tell_followers(const std::string& team, const Group& group) {
  for (const Unit& unit : group.units) {
    for (const Follower* follower : *followers_) {
      if (follower->name == StreamName{team, unit.stream}) {
        follower->on_unit(unit);
      }
    }
  }
}

void MemoryJournal::append(const Tenure& tenure, Group group, Callback<AppendResult> done) {
  Team& team = teams_[tenure.team];
  AppendResult result;
  if (tenure.token == 0 || tenure.token != team.token) {
    result.state = AppendState::Fenced;
  } else if (team.failed || !fits(team, group)) {
    team.failed = true;
    result.state = AppendState::Failed;
  } else {
    store(team, tenure.team, group);
    result = {AppendState::Durable, health_.commits};
  }
  later([done = std::move(done), result] { done(result); });
}

void MemoryJournal::resolve(const Tenure& tenure, std::string stream,
                            Callback<Result<Head>> done) {
  head({tenure.team, std::move(stream)}, std::move(done));
}

void MemoryJournal::head(StreamName name, Callback<Result<Head>> done) {
  const Head head = teams_[name.team].streams[name.stream].head;
  later([done = std::move(done), head] { done(head); });
}

void MemoryJournal::read(StreamName name, std::uint64_t from, ReadLimits limits,
                         Callback<Result<UnitPage>> done) {
  const Stream& stream = teams_[name.team].streams[name.stream];
  UnitPage page;
  page.head = stream.head;
  auto unit = stream.units.upper_bound(from);
  if (unit != stream.units.begin()) {
    --unit;
  }
  std::size_t bytes = 0;
  for (; unit != stream.units.end() && page.units.size() < limits.units_max; ++unit) {
    if (unit->second.first_seq + unit->second.count <= from) {
      continue;
    }
    bytes += unit->second.payload->size();
    if (!page.units.empty() && bytes > limits.bytes_max) {
      break;
    }
    page.units.push_back(unit->second);
  }
  later([done = std::move(done), page = std::move(page)]() mutable { done(std::move(page)); });
}

void MemoryJournal::keyframe_at(StreamName name, std::uint64_t seq_max,
                                std::uint32_t state_version,
                                Callback<Result<std::optional<KeyframeBytes>>> done) {
  const auto& keyframes = teams_[name.team].streams[name.stream].keyframes;
  std::optional<KeyframeBytes> found;
  for (auto it = keyframes.upper_bound(seq_max); it != keyframes.begin() && !found;) {
    --it;
    if (it->second.state_version == state_version) {
      found = it->second;
    }
  }
  later([done = std::move(done), found = std::move(found)] { done(found); });
}

void MemoryJournal::put_keyframe(std::string team, KeyframeBytes keyframe,
                                 Callback<boost::system::error_code> done) {
  const std::uint64_t seq = keyframe.seq;
  teams_[team].streams[keyframe.stream].keyframes[seq] = std::move(keyframe);
  later([done = std::move(done)] { done({}); });
}

void MemoryJournal::read_sealed(StreamName name, std::string bucket,
                                Callback<Result<std::vector<SealedEntry>>> done) {
  std::vector<SealedEntry> entries;
  for (const auto& [id, value] : teams_[name.team].streams[name.stream].sealed[bucket]) {
    entries.push_back({id, value});
  }
  later([done = std::move(done), entries = std::move(entries)] { done(entries); });
}

void MemoryJournal::teams(Callback<Result<std::vector<std::string>>> done) {
  std::vector<std::string> names;
  for (const auto& [name, team] : teams_) {
    if (!team.streams.empty()) {
      names.push_back(name);
    }
  }
  later([done = std::move(done), names = std::move(names)] { done(names); });
}

void MemoryJournal::streams(std::string team, Callback<Result<std::vector<std::string>>> done) {
  std::vector<std::string> names;
  for (const auto& [name, stream] : teams_[team].streams) {
    if (stream.head.seq > 0) {
      names.push_back(name);
    }
  }
  later([done = std::move(done), names = std::move(names)] { done(names); });
}

void MemoryJournal::put_setting(std::string key, std::optional<std::string> value,
                                Callback<boost::system::error_code> done) {
  if (value) {
    settings_[std::move(key)] = *std::move(value);
  } else {
    settings_.erase(key);
  }
  later([done = std::move(done)] { done({}); });
}

void MemoryJournal::settings(std::string prefix,
                             Callback<Result<std::vector<SealedEntry>>> done) {
  std::vector<SealedEntry> entries;
  for (auto it = settings_.lower_bound(prefix);
       it != settings_.end() && it->first.starts_with(prefix); ++it) {
    entries.push_back({it->first, it->second});
  }
  later([done = std::move(done), entries = std::move(entries)] { done(entries); });
}

std::unique_ptr<Subscription> MemoryJournal::follow(StreamName name, std::uint64_t from,
                                                    std::function<void(const Unit&)> on_unit) {
  for (const auto& [first, unit] : teams_[name.team].streams[name.stream].units) {
    if (first + unit.count > from) {
      on_unit(unit);
    }
  }
  return std::make_unique<Follower>(followers_, std::move(name), std::move(on_unit));
}

Health MemoryJournal::health() const {
  return health_;
}

void MemoryJournal::close() {}

}  // namespace swarmboard::persistence
