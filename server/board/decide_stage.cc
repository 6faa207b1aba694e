// Stages: starting, revealing. One runs at a time; starting one ends the other.
#include "server/board/decide_stage.h"

#include <optional>
#include <string>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/decide_clock.h"
#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/templates.h"

namespace swarmboard::board {
namespace {

// The visibility that the template gives the stage, whatever an earlier start made of it.
v1::Visibility planned_visibility(const State& session, const std::string& key,
                                  const v1::Stage& stage) {
  const Template* origin = find_template(session_of(session)->template_id());
  if (origin != nullptr) {
    for (const auto& candidate : origin->stages) {
      if (candidate.key == key) {
        return candidate.stage.visibility();
      }
    }
  }
  return stage.visibility();
}

bool hides_anything(const v1::Stage& stage) {
  return stage.visibility() == v1::VISIBILITY_PRIVATE_UNTIL_REVEAL ||
         stage.visibility() == v1::VISIBILITY_ANONYMOUS || !stage.private_kinds().items().empty();
}

std::string stage_named_by(const v1::Record& record) {
  const auto& body = body_message(record);
  const auto* field = body.GetDescriptor()->FindFieldByName("stage");
  return body.GetReflection()->GetString(body, field);
}

bool waits_for(const v1::Record& record, const std::string& stage) {
  return is_hidden(record) && record_policy(kind_of_record(record)).lane() == v1::LANE_RULE_STAGE &&
         stage_named_by(record) == stage;
}

// The cards of an anonymous stage come without an author and all at the stage's start, in the order
// of their random ids.
void unseal(Decision& decision, const std::string& key, const v1::Stage& stage,
            const Context& context) {
  for (const SealedCard& card : context.sealed) {
    auto& note = create<v1::Note>(decision.patch, card.id);
    note.set_kind(card.note.kind());
    note.set_text(card.note.text());
    note.set_stage(key);
    note.set_at_ms(stage.started_at_ms());
    note.set_anonymous(true);
  }
  decision.drop_sealed.push_back(key);
}

void end_running(Decision& decision, const State& session, std::int64_t now_ms) {
  const auto running = stage_running(session);
  if (!running) {
    return;
  }
  end_stage(decision.patch, running.id, *running, now_ms);
  close_time_poll(decision.patch, session, now_ms);
  if (running->visibility() == v1::VISIBILITY_OFF_RECORD) {
    decision.ends_off_record = running.id;
  }
}

std::optional<Refusal> check_off_record(const v1::Stage& stage) {
  const bool sealed = may_hold_sealed(stage) && stage.has_started_at_ms();
  if (sealed || stage.hidden_count() > 0) {
    return refuse(v1::REJECT_REASON_PRECONDITION,
                  "Cards wait in this stage. Reveal them before it goes off the record.");
  }
  return std::nullopt;
}

}  // namespace

Decided decide_start_stage(const View& view, const v1::StartStage& command,
                           const Context& context) {
  const auto* stage = view.session.get<v1::Stage>(command.stage());
  if (stage == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such stage.");
  }
  if (session_of(view.session)->running_stage() == command.stage()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This stage runs already.");
  }
  v1::Visibility visibility = planned_visibility(view.session, command.stage(), *stage);
  if (command.off_record()) {
    if (auto refusal = check_off_record(*stage)) {
      return *std::move(refusal);
    }
    visibility = v1::VISIBILITY_OFF_RECORD;
  }
  if (visibility == v1::VISIBILITY_ANONYMOUS &&
      present_count(view.session) < team_rules(view.library).anonymity_min()) {
    return refuse(v1::REJECT_REASON_TOO_FEW_FOR_ANONYMITY,
                  "Too few people are here to stay without a name. Keep this stage off the record "
                  "instead.");
  }
  Decision decision;
  end_running(decision, view.session, context.now_ms);
  change<v1::Session>(decision.patch, view.stream).set_running_stage(command.stage());
  auto& started =
      change<v1::Stage>(decision.patch, command.stage(), {v1::Stage::kEndedAtMsFieldNumber});
  // A stage that is taken up again goes on with the time it had left.
  const std::int64_t used =
      stage->has_ended_at_ms() ? stage->ended_at_ms() - stage->started_at_ms() : 0;
  started.set_started_at_ms(context.now_ms - used);
  if (visibility != stage->visibility()) {
    started.set_visibility(visibility);
  }
  return decision;
}

Decided decide_reveal_stage(const View& view, const v1::RevealStage& command,
                            const Context& context) {
  const auto* stage = view.session.get<v1::Stage>(command.stage());
  if (stage == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such stage.");
  }
  if (stage->has_revealed_at_ms()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This stage is revealed already.");
  }
  if (!hides_anything(*stage) || !stage->has_started_at_ms()) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "There is nothing to reveal in this stage.");
  }
  Decision decision;
  change<v1::Stage>(decision.patch, command.stage(), {v1::Stage::kHiddenCountFieldNumber})
      .set_revealed_at_ms(context.now_ms);
  for (const auto& [key, record] : view.session.records()) {
    if (waits_for(*record, command.stage())) {
      put_whole(decision.patch, *record).clear_only_for();
    }
  }
  if (stage->visibility() == v1::VISIBILITY_ANONYMOUS) {
    unseal(decision, command.stage(), *stage, context);
  }
  return decision;
}

}  // namespace swarmboard::board
