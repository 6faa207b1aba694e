// The public face of a team.
#include "server/room/team.h"

#include <utility>

#include "server/room/team_impl.h"

namespace swarmboard::room {

TeamCore::TeamCore(std::string team_id, TeamDeps dependencies)
    : id(std::move(team_id)), deps(std::move(dependencies)), alive_(std::make_shared<char>()) {
  stirred_us_ = now_us();
}

TeamCore::~TeamCore() = default;

Team::Team(std::string id, TeamDeps deps)
    : impl_(std::make_unique<Impl>(std::move(id), std::move(deps))) {}

Team::~Team() = default;

void Team::start(std::function<void(boost::system::error_code)> done) {
  impl_->core.start(std::move(done));
}

void Team::act(const std::string& stream, v1::Command command, std::string actor, bool from_server,
               std::function<void(ActResult)> done) {
  TeamCore& core = impl_->core;
  core.with_stream(stream, [&core, command = std::move(command), actor = std::move(actor),
                            from_server, done = std::move(done)](Stream* found) {
    if (auto refusal = core.why_not_now()) {
      done({false, 0, *std::move(refusal)});
      return;
    }
    if (found == nullptr) {
      done({false, 0, {v1::REJECT_REASON_TARGET_GONE, "There is no such session."}});
      return;
    }
    const Executed executed = core.execute({*found, command, actor, from_server, {}, {}, 0, 0});
    ActResult result;
    result.ok = executed.has_value();
    if (executed) {
      ++core.deps.counters.accepted;
      result.seq = *executed;
    } else {
      core.deps.counters.refused(executed.error().reason);
      result.refusal = executed.error();
    }
    Waiter waiter;
    waiter.wrote = result.ok;
    waiter.call = [&core, result, done](bool durable) {
      done(durable ? result : ActResult{false, 0, core.read_only()});
    };
    core.after_durable(std::move(waiter));
  });
}

void Team::with_library(std::function<void(const board::State&)> use) {
  impl_->core.with_stream({}, [use = std::move(use)](Stream* library) {
    if (library != nullptr) {
      use(library->durable_state);
    }
  });
}

void Team::with_session(const std::string& session_id,
                        std::function<void(const board::State*, persistence::Head)> use) {
  if (session_id.empty()) {
    use(nullptr, {});
    return;
  }
  impl_->core.with_stream(session_id, [use = std::move(use)](Stream* session) {
    if (session == nullptr) {
      use(nullptr, {});
    } else {
      use(&session->durable_state, session->durable.head);
    }
  });
}

void Team::on_timer() {
  impl_->core.on_timer();
}

void Team::stop(std::uint32_t spread_ms, std::function<void()> done) {
  impl_->core.stop(spread_ms, std::move(done));
}

const std::string& Team::id() const {
  return impl_->core.id;
}

std::size_t Team::link_count() const {
  return impl_->core.links.size();
}

bool Team::has_in_flight() const {
  return impl_->core.has_in_flight();
}

}  // namespace swarmboard::room
