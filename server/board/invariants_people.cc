// Invariants of the seat, the turns of those who led, and the participants.
#include <algorithm>
#include <tuple>
#include <vector>

#include "server/board/invariants_parts.h"
#include "server/board/queries.h"

namespace swarmboard::board {
namespace {

void check_seat(const State& session, Findings& findings) {
  std::size_t seats = 0;
  session.each<v1::Seat>([&](const std::string&, const v1::Seat&) { ++seats; });
  const v1::Seat* seat = seat_of(session);
  findings.expect(seats == 1 && seat != nullptr, "there is one seat", std::string(kSeatId));
  if (seat == nullptr) {
    return;
  }
  const std::string& holder = seat->holder();
  switch (seat->state()) {
    case v1::SEAT_STATE_HELD:
      findings.expect(is_present(session, holder), "who holds the seat is here", holder);
      findings.expect(!seat->has_reserved_until_ms(), "a held seat has no deadline", holder);
      break;
    case v1::SEAT_STATE_RESERVED:
      findings.expect(!holder.empty(), "a reserved seat is reserved for somebody", holder);
      findings.expect(seat->has_reserved_until_ms(), "a reserved seat has a deadline", holder);
      findings.expect(!is_present(session, holder), "who is here does not wait for the seat",
                      holder);
      break;
    case v1::SEAT_STATE_VACANT:
      findings.expect(holder.empty(), "a vacant seat has no holder", holder);
      break;
    default:
      findings.expect(false, "the seat is held, reserved or vacant", std::string(kSeatId));
  }
}

struct Turn {
  std::int64_t from = 0;
  std::int64_t to = 0;
  bool open = false;
  std::string id;
  std::string member;
};

std::vector<Turn> turns_in_order(const State& session) {
  std::vector<Turn> turns;
  session.each<v1::FacilitationTurn>([&](const std::string& id, const v1::FacilitationTurn& turn) {
    turns.push_back({turn.from_ms(), turn.to_ms(), !turn.has_to_ms(), id, turn.member()});
  });
  // An open turn is the last of those that began at the same moment.
  std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
    return std::tie(a.from, a.open, a.to) < std::tie(b.from, b.open, b.to);
  });
  return turns;
}

void check_turns(const State& session, Findings& findings) {
  const std::vector<Turn> turns = turns_in_order(session);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const Turn& turn = turns[i];
    findings.expect(turn.open || turn.to >= turn.from, "a turn does not end before it begins",
                    turn.id);
    findings.expect(participant(session, turn.member) != nullptr, "who led took part", turn.id);
    if (i > 0) {
      findings.expect(!turns[i - 1].open && turns[i - 1].to <= turn.from, "turns do not overlap",
                      turn.id);
    }
  }
  const v1::Seat* seat = seat_of(session);
  if (seat == nullptr) {
    return;
  }
  const bool open = !turns.empty() && turns.back().open;
  if (open) {
    findings.expect(!is_closed(session), "nobody leads a closed session", turns.back().id);
    findings.expect(turns.back().member == seat->holder(), "the open turn is the seat's holder's",
                    turns.back().id);
  } else if (!is_closed(session)) {
    findings.expect(seat->state() != v1::SEAT_STATE_HELD, "who holds the seat has an open turn",
                    seat->holder());
  }
}

void check_participants(const State& session, Findings& findings) {
  session.each<v1::Participant>([&](const std::string& id, const v1::Participant& one) {
    findings.expect(one.has_joined_at_ms(), "everybody has joined at some time", id);
    findings.expect(one.present() != one.has_left_at_ms(), "one is here or has left", id);
  });
  const v1::AudienceWidening* widening = session.get<v1::AudienceWidening>(kWideningId);
  if (widening != nullptr) {
    for (const std::string& member : widening->agreed().items()) {
      findings.expect(participant(session, member) != nullptr,
                      "only participants agree to a wider audience", member);
    }
  }
}

}  // namespace

void check_people(const State& session, Findings& findings) {
  check_seat(session, findings);
  check_turns(session, findings);
  check_participants(session, findings);
}

}  // namespace swarmboard::board
