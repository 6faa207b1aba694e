// Cards without an author: not commands, because they must leave no number and no time behind, but
// judged by the same rules as a signed card.
#include <utility>

#include "server/base/limits.h"
#include "server/board/decide.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/rights.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

std::optional<Refusal> check_place(const View& view, v1::Visibility lane, const Context& context) {
  if (view.stream.empty() || session_of(view.session) == nullptr) {
    return refuse(v1::REJECT_REASON_INVALID, "This can only be done inside a session.");
  }
  if (is_closed(view.session)) {
    return refuse(v1::REJECT_REASON_SESSION_CLOSED, "The session is over; its board is read-only.");
  }
  if (!is_active_member(view.library, context.actor) ||
      participant(view.session, context.actor) == nullptr) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE, "Join the session first.");
  }
  const auto stage = stage_running(view.session);
  if (!stage || stage->visibility() != lane) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "The stage that runs takes no such cards.");
  }
  // One card alone after the others would point at its writer.
  if (lane == v1::VISIBILITY_ANONYMOUS && stage->has_revealed_at_ms()) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "The cards of this stage are revealed already.");
  }
  // As for a change of a card: the right to write, without what a new signed one asks of the stage.
  v1::Record card;
  card.mutable_note();
  return check_stage(view, card, Deed::Edit, context.actor);
}

}  // namespace

boost::system::result<CardPlace, Refusal> check_unsigned_card(const View& view, v1::NoteKind kind,
                                                              const std::string& text,
                                                              v1::Visibility lane,
                                                              const Context& context) {
  if (lane != v1::VISIBILITY_ANONYMOUS && lane != v1::VISIBILITY_OFF_RECORD) {
    return refuse(v1::REJECT_REASON_INVALID, "Signed cards are commands.");
  }
  if (auto refusal = check_place(view, lane, context)) {
    return *std::move(refusal);
  }
  const auto stage = stage_running(view.session);
  if (!contains(stage->allowed_notes(), kind)) {
    return refuse(v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE,
                  "This kind of card does not belong in this stage.");
  }
  if (is_blank(text)) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no text on the card.");
  }
  if (utf16_length(text) > limits::kNoteUtf16Max) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "The text is too long.");
  }
  return CardPlace{stage.id};
}

}  // namespace swarmboard::board
