// What only `serve --demo` offers: entering as a sample member, loading the sample team, and, with
// --script-clock, setting the clock. The server refuses to bind such a demo beyond loopback.
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "server/api/handlers.h"
#include "server/api/json.h"
#include "server/api/sign_in.h"
#include "server/base/log.h"
#include "server/board/kinds.h"
#include "server/board/state.h"

namespace swarmboard::api {
namespace {

Response unavailable() {
  return error_response(503, "unavailable", "The server cannot do this now. Try again soon.");
}

// The demo's own team, or one of the further ones of `serve --demo-teams`.
std::string team_of(const Call& call) {
  const auto asked = call.request.query.find("team");
  return asked == call.request.query.end() ? call.api.deps().demo_team : asked->second;
}

}  // namespace

void demo_members(Call call) {
  call.api.deps().teams.with(team_of(call), [respond = call.respond](room::Team* team) {
    if (team == nullptr) {
      respond(unavailable());
      return;
    }
    team->with_library([respond](const board::State& library) {
      boost::json::array members;
      library.each<v1::Member>([&](const std::string& id, const v1::Member& member) {
        static constexpr std::size_t kPrefix = std::string_view("MEMBER_ROLE_").size();
        members.push_back({{"id", id},
                           {"name", member.name()},
                           {"role", v1::MemberRole_Name(member.role()).substr(kPrefix)}});
      });
      respond(json_response(200, {{"members", std::move(members)}}));
    });
  });
}

void demo_enter(Call call) {
  const auto body = parse_object(call.request.body);
  const std::string member = body ? string_member(*body, "member") : std::string{};
  if (member.empty()) {
    call.respond(error_response(400, "invalid", "A member is needed."));
    return;
  }
  sign_in_by_demo(call.api, {.team = team_of(call), .member = member}, std::move(call.respond));
}

void demo_clock(Call call) {
  ScriptClock* const clock = call.api.deps().script_clock;
  if (clock == nullptr) {
    call.respond(error_response(404, "not_found", "There is nothing at this address."));
    return;
  }
  const auto body = parse_object(call.request.body);
  const auto* const wall_ms = body ? body->if_contains("wall_ms") : nullptr;
  if (wall_ms == nullptr || !wall_ms->is_int64() || wall_ms->get_int64() < 0) {
    call.respond(error_response(400, "invalid", "wall_ms is needed: milliseconds since 1970."));
    return;
  }
  clock->set_wall_ms(wall_ms->get_int64());
  call.respond(json_response(200, {}));
}

void demo_fixture(Call call) {
  v1::Command command;
  if (!command.mutable_load_fixture()->ParseFromString(call.request.body)) {
    call.respond(error_response(400, "invalid", "The body is not a fixture."));
    return;
  }
  call.api.deps().teams.with(
      team_of(call), [respond = call.respond, command = std::move(command)](room::Team* team) {
        if (team == nullptr) {
          respond(unavailable());
          return;
        }
        team->act("", command, "", true, [respond](room::ActResult result) {
          if (!result.ok) {
            respond(error_response(409, "refused", result.refusal.detail));
            return;
          }
          log::info("a sample team was loaded", {{"seq", result.seq}});
          respond(json_response(200, {{"seq", result.seq}}));
        });
      });
}

}  // namespace swarmboard::api
