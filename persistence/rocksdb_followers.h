// Those who follow streams of the RocksDB journal: told on the commit thread, in commit order.
#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "persistence/rocksdb_journal.h"

namespace swarmboard::persistence {

class RocksDbJournal::Follower final : public Subscription {
 public:
  Follower(std::shared_ptr<Followers> all, StreamName name,
           std::function<void(const Unit&)> on_unit);
  ~Follower() override;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  [[nodiscard]] const StreamName& name() const { return name_; }

  // Skips what was told before; `followers.mutex` is held.
  void tell(const Unit& unit);

  void start_at(std::uint64_t seq) { next_ = seq; }

  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  std::shared_ptr<Followers> all_;
  StreamName name_;
  std::function<void(const Unit&)> on_unit_;
  std::uint64_t next_ = 1;
};

struct RocksDbJournal::Followers {
  std::mutex mutex;
  std::set<Follower*> all;
};

}  // namespace swarmboard::persistence
