// The journal on RocksDB: group commit by one thread, reads by another.
//
// While one synced write runs, groups of all teams gather; the next write takes all of them, after
// a pause that rises with the load of the process. A failed write or sync is final: every later
// append answers Failed and the process has to restart from disk. A full disk is not: appends
// answer ReadOnly until there is room again (rocksdb_space.cc).
//
// Files: rocksdb_folder.cc and rocksdb_open.cc (before the start), rocksdb_journal.cc (the calls),
// rocksdb_commit.cc (the commit thread), rocksdb_reads.cc (the reader thread),
// rocksdb_checkpoint.cc (copies for backups).
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "persistence/checkpoints.h"
#include "persistence/damage.h"
#include "persistence/epochs.h"
#include "persistence/follower.h"
#include "persistence/journal.h"
#include "persistence/keys.h"
#include "persistence/record.h"

namespace rocksdb {
class Env;
class WriteBatch;
}  // namespace rocksdb

namespace swarmboard::persistence {

class Ballast;
class FolderLock;
class RocksDbStore;
class StreamEnds;
class Watermark;
struct FolderCheck;

struct RocksDbOptions {
  std::string folder;
  std::int64_t pause_us_max = 6'000;  // Longest wait for more before a commit; 0 = never wait.
  std::uint64_t free_bytes_min = 512ull * 1024 * 1024;
  std::uint32_t free_percent_min = 5;  // The larger of the two limits counts.
  std::int64_t space_check_us = 200'000;
  std::uint64_t ballast_bytes = 64ull * 1024 * 1024;  // ballast.h; 0 = none.
  std::size_t commit_bytes_max = 1024 * 1024;
  // The room refuses commands long before (Health::pending_bytes). A tenure that goes beyond is
  // out of control and fails.
  std::size_t pending_bytes_max = 64 * 1024 * 1024;
  std::size_t reads_waiting_max = 1024;
  // Of one stream. All keyframes together are no larger than the log: what is dropped makes the way
  // from a keyframe to a moment longer, so only very long streams lose any.
  std::size_t keyframes_kept_max = 512;

  // Free and total bytes of the folder's disk. Empty: the system is asked.
  struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
  };

  std::function<Space()> space;
  // Opened because of this damage: nothing is written, and damaged sessions are not read.
  std::optional<DamageReport> quarantine;
  rocksdb::Env* env = nullptr;  // Tests put a faulty disk here. Null: the real one.
};

struct OpenedJournal {
  std::unique_ptr<Journal> journal;  // Null: refused.
  // Of the same object; null: this kind of journal makes none.
  Checkpoints* checkpoints = nullptr;
  boost::system::error_code error;
  std::string detail;                  // For the operator: what is wrong, and what is missing.
  std::optional<DamageReport> damage;  // With a journal: it is in quarantine.
};

class RocksDbJournal final : public Journal, public Checkpoints {
 public:
  // Fails closed: a damaged store, or one that ends before the watermark, is refused with a report.
  [[nodiscard]] static OpenedJournal open(RocksDbOptions options);
  // Of a folder that is damaged, or in which something could not be read: a copy of what is whole,
  // to read only. The folder's own files stay as they are. `damage` says what is missing; damaged
  // sessions answer Damaged, a damaged library ends before its first gap.
  [[nodiscard]] static OpenedJournal open_quarantined(RocksDbOptions options);
  ~RocksDbJournal() override;
  RocksDbJournal(const RocksDbJournal&) = delete;
  RocksDbJournal& operator=(const RocksDbJournal&) = delete;

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
  // Ends without a word when the stream turns out to be damaged; read() says why.
  [[nodiscard]] std::unique_ptr<Subscription> follow(
      StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) override;
  [[nodiscard]] Health health() const override;
  void close() override;
  void checkpoint(std::string folder, Callback<boost::system::error_code> done) override;

 private:
  // Something for the commit thread, in the order of the calls.
  struct Step {
    enum class Kind {
      Append,
      Acquire,
      Release,
      Outside,  // One write outside any team: a setting, a keyframe.
      Raise,    // A change of epochs.
    };
    Kind kind = Kind::Append;
    Tenure tenure;
    Group group;
    std::function<void(rocksdb::WriteBatch&)> outside;
    EpochChange epochs;
    std::size_t bytes = 0;
    bool too_much = false;  // Came above pending_bytes_max; its content was dropped.
    Callback<AppendResult> done;
  };

  struct TeamState {
    std::uint64_t token = 0;
    bool failed = false;
    // Streams with a group that was refused as ReadOnly: what was pipelined behind it does not fit,
    // and that is not its author's fault.
    std::set<std::string> refused_streams;
  };

