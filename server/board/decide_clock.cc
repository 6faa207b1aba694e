// Pausing, going on, adding minutes.
#include "server/board/decide_clock.h"

#include <utility>

#include "server/board/decide_families.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::uint32_t kExtendMinMax = 60;
constexpr std::uint32_t kExtendedMinMax = 240;

// The clock goes on: what was left at the pause is left now.
void go_on(v1::Patch& patch, const std::string& id, const v1::Stage& stage, std::int64_t now_ms) {
  change<v1::Stage>(patch, id, {v1::Stage::kPausedAtMsFieldNumber})
      .set_started_at_ms(stage.started_at_ms() + now_ms - stage.paused_at_ms());
}

}  // namespace

std::int64_t stage_ends_at_ms(const v1::Stage& stage, std::int64_t now_ms) {
  const std::int64_t paused = stage.has_paused_at_ms() ? now_ms - stage.paused_at_ms() : 0;
  return stage.started_at_ms() + paused +
         (std::int64_t{stage.minutes()} + stage.extended_min()) * kMinuteMs;
}

void end_stage(v1::Patch& patch, const std::string& id, const v1::Stage& stage,
               std::int64_t now_ms) {
  if (stage.has_paused_at_ms()) {
    go_on(patch, id, stage, now_ms);
  }
  change<v1::Stage>(patch, id).set_ended_at_ms(now_ms);
}

Decided decide_pause_clock(const View& view, const v1::PauseClock&, const Context& context) {
  const auto running = stage_running(view.session);
  if (!running) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "No stage runs.");
  }
  if (running->has_paused_at_ms()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The clock stands still already.");
  }
  if (context.now_ms >= stage_ends_at_ms(*running, context.now_ms)) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "The time is up; there is nothing to pause.");
  }
  Decision decision;
  change<v1::Stage>(decision.patch, running.id).set_paused_at_ms(context.now_ms);
  return decision;
}

Decided decide_resume_clock(const View& view, const v1::ResumeClock&, const Context& context) {
  const auto running = stage_running(view.session);
  if (!running) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "No stage runs.");
  }
  if (!running->has_paused_at_ms()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The clock runs already.");
  }
  Decision decision;
  go_on(decision.patch, running.id, *running, context.now_ms);
  return decision;
}

Decided decide_extend_stage(const View& view, const v1::ExtendStage& command,
                            const Context& context) {
  const auto running = stage_running(view.session);
  if (!running) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "No stage runs.");
  }
  if (command.add_min() == 0 || command.add_min() > kExtendMinMax) {
    return refuse(v1::REJECT_REASON_INVALID, "Add between one minute and an hour.");
  }
  const std::uint32_t extended = running->extended_min() + command.add_min();
  if (extended > kExtendedMinMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "This stage has been extended enough.");
  }
  Decision decision;
  auto& stage = change<v1::Stage>(decision.patch, running.id);
  stage.set_extended_min(extended);
  // When the time is up, the minutes count from now: whoever adds one gets one.
  const std::int64_t over = context.now_ms - stage_ends_at_ms(*running, context.now_ms);
  if (over > 0) {
    stage.set_started_at_ms(running->started_at_ms() + over);
  }
  close_time_poll(decision.patch, view.session, context.now_ms);
  return decision;
}

}  // namespace swarmboard::board
