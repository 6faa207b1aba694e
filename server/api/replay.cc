// Replay over HTTP: the state of a session at an event, and pages of its events. Only the public
// lane, only for those whom the session's audience admits; a viewer who was not there is logged.
#include "server/room/replay.h"

#include <charconv>
#include <optional>
#include <utility>

#include "server/api/handlers.h"
#include "server/api/json.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/board/access.h"
#include "server/board/decide.h"
#include "server/board/kinds.h"

namespace swarmboard::api {
namespace {

constexpr std::string_view kProtobuf = "application/x-protobuf";

// One answer for all three: no such session, not yours, no longer a member.
Response not_found() {
  return error_response(404, "not_found", "There is no such session, or it is not yours to see.");
}

Response damaged() {
  return error_response(500, "damaged", "This session cannot be read. The operator can see why.");
}

// A query number; nothing when it is malformed.
std::optional<std::uint64_t> number_of(const Request& request, const std::string& name,
                                       std::uint64_t otherwise) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) {
    return otherwise;
  }
  const std::string& text = found->second;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

void log_view(room::Team& team, const std::string& session, const std::string& viewer) {
  v1::Command command;
  command.mutable_log_replay_view()->set_session_id(session);
  team.act("", command, viewer, true, [](const room::ActResult& result) {
    if (!result.ok && result.refusal.reason != v1::REJECT_REASON_NO_EFFECT) {
      log::warn("a replay view was not logged", {{"why", result.refusal.detail}});
    }
  });
}

// Calls `go` on the team's thread when the caller may replay the session; answers otherwise.
void if_allowed(const Call& call, std::function<void()> go) {
  const std::string session = call.request.path.at(2);
  const bool is_new_viewing = call.api.is_new_viewing(call.who, session);
  call.api.deps().teams.with(
      call.who.team, [who = call.who, session, is_new_viewing, respond = call.respond,
                      go = std::move(go)](room::Team* team) {
        if (team == nullptr) {
          respond(not_found());
          return;
        }
        team->with_session(session, [team, who, session, is_new_viewing, respond, go](
                                        const board::State* found, persistence::Head) {
          if (found == nullptr) {
            respond(not_found());
            return;
          }
          // A copy of what decides it, because the library may be handed over later.
          team->with_library([team, who, session, is_new_viewing, respond, go,
                              state = board::access_records(*found)](const board::State& library) {
            if (!board::may_replay(state, library, who.member)) {
              respond(not_found());
              return;
            }
            if (is_new_viewing && state.get<v1::Participant>(who.member) == nullptr) {
              log_view(*team, session, who.member);
            }
            go();
          });
        });
      });
}

Response bad_number() {
  return error_response(400, "invalid", "seq and from are whole numbers.");
}

}  // namespace

void replay_state(Call call) {
  const auto seq = number_of(call.request, "seq", UINT64_MAX);
  if (!seq) {
    call.respond(bad_number());
    return;
  }
  persistence::StreamName name{.team = call.who.team, .stream = call.request.path.at(2)};
  if_allowed(call, [&journal = call.api.deps().journal, name, seq = *seq, respond = call.respond] {
    room::read_state_at(journal, name, seq,
                        [respond](persistence::Result<room::ReplayState> state) {
                          if (state.has_error()) {
                            log::error("a replay failed", {{"why", state.error().message()}});
                            respond(damaged());
                            return;
                          }
                          Response response;
                          response.content_type = kProtobuf;
                          response.body = std::move(state->snapshot);
                          response.headers = {{"X-Seq", std::to_string(state->seq)},
                                              {"X-Head", std::to_string(state->head)},
                                              {"X-At-Ms", std::to_string(state->at_ms)}};
                          respond(std::move(response));
                        });
  });
}

void replay_events(Call call) {
  const auto from = number_of(call.request, "from", 1);
  if (!from || *from == 0) {
    call.respond(bad_number());
    return;
  }
  persistence::StreamName name{.team = call.who.team, .stream = call.request.path.at(2)};
  if_allowed(
      call, [&journal = call.api.deps().journal, name, from = *from, respond = call.respond] {
        room::read_events(journal, name, from, limits::kEventPageBytes,
                          [respond](persistence::Result<std::string> page) {
                            if (page.has_error()) {
                              log::error("a replay failed", {{"why", page.error().message()}});
                              respond(damaged());
                              return;
                            }
                            Response response;
                            response.content_type = kProtobuf;
                            response.body = *std::move(page);
                            respond(std::move(response));
                          });
      });
}

}  // namespace swarmboard::api
