// Questions about a board that every decide file asks: who sits where, what runs, what are the
// team's rules. Read only.
//
// PURE. Pointers are into the state asked and live as long as it is not changed; null means there
// is none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/board/decide.h"
#include "server/board/kinds.h"

namespace swarmboard::board {

// A record with its id; `body` is null when there is none.
template <class Body>
struct Found {
  std::string id;
  const Body* body = nullptr;

  explicit operator bool() const { return body != nullptr; }

  const Body* operator->() const { return body; }

  const Body& operator*() const { return *body; }
};

// The first record of a kind: for kinds of which a stream has one.
template <class Body>
[[nodiscard]] Found<Body> only_one(const State& state) {
  const auto it = state.records().lower_bound(RecordRef{kind_of<Body>(), {}});
  if (it == state.records().end() || it->first.kind != kind_of<Body>()) {
    return {};
  }
  return {it->first.id, &body_of<Body>(*it->second)};
}

// In the session first, then in the library: on a board the copy is what people see.
template <class Body>
[[nodiscard]] const Body* lookup(const View& view, std::string_view id) {
  const Body* body = view.session.get<Body>(id);
  return body != nullptr ? body : view.library.get<Body>(id);
}

[[nodiscard]] RecordPtr lookup(const View& view, Kind kind, std::string_view id);

[[nodiscard]] const v1::Session* session_of(const State& session);
[[nodiscard]] bool is_closed(const State& session);
[[nodiscard]] const v1::Seat* seat_of(const State& session);

// The stage that runs now.
[[nodiscard]] Found<v1::Stage> stage_running(const State& session);

// The member's part in this session, also when they left.
[[nodiscard]] const v1::Participant* participant(const State& session, std::string_view member);
// Joined and not gone. A member whose connection was lost is absent until the rejoin.
[[nodiscard]] bool is_present(const State& session, std::string_view member);
[[nodiscard]] std::uint32_t present_count(const State& session);

// Holds the seat now; a reserved seat leads nothing.
[[nodiscard]] bool is_facilitator(const State& session, std::string_view member);
// By the role of joining or by one that was assigned.
[[nodiscard]] bool has_role(const State& session, std::string_view member, v1::SessionRole role);

// A power that whoever leads shares with this participant.
[[nodiscard]] bool has_power(const State& session, std::string_view member, v1::Power power);

// UNSPECIFIED when there is no such active member.
[[nodiscard]] v1::MemberRole member_role(const State& library, std::string_view member);
[[nodiscard]] bool is_active_member(const State& library, std::string_view member);

// The team's rules with the defaults filled in.
[[nodiscard]] v1::TeamRules team_rules(const State& library);

// Whether a list of a record contains the item.
[[nodiscard]] bool contains(const v1::Ids& ids, std::string_view item);
[[nodiscard]] bool contains(const v1::Texts& texts, std::string_view item);
[[nodiscard]] bool contains(const v1::SessionRoles& roles, v1::SessionRole role);
[[nodiscard]] bool contains(const v1::NoteKinds& kinds, v1::NoteKind kind);

}  // namespace swarmboard::board
