// The reference journal: everything in memory, nothing survives the object. For tests.
//
// Threads: none of its own; calls may come from any. Callbacks run at once, inside the call, or,
// when a `defer` function is given, through it.
#pragma once

#include <map>
#include <mutex>

#include "persistence/epochs.h"
#include "persistence/follower.h"
#include "persistence/journal.h"

namespace swarmboard::persistence {

class MemoryJournal final : public Journal {
 public:
  // Runs a callback later, in order. Empty: callbacks run inside the call.
  using Defer = std::function<void(std::function<void()>)>;

  explicit MemoryJournal(Defer defer = {});

  void acquire(std::string team, Callback<Result<Tenure>> done) override;
  void release(Tenure tenure) override;
  void append(const Tenure& tenure, Group group, Callback<AppendResult> done) override;
  void resolve(const Tenure& tenure, std::string stream, Callback<Result<Head>> done) override;
  void head(StreamName name, Callback<Result<Head>> done) override;
  void read(StreamName name, std::uint64_t from, ReadLimits limits,
            Callback<Result<UnitPage>> done) override;
  void keyframe_at(StreamName name, std::uint64_t seq_max, std::uint32_t state_version,
                   Callback<Result<std::optional<KeyframeBytes>>> done) override;
  void put_keyframe(std::string team, KeyframeBytes keyframe,
                    Callback<boost::system::error_code> done) override;
  void read_sealed(StreamName name, std::string bucket,
                   Callback<Result<std::vector<SealedEntry>>> done) override;
  void teams(Callback<Result<std::vector<std::string>>> done) override;
  void streams(std::string team, Callback<Result<std::vector<std::string>>> done) override;
  void put_setting(std::string key, std::optional<std::string> value,
                   Callback<boost::system::error_code> done) override;
  void settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) override;
  void raise_epoch(EpochChange change, Callback<Result<std::uint64_t>> done) override;
  void epochs(Callback<Result<std::vector<EpochChange>>> done) override;
  [[nodiscard]] std::unique_ptr<Subscription> follow(
      StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) override;
  [[nodiscard]] Health health() const override;
  void close() override;

 private:
  struct Stream {
    Head head;
    std::map<std::uint64_t, Unit> units;  // By first_seq.
    std::map<std::uint64_t, KeyframeBytes> keyframes;
    std::map<std::string, std::map<std::string, std::string>> sealed;
  };

  struct Team {
    std::uint64_t token = 0;
    bool failed = false;
    std::map<std::string, Stream> streams;
  };

  [[nodiscard]] static bool fits(const std::string& name, const Team& team, const Group& group);
  // Null: nothing was ever written to it.
  [[nodiscard]] const Stream* find(const StreamName& name) const;
  void store(Team& team, const Group& group);
  void tell(Follower& follower);
  void later(std::function<void()> task);

  const Defer defer_;
  Followers followers_;
  mutable std::mutex mutex_;  // Guards what follows; never held while a callback runs.
  std::uint64_t next_token_ = 1;
  std::map<std::string, Team> teams_;
  std::map<std::string, std::string> settings_;
  Epochs epochs_;
  Health health_;
};

}  // namespace swarmboard::persistence
