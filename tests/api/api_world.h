// An API with a real team behind it, in memory and on one thread: no socket, no disk, no waiting.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "persistence/memory_journal.h"
#include "server/api/api.h"
#include "server/base/random.h"
#include "server/base/script_clock.h"
#include "server/room/counters.h"

namespace swarmboard::api {

// Wall and monotonic time stand still until they are moved.
class HandClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return wall_ms_; }

  [[nodiscard]] std::int64_t mono_us() const override { return wall_ms_ * 1000; }

  void advance_ms(std::int64_t by) { wall_ms_ += by; }

 private:
  std::int64_t wall_ms_ = 1'750'000'000'000;
};

class ApiWorld final : public Teams {
 public:
  explicit ApiWorld(bool demo)
      : journal_([this](std::function<void()> task) { post(std::move(task)); }) {
    make_team();
    make_api(demo);
  }

  ~ApiWorld() override { run(); }

  void with(const std::string& team, std::function<void(room::Team*)> use) override {
    post([this, team, use] { use(team == "north" ? team_.get() : nullptr); });
  }

  // The answer to a request; fails the test when there is none.
  Response ask(const std::string& method, std::vector<std::string> path, std::string body = {},
               const std::string& session = {}) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    request.host = "127.0.0.1";
    request.csrf_mark = mark_;
    request.body = std::move(body);
    request.query = query_;
    if (!session.empty()) {
      request.cookie = "theme=dark; swarmboard_session=" + session;
    }
    std::optional<Response> answer;
    api_->handle(std::move(request), [&](Response response) { answer = std::move(response); });
    run();
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(Response{});
  }

  // A new API over the same journal: what a restart keeps.
  void restart_api(bool demo) { make_api(demo); }

  bool act(v1::Command command, const std::string& stream = {}, const std::string& actor = {},
           bool from_server = true) {
    std::optional<bool> ok;
    team_->act(stream, std::move(command), actor, from_server,
               [&](const room::ActResult& result) { ok = result.ok; });
    run();
    return ok.value_or(false);
  }

  void add_member(const std::string& id, v1::MemberRole role, bool owner = false) {
    v1::Command command;
    v1::AddMember& add = *command.mutable_add_member();
    add.set_member_id(id);
    add.set_name("Name of " + id);
    add.set_role(role);
    add.set_owner(owner);
    ASSERT_TRUE(act(std::move(command)));
  }

  std::string session_of(const std::string& member) {
    std::string secret;
    api_->identities().start_session({.team = "north", .member = member},
                                     [&](const Secret& made) { secret = *made; });
    run();
    return secret;
  }

  void run() {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }

  [[nodiscard]] Api& api() { return *api_; }

  [[nodiscard]] HandClock& clock() { return clock_; }

  [[nodiscard]] ScriptClock& script_clock() { return script_clock_; }

  void set_mark(std::string mark) { mark_ = std::move(mark); }

  void set_query(std::map<std::string, std::string> query) { query_ = std::move(query); }

 private:
  void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }

  void make_team() {
    team_ = std::make_unique<room::Team>(
        "north",
        room::TeamDeps{.journal = journal_,
                       .clock = clock_,
                       .post = [this](std::function<void()> task) { post(std::move(task)); },
                       .random_16 = [] { return random_bytes(16); },
                       .on_fatal = [](const std::string& why) { FAIL() << why; },
                       .counters = counters_,
                       .server_id = 1});
    team_->start([](boost::system::error_code ec) { EXPECT_FALSE(ec) << ec.message(); });
    run();
  }

  void make_api(bool demo) {
    api_ = std::make_unique<Api>(
        ApiDeps{.journal = journal_,
                .clock = clock_,
                .teams = *this,
                .post = [this](std::function<void()> task) { post(std::move(task)); },
                .check_threads = [](const std::function<void(bool)>& done) { done(true); },
                .collect_figures = [](const std::function<void(Figures)>& done) { done({}); },
                .demo_team = demo ? "north" : "",
                .script_clock = demo ? &script_clock_ : nullptr});
    api_->identities().load([](boost::system::error_code ec) { EXPECT_FALSE(ec); });
    run();
  }

  std::deque<std::function<void()>> tasks_;
  HandClock clock_;
  ScriptClock script_clock_;
  room::Counters counters_;
  persistence::MemoryJournal journal_;
  std::unique_ptr<room::Team> team_;
  std::unique_ptr<Api> api_;
  std::string mark_ = "1";
  std::map<std::string, std::string> query_;
};

inline boost::json::object json_of(const Response& response) {
  return boost::json::parse(response.body).as_object();
}

// The session secret of a Set-Cookie header; empty when there is none.
inline std::string cookie_of(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Set-Cookie") {
      const auto from = value.find('=') + 1;
      return value.substr(from, value.find(';') - from);
    }
  }
  return {};
}

}  // namespace swarmboard::api
