// What the team knows about a deal: where the customer stands, the scorecard, the people, the play
// and the next step. Steps and levels rest on evidence (rules 8 and 9). PURE.
#include <algorithm>
#include <string>
#include <vector>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/next_step.h"
#include "server/board/patch_builder.h"
#include "server/board/record_check.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr std::uint32_t kLevelMax = 3;
constexpr std::uint32_t kLevelWithEvidence = 2;

std::string element_id(const std::string& deal_id, v1::Element element) {
  constexpr std::string_view kPrefix = "ELEMENT_";
  return deal_id + "/" + v1::Element_Name(element).substr(kPrefix.size());
}

// Whether somebody has shown, at any time, a customer's act for that stage.
bool has_journey_evidence(const View& view, const std::string& deal_id, v1::JourneyStage stage) {
  bool found = false;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::JourneyEvidence>([&](const std::string&, const v1::JourneyEvidence& evidence) {
      found = found || (evidence.deal_id() == deal_id && evidence.stage() == stage);
    });
  }
  return found;
}

void add_journey_evidence(v1::Patch& patch, const View& view, const v1::SetJourneyStage& command,
                          const Context& context) {
  auto& evidence = create<v1::JourneyEvidence>(patch, context.new_id());
  evidence.set_deal_id(command.deal_id());
  evidence.set_stage(command.stage());
  evidence.set_kind(command.evidence_kind());
  evidence.set_text(command.evidence());
  evidence.set_on(date_of(context.now_ms));
  evidence.set_entered_by(context.actor);
  if (!view.stream.empty()) {
    evidence.set_session_id(view.stream);
  }
}

// The plays of a deal against a competitor that are current on the board or in the library.
std::vector<std::string> current_plays(const View& view, const v1::SetStrategy& command) {
  std::vector<std::string> ids;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::CompetitivePlay>([&](const std::string& id, const v1::CompetitivePlay& play) {
      const bool same = play.deal_id() == command.deal_id() &&
                        play.competitor_id() == command.competitor_id() && play.current();
      if (same && std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    });
  }
  return ids;
}

std::vector<std::string> waiting_steps(const View& view, const std::string& deal_id) {
  std::vector<std::string> ids;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::NextStep>([&](const std::string& id, const v1::NextStep& step) {
      if (step.deal_id() == deal_id && step.status() == v1::NEXT_STEP_STATUS_WAITING &&
          std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    });
  }
  return ids;
}

// Everything that the client may say about a person, and nothing that refers outside the deal.
std::optional<Refusal> check_stakeholder(const View& view, const v1::SetStakeholder& command) {
  const v1::Stakeholder& given = command.stakeholder();
  if (given.has_deal_id() && given.deal_id() != command.deal_id()) {
    return refuse(v1::REJECT_REASON_INVALID, "The person belongs to another deal.");
  }
  if (auto refusal = check_values(given)) {
    return refusal;
  }
  if (given.has_our_owner() && !is_active_member(view.library, given.our_owner())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "Our contact is not a member of the team.");
  }
  std::vector<std::string> others(given.influences().items().begin(),
                                  given.influences().items().end());
  if (given.has_reports_to()) {
    others.push_back(given.reports_to());
  }
  for (const std::string& other : others) {
    const auto* person = lookup<v1::Stakeholder>(view, other);
    if (person == nullptr || person->deal_id() != command.deal_id()) {
      return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such person on this deal's map.");
    }
  }
  return std::nullopt;
}

}  // namespace

Decided decide_set_journey_stage(const View& view, const v1::SetJourneyStage& command,
                                 const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::OwnerOrScribe, context)) {
    return *std::move(refusal);
  }
  if (command.stage() == v1::JOURNEY_STAGE_UNSPECIFIED ||
      !v1::JourneyStage_IsValid(command.stage())) {
    return refuse(v1::REJECT_REASON_INVALID, "Say where the customer stands.");
  }
  const bool shows_evidence = !is_blank(command.evidence());
  if (shows_evidence && command.evidence_kind() == v1::EVIDENCE_KIND_UNSPECIFIED) {
    return refuse(v1::REJECT_REASON_INVALID, "Say what kind of customer act the evidence is.");
  }
  const auto& before = *lookup<v1::Deal>(view, command.deal_id());
  if (before.stage() == command.stage() && !shows_evidence) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The deal is at this stage already.");
  }
  Decision decision;
  auto& deal = change<v1::Deal>(decision.patch, command.deal_id());
  deal.set_stage(command.stage());
  // Rule 9: forward without a customer's act for the stage being left counts, with a mark. Going
  // back needs no excuse.
  const bool forward = command.stage() > before.stage();
  deal.set_stage_unproven(forward && !shows_evidence &&
                          !has_journey_evidence(view, command.deal_id(), before.stage()));
  if (shows_evidence) {
    add_journey_evidence(decision.patch, view, command, context);
    if (auto refusal = check_values(decision.patch.upsert(1).record().journey_evidence())) {
      return *std::move(refusal);
    }
  }
  return decision;
}

