#include "server/board/decide_seat.h"

#include <algorithm>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::uint32_t kRatingMin = 1;
constexpr std::uint32_t kRatingMax = 5;
constexpr std::size_t kFeedbackUtf16Max = 1000;

// Raised with every change of the seat, so that a timer set for an earlier state is recognised.
v1::Seat& change_seat(v1::Patch& patch, const State& session,
                      std::initializer_list<int> cleared = {}) {
  auto& seat = change<v1::Seat>(patch, kSeatId, cleared);
  seat.set_generation(seat_of(session)->generation() + 1);
  return seat;
}

void give_seat(v1::Patch& patch, const State& session, const std::string& member,
               std::int64_t now_ms) {
  auto& seat = change_seat(patch, session, {v1::Seat::kReservedUntilMsFieldNumber});
  seat.set_state(v1::SEAT_STATE_HELD);
  seat.set_holder(member);
  seat.set_since_ms(now_ms);
}

void vacate(v1::Patch& patch, const State& session, std::int64_t at_ms) {
  end_turn(patch, session, at_ms);
  auto& seat = change_seat(patch, session,
                           {v1::Seat::kHolderFieldNumber, v1::Seat::kReservedUntilMsFieldNumber});
  seat.set_state(v1::SEAT_STATE_VACANT);
  seat.set_since_ms(at_ms);
}

// Ids that sort in the order of the turns.
std::string turn_id(std::size_t number) {
  constexpr std::size_t kDigits = 4;
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) {
    digits.insert(0, kDigits - digits.size(), '0');
  }
  return "turn-" + digits;
}

bool has_open_turn(const State& session) {
  bool open = false;
  session.each<v1::FacilitationTurn>([&](const std::string&, const v1::FacilitationTurn& turn) {
    open = open || !turn.has_to_ms();
  });
  return open;
}

std::int64_t seat_grace_ms(const State& library) {
  return team_rules(library).seat_grace_s() * kMsPerSecond;
}

void start_turn(v1::Patch& patch, const State& session, const std::string& member, v1::SeatHow how,
                std::int64_t now_ms) {
  std::size_t turns = 0;
  session.each<v1::FacilitationTurn>([&](const std::string&, const auto&) { ++turns; });
  auto& turn = create<v1::FacilitationTurn>(patch, turn_id(turns + 1));
  turn.set_member(member);
  turn.set_from_ms(now_ms);
  turn.set_how(how);
}

bool is_overdue(const v1::Seat& seat, std::int64_t now_ms) {
  return seat.state() == v1::SEAT_STATE_RESERVED && now_ms >= seat.reserved_until_ms();
}

// A second word from the same person to the same facilitator takes the place of the first.
std::string feedback_id(const State& session, const std::string& to, const Context& context) {
  std::string found;
  session.each<v1::FacilitatorFeedback>(
      [&](const std::string& id, const v1::FacilitatorFeedback& feedback) {
        if (feedback.to() == to && feedback.author() == context.actor) {
          found = id;
        }
      });
  return found.empty() ? context.new_id() : found;
}

bool has_led(const State& session, const std::string& member) {
  bool led = false;
  session.each<v1::FacilitationTurn>([&](const std::string&, const v1::FacilitationTurn& turn) {
    led = led || turn.member() == member;
  });
  return led;
}

}  // namespace

void seat_at_opening(v1::Patch& patch, const View& view, const std::string& facilitator,
                     const Context& context) {
  const bool here = facilitator == context.actor;
  auto& seat = create<v1::Seat>(patch, kSeatId);
  seat.set_state(here ? v1::SEAT_STATE_HELD : v1::SEAT_STATE_RESERVED);
  seat.set_holder(facilitator);
  seat.set_since_ms(context.now_ms);
  seat.set_generation(1);
  if (here) {
    start_turn(patch, view.session, facilitator, v1::SEAT_HOW_OPENED, context.now_ms);
  } else {
    seat.set_reserved_until_ms(context.now_ms + seat_grace_ms(view.library));
  }
}

void seat_when_gone(v1::Patch& patch, const View& view, const std::string& member,
                    std::int64_t now_ms) {
  if (!is_facilitator(view.session, member)) {
    return;
  }
  auto& seat = change_seat(patch, view.session);
  seat.set_state(v1::SEAT_STATE_RESERVED);
  seat.set_reserved_until_ms(now_ms + seat_grace_ms(view.library));
}

