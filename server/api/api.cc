#include "server/api/api.h"

#include <array>
#include <string_view>

#include "server/api/handlers.h"
#include "server/api/json.h"
#include "server/base/limits.h"

namespace swarmboard::api {
namespace {

enum class Needs { Nothing, Session, Demo };

struct Route {
  std::string_view method;
  std::array<std::string_view, 4> path;  // "*" = any one segment.
  Needs needs;
  void (*handler)(Call call);
};

constexpr std::array<Route, 15> kRoutes{{
    {"GET", {"healthz"}, Needs::Nothing, health},
    {"GET", {"readyz"}, Needs::Nothing, ready},
    {"GET", {"metrics"}, Needs::Nothing, metrics},
    {"GET", {"api", "me"}, Needs::Session, me},
    {"POST", {"api", "ticket"}, Needs::Session, ticket},
    {"POST", {"api", "logout"}, Needs::Session, logout},
    {"POST", {"api", "invitations"}, Needs::Session, invite},
    {"POST", {"api", "join"}, Needs::Nothing, join},
    {"GET", {"api", "templates", "*"}, Needs::Session, template_stages},
    {"GET", {"api", "sessions", "*", "state"}, Needs::Session, replay_state},
    {"GET", {"api", "sessions", "*", "events"}, Needs::Session, replay_events},
    {"GET", {"api", "demo", "members"}, Needs::Demo, demo_members},
    {"POST", {"api", "demo", "enter"}, Needs::Demo, demo_enter},
    {"POST", {"api", "demo", "clock"}, Needs::Demo, demo_clock},
    {"POST", {"api", "demo", "fixture"}, Needs::Demo, demo_fixture},
}};

bool matches(const Route& route, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    const std::string_view wanted = route.path.at(i);
    if (wanted.empty()) {
      return path.size() == i;
    }
    if (i >= path.size() || (wanted != "*" && wanted != path[i])) {
      return false;
    }
  }
  return path.size() == route.path.size();
}

// The route, or the refusal's status.
std::pair<const Route*, unsigned> find_route(const Request& request, bool is_demo) {
  unsigned status = 404;
  for (const Route& route : kRoutes) {
    if (!matches(route, request.path) || (route.needs == Needs::Demo && !is_demo)) {
      continue;
    }
    if (route.method == request.method) {
      return {&route, 0};
    }
    status = 405;
  }
  return {nullptr, status};
}

}  // namespace

std::string session_secret_of(std::string_view cookie_header) {
  static constexpr std::string_view kName = "swarmboard_session=";
  while (!cookie_header.empty()) {
    const auto end = cookie_header.find(';');
    std::string_view pair = cookie_header.substr(0, end);
    cookie_header.remove_prefix(end == cookie_header.npos ? cookie_header.size() : end + 1);
    while (pair.starts_with(' ')) {
      pair.remove_prefix(1);
    }
    if (pair.starts_with(kName)) {
      return std::string(pair.substr(kName.size()));
    }
  }
  return {};
}

Api::Api(ApiDeps deps)
    : deps_(std::move(deps)),
      identities_({.journal = deps_.journal, .clock = deps_.clock, .post = deps_.post}) {}

void Api::handle(Request request, Respond respond) {
  const auto [route, refused] = find_route(request, !deps_.demo_team.empty());
  if (route == nullptr) {
    respond(refused == 405
                ? error_response(405, "method", "This address does not take that method.")
                : error_response(404, "not_found", "There is nothing at this address."));
    return;
  }
  // A page of another site cannot set a header of its own: this mark stops forged requests.
  if (request.method != "GET" && request.csrf_mark.empty()) {
    respond(error_response(403, "mark_missing", "The header X-Swarmboard is needed."));
    return;
  }
  Call call{.api = *this,
            .request = std::move(request),
            .who = {},
            .session_secret = {},
            .respond = std::move(respond)};
  call.session_secret = session_secret_of(call.request.cookie);
  if (route->needs == Needs::Session) {
    auto who = identities_.find_session(call.session_secret);
    if (!who) {
      call.respond(error_response(401, "not_signed_in", "You are not signed in."));
      return;
    }
    call.who = *std::move(who);
  }
  route->handler(std::move(call));
}

bool Api::is_new_viewing(const room::Identity& viewer, const std::string& session) {
  static constexpr std::size_t kViewingsMax = 10'000;
  const std::int64_t now_ms = deps_.clock.wall_ms();
  if (viewings_ms_.size() >= kViewingsMax) {
    viewings_ms_.clear();  // Some viewings are then logged once more, none is missed.
  }
  std::int64_t& logged_ms = viewings_ms_[viewer.team + '/' + viewer.member + '/' + session];
  if (logged_ms != 0 && now_ms - logged_ms < limits::kReplayViewEveryMs) {
    return false;
  }
  logged_ms = now_ms;
  return true;
}

}  // namespace swarmboard::api
