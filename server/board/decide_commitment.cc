// Commitments: one person, one promise, one date, about one thing (rule 14). Only the one who
// promised changes it; the person helped may confirm that it is done. PURE.
#include <string>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/record_check.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr Kind kCommitment = kind_of<v1::Commitment>();
constexpr int kRenegotiationsMax = 20;

// The member whom a promise about this record helps; empty when there is nobody in particular.
std::string helped_by(const View& view, const std::string& ref) {
  if (const auto* swarm = lookup<v1::Swarm>(view, ref)) {
    return swarm->owner();
  }
  if (const auto* deal = lookup<v1::Deal>(view, ref)) {
    return deal->owner();
  }
  if (const auto* response = lookup<v1::Response>(view, ref)) {
    return response->author();
  }
  if (const auto* objection = lookup<v1::Objection>(view, ref)) {
    return objection->author();
  }
  if (const auto* block = lookup<v1::Block>(view, ref)) {
    return block->author();
  }
  if (const auto* review = lookup<v1::WinLossReview>(view, ref)) {
    return review->owner();
  }
  if (const auto* handover = lookup<v1::Handover>(view, ref)) {
    return handover->author();
  }
  return "";
}

// A promise is about something that everybody can see.
std::optional<Refusal> check_ref(const View& view, const std::string& ref, const Context& context) {
  constexpr Kind kKinds[] = {
      kind_of<v1::Swarm>(),         kind_of<v1::Deal>(),           kind_of<v1::Response>(),
      kind_of<v1::Objection>(),     kind_of<v1::Block>(),          kind_of<v1::Blocker>(),
      kind_of<v1::Note>(),          kind_of<v1::ObjectionEntry>(), kind_of<v1::PlaybookItem>(),
      kind_of<v1::WinLossReview>(), kind_of<v1::Handover>(),       kind_of<v1::ValueMessage>()};
  if (ref.empty()) {
    return refuse(v1::REJECT_REASON_INVALID, "Say what the promise is about.");
  }
  for (const Kind kind : kKinds) {
    if (lookup(view, kind, ref) != nullptr) {
      return check_target(view, kind, ref, context);
    }
  }
  return refuse(v1::REJECT_REASON_TARGET_GONE, "What this promise is about does not exist.");
}

std::optional<Refusal> check_date(const std::string& date) {
  if (!is_iso_date(date)) {
    return refuse(v1::REJECT_REASON_INVALID, "A promise needs a day, as YYYY-MM-DD.");
  }
  return std::nullopt;
}

// The promise is there, and it is the actor's own.
std::optional<Refusal> check_own(const View& view, const std::string& id, const Context& context) {
  if (auto refusal = check_target(view, kCommitment, id, context)) {
    return refusal;
  }
  if (lookup<v1::Commitment>(view, id)->owner() != context.actor) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Only the one who promised can change this.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_running(const v1::Commitment& commitment) {
  if (commitment.status() == v1::COMMITMENT_STATUS_OPEN ||
      commitment.status() == v1::COMMITMENT_STATUS_MISSED) {
    return std::nullopt;
  }
  return refuse(v1::REJECT_REASON_PRECONDITION, "This promise is settled already.");
}

}  // namespace

