#include "server/app/io_thread.h"

#include <chrono>
#include <future>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/random.h"
#include "server/room/close_codes.h"

namespace swarmboard::app {

struct IoThread::Place {
  enum class Phase { Starting, Ready, Failed };

  Phase phase = Phase::Starting;
  std::unique_ptr<room::Team> team;
  std::vector<std::function<void(room::Team*)>> waiting;
};

IoThread::IoThread(IoThreadDeps deps)
    : deps_(std::move(deps)),
      work_(boost::asio::make_work_guard(context_)),
      timer_(context_),
      hub_(context_.get_executor(), deps_.clock, deps_.net_counters) {}

IoThread::~IoThread() {
  finish();
}

void IoThread::post(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

void IoThread::start() {
  post([this] { turn_timer(); });
  thread_ = std::thread([this] { context_.run(); });
}

IoThread::Place& IoThread::place_of(const std::string& id) {
  std::unique_ptr<Place>& place = places_[id];
  if (place == nullptr) {
    place = std::make_unique<Place>();
    place->team = std::make_unique<room::Team>(
        id, room::TeamDeps{.journal = deps_.journal,
                           .clock = deps_.clock,
                           .post = [this](std::function<void()> task) { post(std::move(task)); },
                           .random_16 = [] { return random_bytes(16); },
                           .on_fatal = deps_.on_fatal,
                           .counters = counters_,
                           .server_id = deps_.server_id,
                           .commands_per_second = deps_.commands_per_second});
    place->team->start([this, id](boost::system::error_code ec) { loaded(id, ec); });
  }
  return *place;
}

void IoThread::loaded(const std::string& id, boost::system::error_code ec) {
  Place& place = *places_.at(id);
  place.phase = ec ? Place::Phase::Failed : Place::Phase::Ready;
  if (ec) {
    log::error("a team cannot be loaded", {{"team", id}, {"why", ec.message()}});
  } else {
    log::info("team loaded", {{"team", id}});
  }
  for (const auto& use : std::exchange(place.waiting, {})) {
    use(ec ? nullptr : place.team.get());
  }
}

void IoThread::with_team(const std::string& id, std::function<void(room::Team*)> use) {
  Place& place = place_of(id);
  if (place.phase == Place::Phase::Starting) {
    place.waiting.push_back(std::move(use));
    return;
  }
  use(place.phase == Place::Phase::Ready ? place.team.get() : nullptr);
}

void IoThread::accept(net::Upgrade upgrade, room::RedeemTicket redeem) {
  Place& place = place_of(upgrade.team);
  hub_.accept(std::move(upgrade), *place.team, std::move(redeem));
}

IoThreadFigures IoThread::figures() const {
  IoThreadFigures figures{
      .counters = counters_, .teams = places_.size(), .links = 0, .lag_us = lag_us_};
  for (const auto& [id, place] : places_) {
    figures.links += place->team->link_count();
  }
  return figures;
}

void IoThread::turn_timer() {
  const std::int64_t now_us = deps_.clock.mono_us();
  lag_us_ = timer_due_us_ == 0 || now_us < timer_due_us_
                ? 0
                : static_cast<std::uint64_t>(now_us - timer_due_us_);
  timer_due_us_ = now_us + limits::kTimerUs;
  hub_.on_timer();
  for (const auto& [id, place] : places_) {
    place->team->on_timer();
  }
  if (on_timer_) {
    on_timer_();
  }
  timer_.expires_after(std::chrono::microseconds(limits::kTimerUs));
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) {
      turn_timer();
    }
  });
}

void IoThread::stop_teams(std::uint32_t spread_ms, std::function<void()> done) {
  auto left = std::make_shared<std::size_t>(places_.size() + 1);
  const auto one_less = [this, left, done = std::move(done)] {
    if (--*left > 0) {
      return;
    }
    hub_.close_all(room::kCloseGoingAway, "the server stops");
    done();
  };
  for (const auto& [id, place] : places_) {
    if (place->phase == Place::Phase::Failed) {
      one_less();
    } else {
      place->team->stop(spread_ms, one_less);
    }
  }
  one_less();
}

void IoThread::finish() {
  if (!thread_.joinable()) {
    return;
  }
  post([this] {
    timer_.cancel();
    hub_.cut_all();
    // What the cut connections posted runs before the teams go.
    post([this] {
      places_.clear();
      work_.reset();
      context_.stop();
    });
  });
  thread_.join();
}

}  // namespace swarmboard::app
