#include "persistence/follower.h"

#include <algorithm>
#include <utility>

namespace swarmboard::persistence {
namespace {

class Following final : public Subscription {
 public:
  explicit Following(FollowerPtr follower) : follower_(std::move(follower)) {}

  ~Following() override { follower_->end(); }

  Following(const Following&) = delete;
  Following& operator=(const Following&) = delete;

 private:
  FollowerPtr follower_;
};

}  // namespace

Follower::Follower(StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit)
    : name_(std::move(name)),
      on_unit_(std::move(on_unit)),
      next_(std::max<std::uint64_t>(from, 1)) {}

std::uint64_t Follower::next() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

bool Follower::tell(const Unit& unit) {
  const std::lock_guard lock(mutex_);
  if (!ended_ && unit.first_seq + unit.count > next_) {
    next_ = unit.first_seq + unit.count;
    on_unit_(unit);
  }
  return !ended_;
}

void Follower::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

std::unique_ptr<Subscription> Followers::add(FollowerPtr follower) {
  const std::lock_guard lock(mutex_);
  std::erase_if(all_, [](const auto& known) { return known.expired(); });
  all_.push_back(follower);
  return std::make_unique<Following>(std::move(follower));
}

std::vector<FollowerPtr> Followers::of(const StreamName& name) {
  const std::lock_guard lock(mutex_);
  std::vector<FollowerPtr> found;
  for (const auto& known : all_) {
    if (FollowerPtr follower = known.lock(); follower && follower->name() == name) {
      found.push_back(std::move(follower));
    }
  }
  return found;
}

bool Followers::empty() const {
  const std::lock_guard lock(mutex_);
  return all_.empty();
}

}  // namespace swarmboard::persistence
