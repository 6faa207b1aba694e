// What the holder of the seat shares with others: the clock, the stages, the door. And who is let
// in.
#include <string>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

v1::Powers without(const v1::Powers& powers, v1::Power power) {
  v1::Powers kept;
  for (const int each : powers.items()) {
    if (each != power) {
      kept.add_items(static_cast<v1::Power>(each));
    }
  }
  return kept;
}

}  // namespace

Decided decide_share_power(const View& view, const v1::SharePower& command, const Context&) {
  const v1::Participant* body = participant(view.session, command.member());
  if (body == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person is not in the session.");
  }
  if (command.power() == v1::POWER_UNSPECIFIED || !v1::Power_IsValid(command.power())) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such power to share.");
  }
  if (is_facilitator(view.session, command.member())) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Whoever leads has all of it.");
  }
  if (has_power(view.session, command.member(), command.power()) != command.take_back()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, command.take_back() ? "This person does not have it."
                                                                   : "This person has it already.");
  }
  if (member_role(view.library, command.member()) != v1::MEMBER_ROLE_REP && !command.take_back()) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Leading is shared among the reps.");
  }
  v1::Powers powers = without(body->powers(), command.power());
  if (!command.take_back()) {
    powers.add_items(command.power());
  }
  Decision decision;
  *change<v1::Participant>(decision.patch, command.member()).mutable_powers() = std::move(powers);
  return decision;
}

Decided decide_answer_knock(const View& view, const v1::AnswerKnock& command,
                            const Context& context) {
  const auto* knock = view.library.get<v1::Knock>(command.knock());
  if (knock == nullptr || knock->session() != view.stream) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "Nobody is at the door.");
  }
  if (command.answer() == v1::KNOCK_ANSWER_UNSPECIFIED ||
      !v1::KnockAnswer_IsValid(command.answer())) {
    return refuse(v1::REJECT_REASON_INVALID, "Let them in, or not now.");
  }
  if (knock->answer() == command.answer()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "They have been told so already.");
  }
  Decision decision;
  auto& answered = change<v1::Knock>(decision.patch, command.knock());
  answered.set_answer(command.answer());
  answered.set_answered_by(context.actor);
  return decision;
}

}  // namespace swarmboard::board
