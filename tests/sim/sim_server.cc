#include "tests/sim/sim_server.h"

#include <algorithm>
#include <utility>

namespace swarmboard::sim {
namespace {

constexpr std::int64_t kTimerUs = 50'000;
constexpr std::int64_t kTurnUsMax = 100;
constexpr std::int64_t kTicketUs = 2'000;

}  // namespace

SimServer::SimServer(ServerDeps deps) : deps_(std::move(deps)), thread_(deps_.scheduler) {
  journal_ = std::make_unique<persistence::SimJournal>(
      deps_.disk, deps_.disk_faults, deps_.random,
      [this](std::int64_t delay_us, std::function<void()> task) {
        deps_.scheduler.after(delay_us, std::move(task));
      });
  persistence::Journal& journal = deps_.wrap_journal
                                      ? deps_.wrap_journal(*journal_)
                                      : static_cast<persistence::Journal&>(*journal_);
  room::TeamDeps team_deps{.journal = journal,
                           .clock = deps_.clock,
                           .post = [this](std::function<void()> task) { post(std::move(task)); },
                           .random_16 =
                               [this] {
                                 std::string bytes(16, '\0');
                                 for (char& byte : bytes) {
                                   byte = static_cast<char>(deps_.random());
                                 }
                                 return bytes;
                               },
                           .on_fatal = [this](const std::string& why) { deps_.on_fatal(why); },
                           .counters = counters_,
                           .server_id = deps_.random()};
  team_ = std::make_unique<room::Team>(deps_.team, std::move(team_deps));
  post([this] {
    team_->start([this](boost::system::error_code ec) {
      if (ec) {
        deps_.on_fatal("the team cannot be loaded: " + ec.message());
      }
    });
  });
  tick();
}

SimServer::~SimServer() {
  // The order of a real process: links first, then their team, then the journal.
  for (const auto& connection : connections_) {
    connection->server_died();
  }
  team_.reset();
  journal_.reset();
}

void SimServer::accept(const std::shared_ptr<SimConnection>& connection) {
  auto redeem = [this](const std::string& ticket,
                       std::function<void(std::optional<room::Identity>)> done) {
    const std::string member = ticket.substr(0, ticket.find('#'));
    deps_.scheduler.after(between(deps_.random, 0, kTicketUs),
                          [this, alive = std::weak_ptr<bool>(alive_), member, done] {
                            if (!alive.expired()) {
                              done(room::Identity{deps_.team, member});
                            }
                          });
  };
  connections_.push_back(connection);
  connection->attach_link(std::make_unique<room::Link>(*team_, *connection, std::move(redeem)),
                          [this](SimConnection& gone) {
                            std::erase_if(connections_,
                                          [&](const auto& kept) { return kept.get() == &gone; });
                          });
}

void SimServer::fence() {
  journal_->acquire(deps_.team, [](const persistence::Result<persistence::Tenure>&) {});
}

void SimServer::post(std::function<void()> task) {
  thread_.after(between(deps_.random, 0, kTurnUsMax),
                [alive = std::weak_ptr<bool>(alive_), task = std::move(task)] {
                  if (!alive.expired()) {
                    task();
                  }
                });
}

void SimServer::tick() {
  deps_.scheduler.after(kTimerUs, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) {
      team_->on_timer();
      tick();
    }
  });
}

}  // namespace swarmboard::sim
