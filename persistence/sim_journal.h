// A journal on a simulated disk, for the world simulator and the contract suite: deterministic,
// with seeded delays and the failures that a real disk or another owner can cause.
//
// Owner: the simulated process; destroying it without close() is a crash: callbacks that were due
// never run. Single-threaded: every callback runs from a task given to `after`, which the caller's
// scheduler runs when that much virtual time has passed. It never runs a callback inside the call.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "persistence/sim_disk.h"

namespace swarmboard::persistence {

// May be changed at any time; it counts for what starts afterwards. Chances are per commit.
struct SimFaults {
  std::int64_t sync_us_min = 100;
  std::int64_t sync_us_max = 2'000;
  std::int64_t read_us_max = 500;
  double sync_fails = 0;
  double outcome_unknown = 0;
  bool disk_full = false;
};

class SimJournal : public Journal {
 public:
  using After = std::function<void(std::int64_t delay_us, std::function<void()> task)>;

  SimJournal(SimDisk& disk, const SimFaults& faults, std::mt19937_64& random, After after);
  ~SimJournal() override;

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
  // One thing in the order of the journal: a write, a refusal, or a barrier without content.
  struct Step {
    SimEntryPtr entry;  // Null: nothing to write.
    std::string team;
    std::uint64_t token = 0;
    AppendState state = AppendState::Durable;
    std::size_t bytes = 0;
    std::function<void(AppendResult)> done;
  };

  struct Ownership {
    std::uint64_t token = 0;
    std::map<std::string, Head> ahead;  // Of the streams with appends of this tenure.
    std::optional<AppendState> stuck;   // J5.
    bool was_read_only = false;         // A refused group was not followed by a fitting one yet.
  };

  struct Follower;
  class FollowerHandle;

  [[nodiscard]] AppendState judge(const Tenure& tenure, const Group& group);
  void fence(const std::string& team);
  void move_ahead(Ownership& owner, const Group& group, const std::string& team);
  void enqueue(Step step);
  void start_commit();
  void choose_fate();
  void finish_commit();
  void give_up(AppendState state, std::size_t from);
  void notify_followers();
  void later(std::int64_t delay_us, std::function<void()> task);
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high);
  [[nodiscard]] bool chance(double probability);

  SimDisk& disk_;
  const SimFaults& faults_;
  std::mt19937_64& random_;
  After after_;
  Epochs epochs_given_;  // Of the disk, and those on their way.
  std::map<std::string, Ownership> owners_;
  std::uint64_t last_token_ = 0;
  std::deque<Step> waiting_;
  std::vector<Step> committing_;
  std::uint64_t commit_round_ = 0;
  bool failed_ = false;
  bool closed_ = false;
  Health health_;
  std::vector<std::weak_ptr<Follower>> followers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace swarmboard::persistence
