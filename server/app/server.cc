#include "server/app/server.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <utility>

#include "server/base/log.h"

namespace swarmboard::app {
namespace {

// Browsers that wait come back spread over this time after a stop.
constexpr std::uint32_t kGoodbyeSpreadMs = 5'000;
// A stop that hangs on a broken disk or peer ends all the same; nothing accepted is lost by it.
constexpr std::int64_t kDrainPatienceUs = 15'000'000;

}  // namespace

Server::Server(ServeConfig config) : config_(std::move(config)) {
  if (config_.script_clock) {
    script_clock_ = std::make_unique<ScriptClock>();
  }
}

Server::~Server() {
  for (const auto& thread : threads_) {
    thread->finish();
  }
  door_.reset();
  http_.reset();
  api_.reset();
  // The threads' loops outlive the journal: its last callbacks post into them.
  journal_.reset();
}

const Clock& Server::room_clock() const {
  return script_clock_ != nullptr ? static_cast<const Clock&>(*script_clock_) : clock_;
}

std::optional<std::string> Server::start() {
  // The start order. Nothing is accepted before everything stands.
  if (auto problem = open_journal()) {
    return problem;
  }
  if (auto problem = tell_epochs()) {
    return problem;
  }
  make_threads();
  make_api();
  if (auto problem = bind()) {
    return problem;
  }
  open_door();
  for (const auto& thread : threads_) {
    thread->start();
  }
  running_ = true;
  for (const auto step : {&Server::load_identities, &Server::find_teams, &Server::prepare_own_team,
                          &Server::make_owner_link}) {
    if (auto problem = (this->*step)()) {
      return problem;
    }
  }
  api_thread().post([this] {
    http_->start();
    door_->start();
  });
  log::info("server started", {{"url", url_}, {"io_threads", threads_.size()}});
  return std::nullopt;
}

void Server::stop() {
  if (!std::exchange(running_, false)) {
    return;
  }
  // The stop order.
  log::info("stopping");
  api_thread().post([this] {
    api_->set_stopping();
    http_->stop_accepting();
  });
  if (!drain(kGoodbyeSpreadMs, kDrainPatienceUs)) {
    log::warn("a thread did not drain in time");
  }
  std::promise<void> cut;
  api_thread().post([this, &cut] {
    http_->cut_all();
    door_->close();
    cut.set_value();
  });
  cut.get_future().wait();
  for (const auto& thread : threads_) {
    thread->finish();
  }
  journal_->close();
  log::info("stopped");
  log::flush();
}

bool Server::drain(std::uint32_t spread_ms, std::int64_t patience_us) {
  std::vector<std::future<void>> drained;
  for (const auto& thread : threads_) {
    auto done = std::make_shared<std::promise<void>>();
    drained.push_back(done->get_future());
    thread->post([&thread = *thread, spread_ms, done] {
      thread.stop_teams(spread_ms, [done] { done->set_value(); });
    });
  }
  bool all = true;
  const std::int64_t until_us = clock_.mono_us() + patience_us;
  for (std::future<void>& each : drained) {
    const std::chrono::microseconds left(std::max<std::int64_t>(0, until_us - clock_.mono_us()));
    all = each.wait_for(left) == std::future_status::ready && all;
  }
  return all;
}

void Server::with(const std::string& team, std::function<void(room::Team*)> use) {
  if (!std::binary_search(known_teams_.begin(), known_teams_.end(), team)) {
    use(nullptr);
    return;
  }
  IoThread& thread = thread_of(team);
  thread.post([&thread, team, use = std::move(use)] { thread.with_team(team, use); });
}

IoThread& Server::thread_of(const std::string& team) {
  return *threads_[std::hash<std::string>{}(team) % threads_.size()];
}

}  // namespace swarmboard::app
