// The journal on RocksDB: group commit by one thread, reads by another.
//
// While one synced write runs, groups of all teams gather; the next write takes all of them. A
// failed write or sync is final: every later append answers Failed and the process has to restart
// from disk. Below the free-space limit appends answer ReadOnly without being tried.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "persistence/journal.h"

namespace rocksdb {
class WriteBatch;
}

namespace swarmboard::persistence {

class RocksDbStore;
class Watermark;

struct RocksDbOptions {
  std::string folder;
  std::int64_t pause_us_max = 2'000;  // Longest wait for more before a commit; 0 = never wait.
  std::uint64_t free_bytes_min = 512ull * 1024 * 1024;
  std::uint32_t free_percent_min = 5;  // The smaller of the two limits counts.
  std::size_t commit_bytes_max = 1024 * 1024;
  std::size_t reads_waiting_max = 1024;

  // Free and total bytes of the folder's disk. Empty: the system is asked.
  struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
  };

  std::function<Space()> space;
};

struct OpenedJournal {
  std::unique_ptr<Journal> journal;  // Null: refused.
  boost::system::error_code error;
  std::string detail;  // A sentence for the operator: what is wrong, and what is missing.
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
  [[nodiscard]] std::unique_ptr<Subscription> follow(
      StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) override;
  [[nodiscard]] Health health() const override;
  void close() override;

 private:
  // Something for the commit thread: a group of a team, or one write outside any team.
  struct Write {
    Tenure tenure;
    Group group;
    std::function<void(rocksdb::WriteBatch&)> outside;  // Set: `group` is unused.
    Callback<AppendResult> done;
    std::size_t bytes = 0;
  };

  struct TeamState {
    std::uint64_t token = 0;
    bool failed = false;
  };
  class Follower;
  struct Followers;

  RocksDbJournal(RocksDbOptions options, std::unique_ptr<RocksDbStore> store,
                 std::unique_ptr<Watermark> watermark, std::uint64_t commit_no);

  void commit_loop();
  void read_loop();
  void enqueue_write(Write write);
  template <class T>
  void enqueue_read(Callback<Result<T>> done, std::function<Result<T>()> task);
  [[nodiscard]] std::vector<Write> take_writes();
  void commit(std::vector<Write> writes);
  // Puts a group into the batch, or says why it cannot be.
  [[nodiscard]] AppendState stage(const Write& write, std::uint64_t commit_no,
                                  rocksdb::WriteBatch& batch);
  [[nodiscard]] bool continues(const Tenure& tenure, const Group& group,
                               std::map<StreamName, Head>& heads);
  [[nodiscard]] bool has_space(std::int64_t now_us);
  void keep_watermark(std::int64_t now_us, bool force);
  void tell_followers(const Write& write);

  RocksDbOptions options_;
  std::unique_ptr<RocksDbStore> store_;
  std::unique_ptr<Watermark> watermark_;

  // Of the commit thread alone.
  std::map<StreamName, Head> heads_;
  std::int64_t space_checked_us_ = 0;
  std::int64_t watermark_us_ = 0;

  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable write_ready_;
  std::condition_variable read_ready_;
  std::deque<Write> writes_;
  std::deque<std::function<void()>> reads_;
  std::map<std::string, TeamState> teams_;
  std::uint64_t next_token_ = 1;
  std::uint64_t commit_no_ = 0;
  bool failed_ = false;
  bool writable_ = true;
  bool closing_ = false;
  Health health_;

  std::shared_ptr<Followers> followers_;
  std::thread commit_thread_;
  std::thread read_thread_;
};

}  // namespace swarmboard::persistence
