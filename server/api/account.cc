// Who am I, the ticket for the socket, leaving, inviting, joining.
#include <utility>

#include "server/api/handlers.h"
#include "server/api/json.h"
#include "server/api/sign_in.h"
#include "server/board/kinds.h"
#include "server/board/state.h"

namespace swarmboard::api {
namespace {

constexpr std::size_t kNameBytesMax = 800;

std::string role_name(v1::MemberRole role) {
  static constexpr std::string_view kPrefix = "MEMBER_ROLE_";
  const std::string name = v1::MemberRole_Name(role);
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

v1::MemberRole role_of(const std::string& name) {
  v1::MemberRole role = v1::MEMBER_ROLE_UNSPECIFIED;
  return v1::MemberRole_Parse("MEMBER_ROLE_" + name, &role) ? role : v1::MEMBER_ROLE_UNSPECIFIED;
}

Response not_signed_in() {
  return error_response(401, "not_signed_in", "You are not signed in.");
}

Response unavailable() {
  return error_response(503, "unavailable", "The server cannot do this now. Try again soon.");
}

bool is_active(const v1::Member* member) {
  return member != nullptr && (!member->has_active() || member->active());
}

// What everybody who opens the page should know; empty: nothing.
std::string notice_for_everybody(const Api& api) {
  return api.deps().journal.health().quarantined
             ? "The server found damage in what it has stored. You can read everything that is "
               "whole; nothing can be changed until its operator has repaired it. Boards that miss "
               "something do not open."
             : "";
}

// Runs `use` with the caller's own member record, on the team's thread.
void with_member(const Call& call,
                 std::function<void(const v1::Member&, const board::State&)> use) {
  call.api.deps().teams.with(call.who.team, [who = call.who, respond = call.respond,
                                             use = std::move(use)](room::Team* team) {
    if (team == nullptr) {
      respond(unavailable());
      return;
    }
    team->with_library([who, respond, use](const board::State& library) {
      const auto* const member = library.get<v1::Member>(who.member);
      if (!is_active(member)) {
        respond(not_signed_in());
        return;
      }
      use(*member, library);
    });
  });
}

}  // namespace

void me(Call call) {
  const bool is_demo = !call.api.deps().demo_team.empty();
  with_member(call, [who = call.who, respond = call.respond, is_demo](const v1::Member& member,
                                                                      const board::State& library) {
    const auto* const team = library.get<v1::Team>(who.team);
    std::string team_name = team == nullptr ? std::string{} : team->name();
    if (team_name.empty()) {
      library.each<v1::Team>(
          [&](const std::string&, const v1::Team& any) { team_name = any.name(); });
    }
    respond(json_response(200, {{"team", who.team},
                                {"team_name", team_name},
                                {"member", who.member},
                                {"name", member.name()},
                                {"role", role_name(member.role())},
                                {"owner", member.owner()},
                                {"demo", is_demo}}));
  });
}

void ticket(Call call) {
  const auto secret = call.api.identities().issue_ticket(call.who);
  call.respond(
      secret ? json_response(200, {{"ticket", *secret}, {"notice", notice_for_everybody(call.api)}})
             : unavailable());
}

void logout(Call call) {
  call.api.identities().end_session(
      call.session_secret,
      [respond = call.respond, is_https = call.request.is_https](boost::system::error_code ec) {
        Response response = ec ? unavailable() : json_response(200, {});
        response.headers.emplace_back("Set-Cookie", session_cookie("", is_https));
        respond(std::move(response));
      });
}

void invite(Call call) {
  const auto body = parse_object(call.request.body);
  const v1::MemberRole role =
      body ? role_of(string_member(*body, "role")) : v1::MEMBER_ROLE_UNSPECIFIED;
  const std::string name = body ? string_member(*body, "name") : std::string{};
  if (role == v1::MEMBER_ROLE_UNSPECIFIED || name.size() > kNameBytesMax) {
    call.respond(error_response(400, "invalid", "A role is needed: REP, MANAGER or PARTNER."));
    return;
  }
  Invitation invitation;
  invitation.team = call.who.team;
  invitation.role = role;
  invitation.name = name;
  with_member(call, [&api = call.api, post = call.api.deps().post, respond = call.respond,
                     invitation](const v1::Member& member, const board::State&) {
    if (!member.owner() && member.role() != v1::MEMBER_ROLE_MANAGER) {
      respond(error_response(403, "not_allowed", "Only owners and managers invite people."));
      return;
    }
    post([&api, respond, invitation] {
      api.identities().invite(invitation, [respond](Secret secret) {
        respond(secret.has_error()
                    ? unavailable()
                    : json_response(200, {{"path", "/join/" + *secret}, {"token", *secret}}));
      });
    });
  });
}

void join(Call call) {
  const auto body = parse_object(call.request.body);
  const std::string secret = body ? string_member(*body, "token") : std::string{};
  const std::string name = body ? string_member(*body, "name") : std::string{};
  if (secret.empty() || name.size() > kNameBytesMax) {
    call.respond(error_response(400, "invalid", "A link and a name are needed."));
    return;
  }
  sign_in_by_invitation(call.api, secret, name, call.request.is_https, std::move(call.respond));
}

}  // namespace swarmboard::api
