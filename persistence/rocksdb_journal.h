// The journal on RocksDB: group commit by one thread, reads by another.
//
// While one synced write runs, groups of all teams gather; the next write takes all of them, after
// a pause that rises with the load of the process. A failed write or sync is final: every later
// append answers Failed and the process has to restart from disk. Below the free-space limit
// appends answer ReadOnly without being tried.
//
// Files: rocksdb_open.cc (checks before the start), rocksdb_journal.cc (the calls),
// rocksdb_commit.cc (the commit thread), rocksdb_reads.cc (the reader thread).
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "persistence/damage.h"
#include "persistence/follower.h"
#include "persistence/journal.h"
#include "persistence/record.h"

namespace rocksdb {
class Env;
class WriteBatch;
}  // namespace rocksdb

namespace swarmboard::persistence {

class FolderLock;
class RocksDbStore;
class Watermark;

struct RocksDbOptions {
  std::string folder;
  std::int64_t pause_us_max = 2'000;  // Longest wait for more before a commit; 0 = never wait.
  std::uint64_t free_bytes_min = 512ull * 1024 * 1024;
  std::uint32_t free_percent_min = 5;  // The larger of the two limits counts.
  std::int64_t space_check_us = 200'000;
  std::size_t commit_bytes_max = 1024 * 1024;
  // The room refuses commands long before (Health::pending_bytes). A tenure that goes beyond is
  // out of control and fails.
  std::size_t pending_bytes_max = 64 * 1024 * 1024;
  std::size_t reads_waiting_max = 1024;
  std::size_t keyframes_kept_max = 24;  // Of one stream.

  // Free and total bytes of the folder's disk. Empty: the system is asked.
  struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
  };

  std::function<Space()> space;
  rocksdb::Env* env = nullptr;  // Tests put a faulty disk here. Null: the real one.
};

struct OpenedJournal {
  std::unique_ptr<Journal> journal;  // Null: refused.
  boost::system::error_code error;
  std::string detail;  // For the operator: what is wrong, and what is missing.
  std::optional<DamageReport> damage;
};

class RocksDbJournal final : public Journal {
 public:
  // Fails closed: a damaged store, or one that ends before the watermark, is refused with a report.
  [[nodiscard]] static OpenedJournal open(RocksDbOptions options);
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
  // Ends without a word when the stream turns out to be damaged; read() says why.
  [[nodiscard]] std::unique_ptr<Subscription> follow(
      StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) override;
  [[nodiscard]] Health health() const override;
  void close() override;

 private:
  // Something for the commit thread, in the order of the calls.
  struct Step {
    enum class Kind {
      Append,
      Acquire,
      Release,
      Outside,  // One write outside any team: a setting, a keyframe.
    };
    Kind kind = Kind::Append;
    Tenure tenure;
    Group group;
    std::function<void(rocksdb::WriteBatch&)> outside;
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
  [[nodiscard]] bool continues(const Step& step, std::map<StreamName, Head>& heads);
  [[nodiscard]] bool write(rocksdb::WriteBatch& batch, std::uint64_t commit_no, std::size_t groups);
  void check_space();
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
  void store_keyframe(const std::string& team, const KeyframeBytes& keyframe,
                      Callback<boost::system::error_code> done);

  RocksDbOptions options_;
  std::unique_ptr<FolderLock> lock_;  // Held longest: the members below use the folder.
  std::unique_ptr<RocksDbStore> store_;
  std::unique_ptr<Watermark> watermark_;
  Followers followers_;
  std::atomic<bool> failed_{false};  // Never falls back.

  // Of the commit thread alone.
  CommitMark mark_;
  std::map<std::string, TeamState> teams_;
  std::map<StreamName, Head> heads_;
  std::int64_t space_checked_us_ = 0;
  std::int64_t watermark_synced_us_ = 0;

  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable steps_ready_;
  std::condition_variable tasks_ready_;
  std::deque<Step> steps_;
  std::size_t steps_bytes_ = 0;
  bool committer_waits_ = false;
  std::deque<std::function<void()>> tasks_;
  std::uint64_t next_token_ = 1;
  bool has_space_ = true;
  bool closing_ = false;
  bool commits_ended_ = false;
  Health health_;

  std::thread commit_thread_;
  std::thread read_thread_;
};

}  // namespace swarmboard::persistence