void seat_when_back(v1::Patch& patch, const View& view, const std::string& member,
                    std::int64_t now_ms) {
  const v1::Seat* seat = seat_of(view.session);
  if (seat == nullptr || seat->state() != v1::SEAT_STATE_RESERVED || seat->holder() != member) {
    return;
  }
  if (is_overdue(*seat, now_ms)) {
    vacate(patch, view.session, seat->reserved_until_ms());
    return;
  }
  change_seat(patch, view.session, {v1::Seat::kReservedUntilMsFieldNumber})
      .set_state(v1::SEAT_STATE_HELD);
  if (!has_open_turn(view.session)) {  // Was named at the opening and comes only now.
    start_turn(patch, view.session, member, v1::SEAT_HOW_OPENED, now_ms);
  }
}

void end_turn(v1::Patch& patch, const State& session, std::int64_t at_ms) {
  session.each<v1::FacilitationTurn>([&](const std::string& id, const v1::FacilitationTurn& turn) {
    if (!turn.has_to_ms()) {
      change<v1::FacilitationTurn>(patch, id).set_to_ms(at_ms);
    }
  });
}

Decided decide_hand_over_seat(const View& view, const v1::HandOverSeat& command,
                              const Context& context) {
  if (command.to() == context.actor) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You lead already.");
  }
  const auto* to = view.session.get<v1::Participant>(command.to());
  if (to == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person is not in the session.");
  }
  if (!to->present()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This person is not here at the moment.");
  }
  Decision decision;
  end_turn(decision.patch, view.session, context.now_ms);
  give_seat(decision.patch, view.session, command.to(), context.now_ms);
  start_turn(decision.patch, view.session, command.to(), v1::SEAT_HOW_HANDED_OVER, context.now_ms);
  return decision;
}

Decided decide_claim_seat(const View& view, const v1::ClaimSeat&, const Context& context) {
  const v1::Seat* seat = seat_of(view.session);
  if (!view.session.get<v1::Participant>(context.actor)->present()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "Come back to the session first.");
  }
  if (seat->state() == v1::SEAT_STATE_HELD) {
    if (seat->holder() == context.actor) {
      return refuse(v1::REJECT_REASON_NO_EFFECT, "You lead already.");
    }
    return refuse(v1::REJECT_REASON_SEAT_TAKEN, "Somebody leads the session.");
  }
  const bool overdue = is_overdue(*seat, context.now_ms);
  if (seat->state() == v1::SEAT_STATE_RESERVED && !overdue) {
    return refuse(v1::REJECT_REASON_SEAT_RESERVED,
                  "The seat is kept for a moment for the one whose link dropped.");
  }
  Decision decision;
  if (overdue) {
    end_turn(decision.patch, view.session, seat->reserved_until_ms());
  }
  give_seat(decision.patch, view.session, context.actor, context.now_ms);
  start_turn(decision.patch, view.session, context.actor, v1::SEAT_HOW_CLAIMED, context.now_ms);
  return decision;
}

Decided decide_vacate_seat(const View& view, const v1::VacateSeat& command,
                           const Context& context) {
  const v1::Seat* seat = seat_of(view.session);
  if (seat->generation() != command.generation() || seat->state() != v1::SEAT_STATE_RESERVED) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The seat has changed since.");
  }
  if (!is_overdue(*seat, context.now_ms)) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "The grace time is not over.");
  }
  Decision decision;
  vacate(decision.patch, view.session, seat->reserved_until_ms());
  return decision;
}

Decided decide_give_feedback(const View& view, const v1::GiveFeedback& command,
                             const Context& context) {
  if (command.to() == context.actor) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Feedback goes to somebody else.");
  }
  if (!has_led(view.session, command.to())) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This person has not led the session.");
  }
  if (command.rating() < kRatingMin || command.rating() > kRatingMax) {
    return refuse(v1::REJECT_REASON_INVALID, "Rate from one to five.");
  }
  if (utf16_length(command.text()) > kFeedbackUtf16Max) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "The text is too long.");
  }
  Decision::Lane lane;
  lane.members = {command.to(), context.actor};
  std::sort(lane.members.begin(), lane.members.end());
  auto& feedback =
      create<v1::FacilitatorFeedback>(lane.patch, feedback_id(view.session, command.to(), context));
  feedback.set_to(command.to());
  feedback.set_rating(command.rating());
  feedback.set_text(command.text());
  feedback.set_author(context.actor);
  only_for(*lane.patch.mutable_upsert()->rbegin(), lane.members);
  Decision decision;
  decision.private_act = true;
  decision.lanes.push_back(std::move(lane));
  return decision;
}

}  // namespace swarmboard::board
