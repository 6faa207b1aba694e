// Who may come in: sessions behind cookies, invitations behind links, tickets for the socket. Only
// hashes of secrets are kept; what must survive a restart lies in the journal's settings.
//
// Owner: app; everything on the API's thread. Times are the machine's, never a script's: a session
// ends after kSessionIdleMs without use and after kSessionMs in any case. A ticket is good once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "persistence/journal.h"
#include "server/base/clock.h"
#include "server/room/link.h"

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::api {

// What a link makes of the person who opens it. Good for one person.
struct Invitation {
  std::string team;
  v1::MemberRole role = v1::MEMBER_ROLE_REP;
  bool owner = false;
  std::string name;  // What the inviter called them; may be empty.
  std::int64_t made_ms = 0;
};

struct IdentityDeps {
  persistence::Journal& journal;
  const Clock& clock;
  // Runs a task on the API's thread, later.
  std::function<void(std::function<void()>)> post;
};

// A secret for its bearer, or what went wrong.
using Secret = boost::system::result<std::string>;
using SecretDone = std::function<void(Secret)>;
using WriteDone = std::function<void(boost::system::error_code)>;

class Identities {
 public:
  explicit Identities(IdentityDeps deps);

  // Reads what is stored. Nothing else may be called before it is done.
  void load(WriteDone done);

  void start_session(room::Identity who, SecretDone done);
  // Marks the session as used; nothing when it is unknown or over.
  [[nodiscard]] std::optional<room::Identity> find_session(const std::string& secret);
  void end_session(const std::string& secret, WriteDone done);

  void invite(Invitation invitation, SecretDone done);
  [[nodiscard]] std::optional<Invitation> find_invitation(const std::string& secret) const;
  void forget_invitation(const std::string& secret, WriteDone done);
  // Withdraws all owner links of a team, before a new one is printed.
  void forget_owner_invitations(const std::string& team);

  // Nothing when too many are waiting.
  [[nodiscard]] std::optional<std::string> issue_ticket(room::Identity who);
  [[nodiscard]] std::optional<room::Identity> redeem_ticket(const std::string& ticket);

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }

  // Of a newcomer: the same for the same link, so that a repeated join makes no second member.
  [[nodiscard]] static std::string member_id_of(const std::string& invitation_secret);

 private:
  struct Session {
    room::Identity who;
    std::int64_t made_ms = 0;
    std::int64_t seen_ms = 0;
    std::int64_t stored_seen_ms = 0;
  };

  struct Ticket {
    room::Identity who;
    std::int64_t until_us = 0;
  };

  [[nodiscard]] bool is_over(const Session& session) const;
  void put(const std::string& key, std::optional<std::string> value, WriteDone done);
  void store_session(const std::string& hash, const Session& session, WriteDone done);
  void drop_old_sessions();
  void drop_old_tickets();
  void take_setting(const std::string& key, const std::string& value);

  IdentityDeps deps_;
  // By hex of the secret's SHA-256.
  std::map<std::string, Session> sessions_;
  std::map<std::string, Invitation> invitations_;
  std::map<std::string, Ticket> tickets_;
};

}  // namespace swarmboard::api
