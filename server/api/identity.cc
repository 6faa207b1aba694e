#include "server/api/identity.h"

#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/errc.hpp>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/random.h"
#include "server/base/sha256.h"

namespace swarmboard::api {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::string_view kPrefix = "auth/";
constexpr std::string_view kSessionKey = "auth/session/";
constexpr std::string_view kInvitationKey = "auth/invitation/";

std::string hash_of(const std::string& secret) {
  return to_hex(sha256(secret));
}

std::string text(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::int64_t number(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool flag(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string encode(const Invitation& invitation) {
  return json::serialize(json::object{{"team", invitation.team},
                                      {"role", static_cast<std::int64_t>(invitation.role)},
                                      {"owner", invitation.owner},
                                      {"name", invitation.name},
                                      {"made_ms", invitation.made_ms}});
}

Invitation decode_invitation(const json::object& from) {
  return {.team = text(from, "team"),
          .role = static_cast<v1::MemberRole>(number(from, "role")),
          .owner = flag(from, "owner"),
          .name = text(from, "name"),
          .made_ms = number(from, "made_ms")};
}

error_code too_many() {
  return make_error_code(boost::system::errc::no_buffer_space);
}

}  // namespace

Identities::Identities(IdentityDeps deps) : deps_(std::move(deps)) {}

void Identities::load(WriteDone done) {
  using Entries = persistence::Result<std::vector<persistence::SealedEntry>>;
  deps_.journal.settings(std::string(kPrefix), [this, done = std::move(done)](Entries entries) {
    deps_.post([this, done, entries = std::move(entries)] {
      if (entries.has_error()) {
        done(entries.error());
        return;
      }
      for (const auto& [key, value] : *entries) {
        take_setting(key, value);
      }
      drop_old_sessions();
      done({});
    });
  });
}

void Identities::take_setting(const std::string& key, const std::string& value) {
  error_code ec;
  const json::value parsed = json::parse(value, ec);
  if (ec || !parsed.is_object()) {
    // Whoever it belonged to signs in again; nobody gets in by it.
    log::warn("stored sign-in entry is damaged and ignored");
    return;
  }
  const json::object& from = parsed.get_object();
  if (key.starts_with(kSessionKey)) {
    const std::int64_t seen_ms = number(from, "seen_ms");
    sessions_[key.substr(kSessionKey.size())] = {
        .who = {.team = text(from, "team"), .member = text(from, "member")},
        .made_ms = number(from, "made_ms"),
        .seen_ms = seen_ms,
        .stored_seen_ms = seen_ms};
  } else if (key.starts_with(kInvitationKey)) {
    invitations_[key.substr(kInvitationKey.size())] = decode_invitation(from);
  }
}

void Identities::put(const std::string& key, std::optional<std::string> value, WriteDone done) {
  deps_.journal.put_setting(key, std::move(value), [this, done = std::move(done)](error_code ec) {
    deps_.post([done, ec] { done(ec); });
  });
}

void Identities::store_session(const std::string& hash, const Session& session, WriteDone done) {
  put(std::string(kSessionKey) + hash,
      json::serialize(json::object{{"team", session.who.team},
                                   {"member", session.who.member},
                                   {"made_ms", session.made_ms},
                                   {"seen_ms", session.seen_ms}}),
      std::move(done));
}

bool Identities::is_over(const Session& session) const {
  const std::int64_t now_ms = deps_.clock.wall_ms();
  return now_ms - session.made_ms > limits::kSessionMs ||
         now_ms - session.seen_ms > limits::kSessionIdleMs;
}

void Identities::drop_old_sessions() {
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    if (!is_over(it->second)) {
      ++it;
      continue;
    }
    put(std::string(kSessionKey) + it->first, std::nullopt, [](error_code ec) {
      if (ec) {
        log::warn("an old session stays stored", {{"why", ec.message()}});
      }
    });
    it = sessions_.erase(it);
  }
}

void Identities::start_session(room::Identity who, SecretDone done) {
  if (sessions_.size() >= limits::kSessionsMax) {
    drop_old_sessions();
  }
  if (sessions_.size() >= limits::kSessionsMax) {
    done(too_many());
    return;
  }
  const std::string secret = random_token();
  const std::int64_t now_ms = deps_.clock.wall_ms();
  const Session session{
      .who = std::move(who), .made_ms = now_ms, .seen_ms = now_ms, .stored_seen_ms = now_ms};
  const std::string hash = hash_of(secret);
  store_session(hash, session,
                [this, hash, session, secret, done = std::move(done)](error_code ec) {
                  if (ec) {
                    done(ec);
                    return;
                  }
                  sessions_[hash] = session;
                  done(secret);
                });
}

std::optional<room::Identity> Identities::find_session(const std::string& secret) {
  const auto found = sessions_.find(hash_of(secret));
  if (found == sessions_.end()) {
    return std::nullopt;
  }
  Session& session = found->second;
  if (is_over(session)) {
    drop_old_sessions();
    return std::nullopt;
  }
  session.seen_ms = deps_.clock.wall_ms();
  if (session.seen_ms - session.stored_seen_ms >= limits::kSessionSeenEveryMs) {
    session.stored_seen_ms = session.seen_ms;
    store_session(found->first, session, [](error_code ec) {
      if (ec) {
        log::warn("the last use of a session was not stored", {{"why", ec.message()}});
      }
    });
  }
  return session.who;
}

void Identities::end_session(const std::string& secret, WriteDone done) {
  const std::string hash = hash_of(secret);
  if (sessions_.erase(hash) == 0) {
    done({});
    return;
  }
  put(std::string(kSessionKey) + hash, std::nullopt, std::move(done));
}

void Identities::invite(Invitation invitation, SecretDone done) {
  if (invitations_.size() >= limits::kInvitationsMax) {
    done(too_many());
    return;
  }
  invitation.made_ms = deps_.clock.wall_ms();
  const std::string secret = random_token();
  const std::string hash = hash_of(secret);
  const std::string bytes = encode(invitation);
  put(std::string(kInvitationKey) + hash, bytes,
      [this, hash, secret, invitation = std::move(invitation),
       done = std::move(done)](error_code ec) {
        if (ec) {
          done(ec);
          return;
        }
        invitations_[hash] = invitation;
        done(secret);
      });
}

std::optional<Invitation> Identities::find_invitation(const std::string& secret) const {
  const auto found = invitations_.find(hash_of(secret));
  if (found == invitations_.end() ||
      deps_.clock.wall_ms() - found->second.made_ms > limits::kInvitationMs) {
    return std::nullopt;
  }
  return found->second;
}

void Identities::forget_invitation(const std::string& secret, WriteDone done) {
  const std::string hash = hash_of(secret);
  invitations_.erase(hash);
  put(std::string(kInvitationKey) + hash, std::nullopt, std::move(done));
}

void Identities::forget_owner_invitations(const std::string& team) {
  for (auto it = invitations_.begin(); it != invitations_.end();) {
    if (!it->second.owner || it->second.team != team) {
      ++it;
      continue;
    }
    put(std::string(kInvitationKey) + it->first, std::nullopt, [](error_code ec) {
      if (ec) {
        log::warn("an old owner link stays stored", {{"why", ec.message()}});
      }
    });
    it = invitations_.erase(it);
  }
}

void Identities::drop_old_tickets() {
  const std::int64_t now_us = deps_.clock.mono_us();
  std::erase_if(tickets_, [now_us](const auto& entry) { return entry.second.until_us < now_us; });
}

std::optional<std::string> Identities::issue_ticket(room::Identity who) {
  if (tickets_.size() >= limits::kTicketsMax) {
    drop_old_tickets();
  }
  if (tickets_.size() >= limits::kTicketsMax) {
    return std::nullopt;
  }
  std::string ticket = random_token();
  tickets_[hash_of(ticket)] = {.who = std::move(who),
                               .until_us = deps_.clock.mono_us() + limits::kTicketUs};
  return ticket;
}

std::optional<room::Identity> Identities::redeem_ticket(const std::string& ticket) {
  const auto found = tickets_.find(hash_of(ticket));
  if (found == tickets_.end()) {
    return std::nullopt;
  }
  const Ticket used = std::move(found->second);
  tickets_.erase(found);
  if (used.until_us < deps_.clock.mono_us()) {
    return std::nullopt;
  }
  return used.who;
}

std::string Identities::member_id_of(const std::string& invitation_secret) {
  return "m-" + to_hex(sha256("member of " + invitation_secret)).substr(0, 16);
}

}  // namespace swarmboard::api
