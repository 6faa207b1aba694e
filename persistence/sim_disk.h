// The disk under SimJournal: a log of entries, of which a prefix is synced. Only that prefix is
// certain to survive a crash. It outlives the journals that are opened on it, as a disk outlives
// processes.
//
// Owner: the simulated world. Single-threaded; no time, no callbacks. Random numbers come in.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "persistence/epochs.h"
#include "persistence/journal.h"

namespace swarmboard::persistence {

struct SimSetting {
  std::string key;
  std::optional<std::string> value;
};

// One atomic write: a group of a team, a setting, or a rise of epochs.
struct SimEntry {
  std::string team;
  Group group;
  std::optional<SimSetting> setting;
  std::optional<EpochChange> epochs;
};

using SimEntryPtr = std::shared_ptr<const SimEntry>;

// A stream as far as it is synced.
struct SimStream {
  std::vector<Unit> units;
  std::set<std::uint64_t> damaged;  // First sequence numbers.
  std::uint64_t seq = 0;
  std::uint64_t chain = 0;
  std::map<std::uint64_t, KeyframeBytes> keyframes;
  std::map<std::string, std::map<std::string, std::string>> sealed;  // Bucket, id, value.
};

class SimDisk {
 public:
  // What a backup holds: the synced log of one moment.
  using Backup = std::vector<SimEntryPtr>;

  // Appends to the log. Nothing of it is visible to readers before sync().
  void write(SimEntryPtr entry);
  // Everything written becomes durable.
  void sync();
  // Power is lost: of what was not synced a random prefix survives. Keyframes may vanish.
  void crash(std::mt19937_64& random);

  [[nodiscard]] Backup backup() const;
  // The log becomes the backup's; every stream in it continues under the new epoch.
  void restore(const Backup& backup, std::uint64_t epoch);

  // The stored unit rots: from now on it cannot be read.
  void damage(const StreamName& name, std::uint64_t first_seq);

  void put_keyframe(const std::string& team, KeyframeBytes keyframe);
  void drop_keyframes();

  // The log; its first synced() entries are durable. Restoring replaces it.
  [[nodiscard]] const std::vector<SimEntryPtr>& log() const { return log_; }

  [[nodiscard]] std::size_t synced() const { return synced_; }

  [[nodiscard]] const Epochs& epochs() const { return epochs_; }

  [[nodiscard]] const SimStream* find(const StreamName& name) const;
  [[nodiscard]] Head head(const StreamName& name) const;
  [[nodiscard]] std::vector<std::string> teams() const;
  [[nodiscard]] std::vector<std::string> streams(const std::string& team) const;

  [[nodiscard]] const std::map<std::string, std::string>& settings() const { return settings_; }

  [[nodiscard]] std::uint64_t group_count() const { return group_count_; }

 private:
  void index(const SimEntry& entry);
  void reindex();

  std::vector<SimEntryPtr> log_;
  std::size_t synced_ = 0;
  Epochs epochs_;

  std::map<StreamName, SimStream> streams_;
  std::map<std::string, std::string> settings_;
  std::uint64_t group_count_ = 0;
};

}  // namespace swarmboard::persistence
