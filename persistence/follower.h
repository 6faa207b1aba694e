// Those who follow streams of a journal, for every journal of this process.
//
// Owner: a journal. Threads: any; a follower's callback never runs twice at a time, and never after
// its subscription was destroyed. It may destroy its own subscription.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "persistence/journal.h"

namespace swarmboard::persistence {

class Follower {
 public:
  Follower(StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit);

  [[nodiscard]] const StreamName& name() const { return name_; }

  // The first event that was not told yet.
  [[nodiscard]] std::uint64_t next() const;
  // Skips what was told before and whatever comes after end(). False: it has ended.
  bool tell(const Unit& unit);
  void end();

 private:
  const StreamName name_;
  const std::function<void(const Unit&)> on_unit_;
  // Recursive because the callback may end its own following.
  mutable std::recursive_mutex mutex_;
  std::uint64_t next_;
  bool ended_ = false;
};

using FollowerPtr = std::shared_ptr<Follower>;

class Followers {
 public:
  // The follower counts as long as the subscription lives.
  [[nodiscard]] std::unique_ptr<Subscription> add(FollowerPtr follower);
  [[nodiscard]] std::vector<FollowerPtr> of(const StreamName& name);
  [[nodiscard]] bool empty() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Follower>> all_;
};

}  // namespace swarmboard::persistence
