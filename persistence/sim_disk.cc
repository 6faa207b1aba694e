#include "persistence/sim_disk.h"

namespace swarmboard::persistence {

void SimDisk::write(SimEntryPtr entry) {
  log_.push_back(std::move(entry));
}

void SimDisk::sync() {
  for (; synced_ < log_.size(); ++synced_) {
    index(*log_[synced_]);
  }
}

void SimDisk::crash(std::mt19937_64& random) {
  const std::size_t loose = log_.size() - synced_;
  if (loose > 0) {
    log_.resize(synced_ + random() % (loose + 1));
    sync();
  }
  for (auto& [name, stream] : streams_) {
    std::erase_if(stream.keyframes, [&random](const auto&) { return random() % 4 == 0; });
  }
}

SimDisk::Backup SimDisk::backup() const {
  return {log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(synced_)};
}

void SimDisk::restore(const Backup& backup, std::uint64_t epoch) {
  log_ = backup;
  SimEntry raised;
  raised.epochs = EpochChange{epoch, 0, "restored", {}};
  log_.push_back(std::make_shared<const SimEntry>(std::move(raised)));
  reindex();
}

void SimDisk::damage(const StreamName& name, std::uint64_t first_seq) {
  streams_[name].damaged.insert(first_seq);
}

void SimDisk::put_keyframe(const std::string& team, KeyframeBytes keyframe) {
  SimStream& stream = streams_[StreamName{team, keyframe.stream}];
  const std::uint64_t seq = keyframe.seq;
  stream.keyframes.insert_or_assign(seq, std::move(keyframe));
}

void SimDisk::drop_keyframes() {
  for (auto& [name, stream] : streams_) {
    stream.keyframes.clear();
  }
}

const SimStream* SimDisk::find(const StreamName& name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() ? nullptr : &found->second;
}

Head SimDisk::head(const StreamName& name) const {
  const SimStream* stream = find(name);
  const Head end = stream == nullptr ? Head{} : Head{1, stream->seq, stream->chain};
  return epochs_.raised(name, end);
}

std::vector<std::string> SimDisk::teams() const {
  std::vector<std::string> teams;
  for (const auto& [name, stream] : streams_) {
    if (stream.seq > 0 && (teams.empty() || teams.back() != name.team)) {
      teams.push_back(name.team);
    }
  }
  return teams;
}

std::vector<std::string> SimDisk::streams(const std::string& team) const {
  std::vector<std::string> streams;
  for (const auto& [name, stream] : streams_) {
    if (stream.seq > 0 && name.team == team) {
      streams.push_back(name.stream);
    }
  }
  return streams;
}

void SimDisk::index(const SimEntry& entry) {
  if (entry.setting.has_value()) {
    const SimSetting& setting = *entry.setting;
    if (setting.value.has_value()) {
      settings_[setting.key] = *setting.value;
    } else {
      settings_.erase(setting.key);
    }
    return;
  }
  if (entry.epochs.has_value()) {
    epochs_.add(*entry.epochs);
    return;
  }
  ++group_count_;
  for (const Unit& unit : entry.group.units) {
    SimStream& stream = streams_[StreamName{entry.team, unit.stream}];
    stream.units.push_back(unit);
    stream.seq = unit.first_seq + unit.count - 1;
    stream.chain = unit.chain_after;
  }
  for (const SealedDrop& drop : entry.group.sealed_drops) {
    streams_[StreamName{entry.team, drop.stream}].sealed.erase(drop.bucket);
  }
  for (const SealedPut& put : entry.group.sealed_puts) {
    streams_[StreamName{entry.team, put.stream}].sealed[put.bucket][put.id] = put.value;
  }
}

void SimDisk::reindex() {
  streams_.clear();
  settings_.clear();
  epochs_ = {};
  group_count_ = 0;
  synced_ = 0;
  sync();
}

}  // namespace swarmboard::persistence
