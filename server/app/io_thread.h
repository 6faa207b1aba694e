// One IO thread and everything that lives on it: its event loop, its teams, their WebSockets, the
// one timer. Nothing here is locked: from outside, post a task.
//
// Owner: Server. start() begins the thread; stop_teams(), then finish() end it. Team objects are
// made at the first request for them and live until the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "persistence/journal.h"
#include "server/base/clock.h"
#include "server/base/limits.h"
#include "server/net/counters.h"
#include "server/net/upgrade.h"
#include "server/net/ws_hub.h"
#include "server/room/counters.h"
#include "server/room/link.h"
#include "server/room/team.h"

namespace swarmboard::app {

struct IoThreadDeps {
  persistence::Journal& journal;
  const Clock& clock;
  net::Counters& net_counters;
  std::uint64_t server_id = 0;
  double commands_per_second = limits::kCommandsPerSecond;
  std::function<void(std::string why)> on_fatal;
};

// What /metrics wants to know of one thread.
struct IoThreadFigures {
  room::Counters counters;
  std::uint64_t teams = 0;
  std::uint64_t links = 0;
  std::uint64_t lag_us = 0;  // How late the timer last came.
};

class IoThread {
 public:
  explicit IoThread(IoThreadDeps deps);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  [[nodiscard]] boost::asio::io_context::executor_type executor() {
    return context_.get_executor();
  }

  // From any thread: runs the task on this one, later, in order.
  void post(std::function<void()> task);

  // Before start(): called on this thread with every turn of the timer.
  void set_on_timer(std::function<void()> on_timer) { on_timer_ = std::move(on_timer); }

  void start();

  // On this thread.
  void with_team(const std::string& id, std::function<void(room::Team*)> use);
  void accept(net::Upgrade upgrade, room::RedeemTicket redeem);
  [[nodiscard]] IoThreadFigures figures() const;

  // On this thread: says bye, drains the teams, closes the sockets. `done` on this thread, once.
  void stop_teams(std::uint32_t spread_ms, std::function<void()> done);

  // From outside: cuts what is left, destroys the teams, ends the thread.
  void finish();

 private:
  struct Place;

  Place& place_of(const std::string& id);
  void loaded(const std::string& id, boost::system::error_code ec);
  void turn_timer();

  IoThreadDeps deps_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::int64_t timer_due_us_ = 0;
  std::uint64_t lag_us_ = 0;
  std::function<void()> on_timer_;
  room::Counters counters_;
  std::map<std::string, std::unique_ptr<Place>> places_;
  net::WsHub hub_;  // After the teams: its connections go first.
  std::thread thread_;
};

}  // namespace swarmboard::app
