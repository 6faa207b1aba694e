// The steps of the start, each with a sentence for the operator when it fails, and the wiring
// between sockets, API and teams. The order stands in server.cc.
#include <algorithm>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/app/delivery.h"
#include "server/app/figures.h"
#include "server/app/server.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/random.h"
#include "server/board/kinds.h"
#include "server/board/state.h"

namespace swarmboard::app {
namespace {

using boost::asio::ip::tcp;
using Problem = std::optional<std::string>;

constexpr std::chrono::milliseconds kThreadPatience{1'000};

unsigned thread_count(unsigned configured) {
  const unsigned cores = std::max(2U, std::thread::hardware_concurrency());
  return configured != 0 ? configured : std::min(8U, cores - 1);
}

std::string host_in_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

}  // namespace

void Server::make_threads() {
  const std::uint64_t server_id = random_u64();
  const unsigned count = thread_count(config_.io_threads);
  for (unsigned i = 0; i < count; ++i) {
    threads_.push_back(std::make_unique<IoThread>(IoThreadDeps{
        .journal = *journal_,
        .clock = room_clock(),
        .net_counters = net_counters_,
        .server_id = server_id,
        .commands_per_second = static_cast<double>(config_.commands_per_second),
        .on_fatal = [this](const std::string& why) { end_after_journal_failure(why); }}));
  }
  api_thread().set_on_timer([this] { http_->on_timer(); });
}

void Server::make_api() {
  api_ = std::make_unique<api::Api>(api::ApiDeps{
      .journal = *journal_,
      .clock = clock_,
      .teams = *this,
      .post = [this](std::function<void()> task) { api_thread().post(std::move(task)); },
      .check_threads = [this](std::function<void(bool)> done) { check_threads(std::move(done)); },
      .collect_figures =
          [this](std::function<void(api::Figures)> done) { collect_figures(std::move(done)); },
      .demo_team = config_.demo ? config_.team : std::string{},
      .script_clock = script_clock_.get()});
}

net::HttpDeps Server::http_deps(net::StaticFiles files, bool loopback_only) {
  net::OriginPolicy origins;
  origins.loopback_only = loopback_only;
  origins.origins = config_.allowed_origins;
  if (!config_.public_origin.empty()) {
    origins.origins.push_back(config_.public_origin);
  }
  return {.executor = api_thread().executor(),
          .clock = clock_,
          .counters = net_counters_,
          .files = std::move(files),
          .origins = std::move(origins),
          .is_https = config_.public_origin.starts_with("https://"),
          .connections_per_address_max = config_.connections_per_address,
          .handle =
              [this](api::Request request, api::Respond respond) {
                api_->handle(std::move(request), std::move(respond));
              },
          .knows_team =
              [this](const std::string& team) {
                return std::binary_search(known_teams_.begin(), known_teams_.end(), team);
              },
          .on_upgrade = [this](net::Upgrade upgrade) { take_upgrade(std::move(upgrade)); }};
}

Problem Server::bind() {
  net::StaticFiles files;
  if (!config_.client.empty()) {
    auto loaded = net::StaticFiles::load(config_.client);
    if (loaded.has_error()) {
      return "the web page in " + config_.client + " cannot be read: " + loaded.error().message() +
             ". Build it, or leave out --client";
    }
    files = *std::move(loaded);
  }
  boost::system::error_code ec;
  const std::string host = config_.host == "localhost" ? "127.0.0.1" : config_.host;
  const auto address = boost::asio::ip::make_address(host, ec);
  if (ec) {
    return "--host " + config_.host + " is not an IP address";
  }
  http_ = std::make_unique<net::HttpServer>(http_deps(std::move(files), address.is_loopback()));
  ec = http_->listen(tcp::endpoint(address, config_.port));
  if (ec == boost::asio::error::address_in_use) {
    return "port " + std::to_string(config_.port) + " on " + config_.host +
           " is taken. Stop what uses it, or choose another with --port (0 = any free one)";
  }
  if (ec) {
    return "cannot listen on " + config_.host + " port " + std::to_string(config_.port) + ": " +
           ec.message();
  }
  url_ = "http://" + host_in_url(host) + ':' + std::to_string(http_->port());
  return std::nullopt;
}

// A server without it serves all the same: only backups then need a stop.
void Server::open_door() {
  door_ = std::make_unique<net::OperatorDoor>(
      api_thread().executor(), [this](const std::string& request, const auto& answer) {
        checkpoint_service_->answer(request, answer);
      });
  if (const auto error = door_->open(config_.data)) {
    log::warn("the operator's door cannot be opened; no backup can be taken while this runs",
              {{"why", error.message()}});
  }
}

Problem Server::load_identities() {
  Delivery<boost::system::error_code> loaded;
  api_thread().post([this, done = loaded.deliver()] { api_->identities().load(done); });
  const auto result = loaded.wait();
  if (!result || *result) {
    return "the stored sign-in data cannot be read: " +
           (result ? result->message() : std::string("the journal does not answer"));
  }
  return std::nullopt;
}

Problem Server::find_teams() {
  Delivery<persistence::Result<std::vector<std::string>>> found;
  journal_->teams(found.deliver());
  const auto result = found.wait();
  if (!result || result->has_error()) {
    return "the teams cannot be read: " +
           (result ? result->error().message() : std::string("the journal does not answer"));
  }
  known_teams_ = **result;
  known_teams_.push_back(config_.team);
  for (std::uint32_t number = 2; number <= config_.demo_teams; ++number) {
    known_teams_.push_back(config_.team + '-' + std::to_string(number));
  }
  std::sort(known_teams_.begin(), known_teams_.end());
  known_teams_.erase(std::unique(known_teams_.begin(), known_teams_.end()), known_teams_.end());
  return std::nullopt;
}

Problem Server::prepare_own_team() {
  if (!quarantine_.empty()) {
    return std::nullopt;  // What is not there cannot be made now.
  }
  std::string cannot = "the team " + config_.team +
                       " cannot be loaded. `swarmboard verify --data " + config_.data +
                       "` says what is damaged";
  Delivery<std::string> prepared;
  with(config_.team, [this, cannot, done = prepared.deliver()](room::Team* team) {
    if (team == nullptr) {
      done(cannot);
      return;
    }
    team->with_library([this, team, done](const board::State& library) {
      bool is_named = false;
      library.each<v1::Team>([&](const std::string&, const v1::Team&) { is_named = true; });
      // A demo's team comes with its sample.
      if (is_named || config_.demo) {
        done({});
        return;
      }
      v1::Command command;
      v1::Record& record = *command.mutable_load_fixture()->add_records();
      record.set_id(config_.team);
      record.mutable_team()->set_name(config_.team_name);
      team->act("", command, "", true, [done](const room::ActResult& result) {
        done(result.ok ? std::string{} : "the team cannot be made: " + result.refusal.detail);
      });
    });
  });
  const auto problem = prepared.wait();
  if (!problem) {
    return cannot;
  }
  return problem->empty() ? Problem{} : problem;
}

Problem Server::make_owner_link() {
  if (config_.demo || !quarantine_.empty()) {
    return std::nullopt;
  }
  Delivery<bool> owner;
  with(config_.team, [done = owner.deliver()](room::Team* team) {
    if (team == nullptr) {
      done(true);
      return;
    }
    team->with_library([done](const board::State& library) {
      bool has_owner = false;
      library.each<v1::Member>([&](const std::string&, const v1::Member& member) {
        has_owner = has_owner || member.owner();
      });
      done(has_owner);
    });
  });
  if (owner.wait().value_or(true)) {
    return std::nullopt;
  }
  Delivery<api::Secret> made;
  api_thread().post([this, done = made.deliver()] {
    // Only the newest link is good: an older one may lie in somebody's terminal history.
    api_->identities().forget_owner_invitations(config_.team);
    api_->identities().invite({.team = config_.team,
                               .role = v1::MEMBER_ROLE_MANAGER,
                               .owner = true,
                               .name = {},
                               .made_ms = 0},
                              done);
  });
  const auto secret = made.wait();
  if (!secret || secret->has_error()) {
    return "the owner link cannot be stored: " +
           (secret ? secret->error().message() : std::string("the journal does not answer"));
  }
  owner_link_ =
      (config_.public_origin.empty() ? url_ : config_.public_origin) + "/join/" + **secret;
  return std::nullopt;
}

void Server::take_upgrade(net::Upgrade upgrade) {
  IoThread& thread = thread_of(upgrade.team);
  // std::function wants copies; the socket has one owner.
  auto shared = std::make_shared<net::Upgrade>(std::move(upgrade));
  thread.post([this, &thread, shared] {
    thread.accept(std::move(*shared),
                  [this, &thread](std::string ticket,
                                  std::function<void(std::optional<room::Identity>)> done) {
                    redeem(thread, std::move(ticket), std::move(done));
                  });
  });
}

void Server::redeem(IoThread& thread, std::string ticket,
                    std::function<void(std::optional<room::Identity>)> done) {
  api_thread().post([this, &thread, ticket = std::move(ticket), done = std::move(done)] {
    auto who = api_->identities().redeem_ticket(ticket);
    thread.post([done, who = std::move(who)] { done(who); });
  });
}

void Server::collect_figures(std::function<void(api::Figures)> done) {
  struct Gathering {
    std::vector<IoThreadFigures> threads;
    std::function<void(api::Figures)> done;
  };

  auto gathering = std::make_shared<Gathering>();
  gathering->done = std::move(done);
  for (const auto& thread : threads_) {
    thread->post([this, gathering, &thread = *thread] {
      api_thread().post([this, gathering, figures = thread.figures()] {
        gathering->threads.push_back(figures);
        if (gathering->threads.size() == threads_.size()) {
          gathering->done(make_figures(gathering->threads, net_counters_, journal_->health()));
        }
      });
    });
  }
}

void Server::check_threads(std::function<void(bool)> done) {
  struct Check {
    explicit Check(boost::asio::io_context::executor_type executor) : patience(executor) {}

    boost::asio::steady_timer patience;
    std::size_t answered = 0;
    std::function<void(bool)> done;  // Taken when it was called.
  };

  auto check = std::make_shared<Check>(api_thread().executor());
  check->done = std::move(done);
  check->patience.expires_after(kThreadPatience);
  check->patience.async_wait([check](boost::system::error_code) {
    if (check->done) {
      std::exchange(check->done, {})(false);
    }
  });
  for (const auto& thread : threads_) {
    thread->post([this, check] {
      api_thread().post([this, check] {
        if (++check->answered == threads_.size() && check->done) {
          std::exchange(check->done, {})(true);
          check->patience.cancel();
        }
      });
    });
  }
}

}  // namespace swarmboard::app