Decided decide_set_score(const View& view, const v1::SetScore& command, const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::OwnerOrScribe, context)) {
    return *std::move(refusal);
  }
  if (command.element() == v1::ELEMENT_UNSPECIFIED || !v1::Element_IsValid(command.element())) {
    return refuse(v1::REJECT_REASON_INVALID, "Say which element of the scorecard.");
  }
  if (command.level() > kLevelMax) {
    return refuse(v1::REJECT_REASON_INVALID, "A level is 0, 1, 2 or 3.");
  }
  if (command.level() >= kLevelWithEvidence && is_blank(command.evidence())) {
    return refuse(v1::REJECT_REASON_NO_EVIDENCE, "Levels 2 and 3 need what the customer said.");
  }
  const std::string id = element_id(command.deal_id(), command.element());
  const auto* before = lookup<v1::ScoreElement>(view, id);
  if (before != nullptr && before->level() == command.level() &&
      before->evidence() == command.evidence()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The element stands like this already.");
  }
  Decision decision;
  auto& score = create<v1::ScoreElement>(decision.patch, id);
  score.set_deal_id(command.deal_id());
  score.set_element(command.element());
  score.set_level(command.level());
  if (!is_blank(command.evidence())) {
    score.set_evidence(command.evidence());
  }
  score.set_by(context.actor);
  score.set_at_ms(context.now_ms);
  if (auto refusal = check_values(score)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_set_stakeholder(const View& view, const v1::SetStakeholder& command,
                               const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::OwnerOrScribe, context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_stakeholder(view, command)) {
    return *std::move(refusal);
  }
  Decision decision;
  const auto* before = lookup<v1::Stakeholder>(view, command.id());
  if (before != nullptr) {
    if (before->deal_id() != command.deal_id()) {
      return refuse(v1::REJECT_REASON_ALREADY_EXISTS, "This id belongs to a person elsewhere.");
    }
    if (command.stakeholder().has_name() && is_blank(command.stakeholder().name())) {
      return refuse(v1::REJECT_REASON_INVALID, "A person needs a name.");
    }
    change<v1::Stakeholder>(decision.patch, command.id()) = command.stakeholder();
    return decision;
  }
  if (is_blank(command.stakeholder().name())) {
    return refuse(v1::REJECT_REASON_INVALID, "A person needs a name.");
  }
  auto id = take_id(view, kind_of<v1::Stakeholder>(), command.id(), context);
  if (!id) {
    return id.error();
  }
  auto& person = create<v1::Stakeholder>(decision.patch, *id);
  person = command.stakeholder();
  person.set_deal_id(command.deal_id());
  return decision;
}

Decided decide_set_strategy(const View& view, const v1::SetStrategy& command,
                            const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::Owner, context)) {
    return *std::move(refusal);
  }
  if (lookup<v1::Competitor>(view, command.competitor_id()) == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such competitor.");
  }
  if (command.strategy() == v1::STRATEGY_UNSPECIFIED || !v1::Strategy_IsValid(command.strategy())) {
    return refuse(v1::REJECT_REASON_INVALID, "Choose a play.");
  }
  Decision decision;
  // The earlier play stays as history.
  for (const std::string& id : current_plays(view, command)) {
    const auto& before = *lookup<v1::CompetitivePlay>(view, id);
    if (before.strategy() == command.strategy() && before.why() == command.why()) {
      return refuse(v1::REJECT_REASON_NO_EFFECT, "This is the play already.");
    }
    change<v1::CompetitivePlay>(decision.patch, id).set_current(false);
  }
  auto& play = create<v1::CompetitivePlay>(decision.patch, context.new_id());
  play.set_deal_id(command.deal_id());
  play.set_competitor_id(command.competitor_id());
  play.set_strategy(command.strategy());
  if (!is_blank(command.why())) {
    play.set_why(command.why());
  }
  play.set_set_by(context.actor);
  play.set_at_ms(context.now_ms);
  play.set_current(true);
  if (!view.stream.empty()) {
    play.set_session_id(view.stream);
  }
  if (auto refusal = check_values(play)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_set_next_step(const View& view, const v1::SetNextStep& command,
                             const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::Owner, context)) {
    return *std::move(refusal);
  }
  if (is_blank(command.buyer_action())) {
    return refuse(v1::REJECT_REASON_INVALID, "Write what the customer will do.");
  }
  if (!command.by().empty() && !is_iso_date(command.by())) {
    return refuse(v1::REJECT_REASON_INVALID, "The date must be a day as YYYY-MM-DD.");
  }
  Decision decision;
  for (const std::string& id : waiting_steps(view, command.deal_id())) {
    change<v1::NextStep>(decision.patch, id).set_status(v1::NEXT_STEP_STATUS_REPLACED);
  }
  auto& step = create<v1::NextStep>(decision.patch, context.new_id());
  step.set_deal_id(command.deal_id());
  step.set_buyer_action(command.buyer_action());
  if (!is_blank(command.buyer_person())) {
    step.set_buyer_person(command.buyer_person());
  }
  if (!command.by().empty()) {
    step.set_by(command.by());
  }
  if (!is_blank(command.evidence_expected())) {
    step.set_evidence_expected(command.evidence_expected());
  }
  step.set_step_class(
      classify_next_step(command.buyer_person(), command.buyer_action(), command.by()));
  step.set_status(v1::NEXT_STEP_STATUS_WAITING);
  step.set_set_by(context.actor);
  if (!view.stream.empty()) {
    step.set_session_id(view.stream);
  }
  if (auto refusal = check_values(step)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_resolve_next_step(const View& view, const v1::ResolveNextStep& command,
                                 const Context& context) {
  const auto* before = lookup<v1::NextStep>(view, command.id());
  if (before == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such next step.");
  }
  if (auto refusal = check_deal_right(view, before->deal_id(), DealRight::Owner, context)) {
    return *std::move(refusal);
  }
  if (command.status() != v1::NEXT_STEP_STATUS_HAPPENED &&
      command.status() != v1::NEXT_STEP_STATUS_DID_NOT_HAPPEN) {
    return refuse(v1::REJECT_REASON_INVALID, "Say whether it happened.");
  }
  if (before->status() != v1::NEXT_STEP_STATUS_WAITING) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This step does not wait any more.");
  }
  Decision decision;
  change<v1::NextStep>(decision.patch, command.id()).set_status(command.status());
  return decision;
}

}  // namespace swarmboard::board