  struct Parts;  // What open() prepared.

  RocksDbJournal(RocksDbOptions options, Parts parts);
  [[nodiscard]] static OpenedJournal start(RocksDbOptions options, FolderCheck check, Parts parts);
  [[nodiscard]] bool is_readable(const StreamName& name) const;

  void enqueue(Step step);
  void put_outside(std::function<void(rocksdb::WriteBatch&)> put, std::size_t bytes,
                   Callback<boost::system::error_code> done);

  // Commit thread.
  void commit_loop();
  void idle();
  [[nodiscard]] std::vector<Step> take_steps();
  void commit(std::vector<Step> steps);
  [[nodiscard]] AppendState stage(const Step& step, std::uint64_t commit_no,
                                  rocksdb::WriteBatch& batch);
  [[nodiscard]] AppendState stage_group(const Step& step, std::uint64_t commit_no,
                                        rocksdb::WriteBatch& batch);
  void put_group(const Step& step, std::uint64_t commit_no, std::map<StreamName, Head>& heads,
                 rocksdb::WriteBatch& batch);
  void start_tenure(const Tenure& tenure);
  void forget_heads(const std::string& team);
  void put_epochs(const EpochChange& change, rocksdb::WriteBatch& batch);
  [[nodiscard]] bool continues(const Step& step, std::map<StreamName, Head>& heads);
  enum class Wrote { Yes, NoSpace, Failed };
  [[nodiscard]] Wrote write(rocksdb::WriteBatch& batch, std::uint64_t commit_no,
                            std::size_t groups);
  void note_durable(const std::vector<Step>& steps, const std::vector<AppendResult>& results);
  void note_watermark();
  void take_back(const Step& step);
  void answer(const std::vector<Step>& steps, std::vector<AppendResult>& results, Wrote wrote);
  void check_space();
  void run_full();
  [[nodiscard]] std::uint64_t room_to_reopen() const;
  [[nodiscard]] bool has_room_to_reopen() const;
  [[nodiscard]] bool heal();
  [[nodiscard]] bool reopen();
  void keep_watermark(bool now);
  void fail(const std::string& why);
  void after_durable(const Step& step);

  // Reader thread.
  template <class T>
  void enqueue_read(Callback<Result<T>> done, std::function<Result<T>()> task);
  template <class T>
  void enqueue_read_of(const StreamName& name, Callback<Result<T>> done,
                       std::function<Result<T>()> task);
  void enqueue_task(std::function<void()> task);
  void read_loop();
  void tell(const FollowerPtr& follower);
  void forget_dropped();
  void store_keyframe(const std::string& team, const KeyframeBytes& keyframe,
                      Callback<boost::system::error_code> done);
  [[nodiscard]] std::vector<KeyframePosition>& known_keyframes(const StreamName& name);

  RocksDbOptions options_;
  std::vector<std::unique_ptr<FolderLock>> locks_;  // Held longest: the rest uses the folder.
  std::unique_ptr<RocksDbStore> store_;
  std::unique_ptr<Watermark> watermark_;
  std::unique_ptr<StreamEnds> ends_;
  Followers followers_;
  std::atomic<bool> failed_{false};    // Never falls back.
  std::atomic<bool> ran_full_{false};  // RocksDB met a full disk and was not opened anew yet.
  std::atomic<bool> forget_again_{false};
  std::mutex store_in_use_;  // Held by the reader thread while it reads, and to open anew.

  // Of the commit thread alone.
  CommitMark mark_;
  std::map<std::string, TeamState> teams_;
  std::map<StreamName, Head> heads_;
  std::int64_t space_checked_us_ = 0;
  std::unique_ptr<Ballast> ballast_;
  std::int64_t watermark_synced_us_ = 0;

  // Of the reader thread alone. The store cannot list its keyframes without reading them all.
  std::map<StreamName, std::vector<KeyframePosition>> known_keyframes_;

  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable steps_ready_;
  std::condition_variable tasks_ready_;
  std::deque<Step> steps_;
  std::size_t steps_bytes_ = 0;
  bool committer_waits_ = false;
  std::deque<std::function<void()>> tasks_;
  std::uint64_t next_token_ = 1;
  Epochs epochs_given_;  // Of the store, and those on their way.
  bool has_space_ = true;
  bool closing_ = false;
  bool commits_ended_ = false;
  bool checkpointing_ = false;
  std::thread checkpoint_thread_;
  Health health_;

  std::thread commit_thread_;
  std::thread read_thread_;
};

}  // namespace swarmboard::persistence
