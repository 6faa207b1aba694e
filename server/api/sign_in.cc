#include "server/api/sign_in.h"

#include <utility>

#include "server/api/json.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/board/kinds.h"
#include "server/board/state.h"

namespace swarmboard::api {
namespace {

Response unavailable() {
  return error_response(503, "unavailable", "The server cannot do this now. Try again soon.");
}

Response bad_link() {
  return error_response(403, "bad_link", "This link is not valid, or it was used already.");
}

// The end of every way to sign in.
void start_session(Api& api, room::Identity who, bool is_https, const Respond& respond) {
  const std::string member = who.member;
  const std::string team = who.team;
  api.identities().start_session(std::move(who), [member, team, is_https, respond](Secret secret) {
    if (secret.has_error()) {
      log::error("a session could not be stored", {{"why", secret.error().message()}});
      respond(unavailable());
      return;
    }
    Response response = json_response(200, {{"member", member}, {"team", team}});
    response.headers.emplace_back("Set-Cookie", session_cookie(*secret, is_https));
    respond(std::move(response));
  });
}

void use_link(Api& api, const std::string& secret, const room::Identity& who, bool is_https,
              const Respond& respond) {
  api.identities().forget_invitation(
      secret, [&api, who, is_https, respond](boost::system::error_code ec) {
        if (ec) {
          respond(unavailable());
          return;
        }
        log::info("a member joined by a link", {{"team", who.team}, {"member", who.member}});
        start_session(api, who, is_https, respond);
      });
}

}  // namespace

std::string session_cookie(const std::string& secret, bool is_https) {
  const std::int64_t age_s = secret.empty() ? 0 : limits::kSessionMs / 1000;
  return "swarmboard_session=" + secret +
         "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(age_s) +
         (is_https ? "; Secure" : "");
}

void sign_in_by_invitation(Api& api, const std::string& secret, const std::string& name,
                           bool is_https, Respond respond) {
  const auto invitation = api.identities().find_invitation(secret);
  if (!invitation) {
    respond(bad_link());
    return;
  }
  const room::Identity who{.team = invitation->team, .member = Identities::member_id_of(secret)};
  v1::Command command;
  v1::AddMember& add = *command.mutable_add_member();
  add.set_member_id(who.member);
  add.set_name(name.empty() ? invitation->name : name);
  add.set_role(invitation->role);
  add.set_owner(invitation->owner);
  const auto post = api.deps().post;
  api.deps().teams.with(who.team, [&api, post, secret, who, is_https, respond,
                                   command = std::move(command)](room::Team* team) {
    if (team == nullptr) {
      respond(unavailable());
      return;
    }
    team->act("", command, "", true,
              [&api, post, secret, who, is_https, respond](room::ActResult result) {
                // The same link again, after an answer that got lost: the member is there already.
                const bool is_there = result.refusal.reason == v1::REJECT_REASON_ALREADY_EXISTS;
                if (!result.ok && !is_there) {
                  respond(error_response(409, "refused", result.refusal.detail));
                  return;
                }
                post([&api, secret, who, is_https, respond] {
                  use_link(api, secret, who, is_https, respond);
                });
              });
  });
}

void sign_in_by_demo(Api& api, const room::Identity& who, Respond respond) {
  const auto post = api.deps().post;
  api.deps().teams.with(who.team, [&api, post, who, respond](room::Team* team) {
    if (team == nullptr) {
      respond(unavailable());
      return;
    }
    team->with_library([&api, post, who, respond](const board::State& library) {
      const bool is_member = library.get<v1::Member>(who.member) != nullptr;
      post([&api, who, respond, is_member] {
        if (is_member) {
          start_session(api, who, false, respond);
        } else {
          respond(error_response(404, "not_found", "The sample team has no such member."));
        }
      });
    });
  });
}

}  // namespace swarmboard::api
