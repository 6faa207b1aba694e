#include "server/board/access.h"

#include "server/board/decide.h"
#include "server/board/queries.h"

namespace swarmboard::board {
namespace {

bool are_buddies(const State& library, const std::string& one, const std::string& other) {
  bool found = false;
  library.each<v1::BuddyPair>([&](const std::string&, const v1::BuddyPair& pair) {
    found =
        found || (pair.a() == one && pair.b() == other) || (pair.a() == other && pair.b() == one);
  });
  return found;
}

// The second seat of a pair's session: the opener's buddy, or, when the opener has no buddy on
// record, whoever comes first.
bool is_second_of_pair(const State& session, const State& library, const std::string& member) {
  const v1::Session& body = *session_of(session);
  bool has_buddy = false;
  library.each<v1::BuddyPair>([&](const std::string&, const v1::BuddyPair& pair) {
    has_buddy = has_buddy || pair.a() == body.opened_by() || pair.b() == body.opened_by();
  });
  if (has_buddy) {
    return are_buddies(library, body.opened_by(), member);
  }
  int inside = 0;
  session.each<v1::Participant>([&](const std::string&, const v1::Participant&) { ++inside; });
  return inside < 2;
}

// Of a session whose guests wait: somebody inside has said that this one may come in.
bool was_let_in(const State& library, const std::string& session, const std::string& member) {
  bool found = false;
  library.each<v1::Knock>([&](const std::string&, const v1::Knock& knock) {
    found = found || (knock.session() == session && knock.author() == member &&
                      knock.answer() == v1::KNOCK_ANSWER_COME_IN);
  });
  return found;
}

}  // namespace

int audience_rank(v1::ReplayAudience audience) {
  switch (audience) {
    case v1::REPLAY_AUDIENCE_PAIR:
      return 1;
    case v1::REPLAY_AUDIENCE_PARTICIPANTS:
      return 2;
    case v1::REPLAY_AUDIENCE_TEAM:
      return 3;
    case v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER:
      return 4;
    case v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS:
      return 5;
    default:
      return 0;
  }
}

v1::ReplayAudience narrower(v1::ReplayAudience a, v1::ReplayAudience b) {
  return audience_rank(a) <= audience_rank(b) ? a : b;
}

State access_records(const State& session) {
  State part;
  for (const Kind kind : {kind_of<v1::Session>(), kind_of<v1::Participant>()}) {
    const auto end = session.records().lower_bound(RecordRef{kind + 1, {}});
    for (auto it = session.records().lower_bound(RecordRef{kind, {}}); it != end; ++it) {
      part.put(it->second);
    }
  }
  return part;
}

bool may_enter(const State& session, const State& library, const std::string& member) {
  const v1::Session* body = session_of(session);
  if (body == nullptr || !is_active_member(library, member)) {
    return false;
  }
  if (session.get<v1::Participant>(member) != nullptr) {
    return true;
  }
  if (body->guests_wait() && member_role(library, member) == v1::MEMBER_ROLE_PARTNER &&
      !was_let_in(library, only_one<v1::Session>(session).id, member)) {
    return false;
  }
  switch (body->replay_audience()) {
    case v1::REPLAY_AUDIENCE_PAIR:
      return is_second_of_pair(session, library, member);
    case v1::REPLAY_AUDIENCE_TEAM:
      return member_role(library, member) != v1::MEMBER_ROLE_MANAGER;
    default:
      return true;
  }
}

bool may_follow(const State& session, const State& library, const std::string& member) {
  const v1::Session* body = session_of(session);
  if (body == nullptr) {
    return is_active_member(library, member);  // The library.
  }
  return body->has_closed_at_ms() ? may_replay(session, library, member)
                                  : may_enter(session, library, member);
}

bool may_replay(const State& session, const State& library, const std::string& member) {
  const v1::Session* body = session_of(session);
  if (!is_active_member(library, member)) {
    return false;
  }
  if (body == nullptr || session.get<v1::Participant>(member) != nullptr) {
    return true;
  }
  const v1::MemberRole role = member_role(library, member);
  switch (body->replay_audience()) {
    case v1::REPLAY_AUDIENCE_TEAM:
      return role == v1::MEMBER_ROLE_REP;
    case v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER:
      return role == v1::MEMBER_ROLE_REP || role == v1::MEMBER_ROLE_MANAGER;
    case v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS:
      return true;
    default:
      return false;  // The pair and the participants only, or a value of a newer version.
  }
}

}  // namespace swarmboard::board