Decided decide_make_commitment(const View& view, const v1::MakeCommitment& command,
                               const Context& context) {
  if (auto refusal = check_on_record(view)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_ref(view, command.ref(), context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_date(command.due())) {
    return *std::move(refusal);
  }
  if (is_blank(command.text())) {
    return refuse(v1::REJECT_REASON_INVALID, "Write what you promise.");
  }
  auto id = take_id(view, kCommitment, command.id(), context);
  if (!id) {
    return id.error();
  }
  Decision decision;
  auto& commitment = create<v1::Commitment>(decision.patch, *id);
  commitment.set_owner(context.actor);
  commitment.set_text(command.text());
  commitment.set_due(command.due());
  commitment.set_ref(command.ref());
  commitment.set_customer_visible(command.customer_visible());
  if (!view.stream.empty()) {
    commitment.set_session_id(view.stream);
  }
  commitment.set_status(v1::COMMITMENT_STATUS_OPEN);
  commitment.set_first_due(command.due());
  if (auto refusal = check_values(commitment)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_renegotiate_commitment(const View& view, const v1::RenegotiateCommitment& command,
                                      const Context& context) {
  if (auto refusal = check_own(view, command.id(), context)) {
    return *std::move(refusal);
  }
  const auto& before = *lookup<v1::Commitment>(view, command.id());
  if (auto refusal = check_running(before)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_date(command.due())) {
    return *std::move(refusal);
  }
  if (command.due() == before.due()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "It is due on that day already.");
  }
  if (before.renegotiated().items_size() >= kRenegotiationsMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "It was moved too often; drop it instead.");
  }
  const std::string today = date_of(context.now_ms);
  Decision decision;
  auto& commitment = change<v1::Commitment>(decision.patch, command.id());
  // Rule 14: whoever comes after the day has missed it first. Days as text sort as time does.
  if (today > before.due() || before.status() == v1::COMMITMENT_STATUS_MISSED) {
    commitment.set_missed_first(true);
  }
  commitment.set_status(v1::COMMITMENT_STATUS_OPEN);
  commitment.set_due(command.due());
  *commitment.mutable_renegotiated() = before.renegotiated();
  auto& step = *commitment.mutable_renegotiated()->add_items();
  step.set_from(before.due());
  step.set_to(command.due());
  step.set_on(today);
  step.set_why(command.why());
  if (!command.why().empty()) {
    commitment.set_why(command.why());
  }
  if (auto refusal = check_values(commitment)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_complete_commitment(const View& view, const v1::CompleteCommitment& command,
                                   const Context& context) {
  if (auto refusal = check_target(view, kCommitment, command.id(), context)) {
    return *std::move(refusal);
  }
  const auto& before = *lookup<v1::Commitment>(view, command.id());
  const bool by_owner = before.owner() == context.actor;
  if (!by_owner && helped_by(view, before.ref()) != context.actor) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                  "Only the one who promised, or the person helped, can say it is done.");
  }
  const bool named = command.confirmed_for() == before.owner();
  if ((by_owner && !command.confirmed_for().empty() && !named) || (!by_owner && !named)) {
    return refuse(v1::REJECT_REASON_INVALID, "Name the one who promised to confirm it for them.");
  }
  if (before.status() == v1::COMMITMENT_STATUS_DONE) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "It is done already.");
  }
  if (auto refusal = check_running(before)) {
    return *std::move(refusal);
  }
  const std::string on = command.on().empty() ? date_of(context.now_ms) : command.on();
  if (auto refusal = check_date(on)) {
    return *std::move(refusal);
  }
  Decision decision;
  auto& commitment = change<v1::Commitment>(decision.patch, command.id());
  commitment.set_status(v1::COMMITMENT_STATUS_DONE);
  commitment.set_done_on(on);
  if (!by_owner) {
    commitment.set_confirmed_by(context.actor);
  }
  return decision;
}

Decided decide_miss_commitment(const View& view, const v1::MissCommitment& command,
                               const Context& context) {
  if (auto refusal = check_own(view, command.id(), context)) {
    return *std::move(refusal);
  }
  const auto& before = *lookup<v1::Commitment>(view, command.id());
  if (before.status() == v1::COMMITMENT_STATUS_MISSED) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "It is missed already.");
  }
  if (auto refusal = check_running(before)) {
    return *std::move(refusal);
  }
  Decision decision;
  change<v1::Commitment>(decision.patch, command.id()).set_status(v1::COMMITMENT_STATUS_MISSED);
  return decision;
}

Decided decide_drop_commitment(const View& view, const v1::DropCommitment& command,
                               const Context& context) {
  if (auto refusal = check_own(view, command.id(), context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_running(*lookup<v1::Commitment>(view, command.id()))) {
    return *std::move(refusal);
  }
  Decision decision;
  auto& commitment = change<v1::Commitment>(decision.patch, command.id());
  commitment.set_status(v1::COMMITMENT_STATUS_DROPPED_BY_AGREEMENT);
  if (!command.why().empty()) {
    if (!command.why().empty()) {
      commitment.set_why(command.why());
    }
  }
  if (auto refusal = check_values(commitment)) {
    return *std::move(refusal);
  }
  return decision;
}

}  // namespace swarmboard::board
