// "More time?": keep, move on, either. Asked by whoever keeps the clock, or by the clock itself
// when the time runs out; answered in seconds, by each for themselves. Nothing moves by its result.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "server/board/decide_clock.h"
#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

// Later than this after its end nobody waits for the question any more (a server that comes back).
constexpr std::int64_t kAskAfterMsMax = 60'000;
// A poll this shortly before the end was the question.
constexpr std::int64_t kAskedBeforeMs = 60'000;
constexpr std::size_t kPollsMax = 100;
constexpr std::uint32_t kAskFrom = 2;  // Nobody is asked alone.

std::size_t count_polls(const State& session) {
  std::size_t polls = 0;
  session.each<v1::TimePoll>([&](const std::string&, const v1::TimePoll&) { ++polls; });
  return polls;
}

std::string poll_id(std::size_t number) {
  return "poll-" + std::to_string(number);
}

std::string answer_id(const std::string& poll, const std::string& member) {
  return poll + "/" + member;
}

// How many gave each answer, by its number; `changed` has answered `now` in place of what is there.
using Count = std::array<std::uint32_t, v1::MoreTime_ARRAYSIZE>;

Count count_answers(const State& session, const std::string& poll, const std::string& changed = {},
                    v1::MoreTime now = v1::MORE_TIME_UNSPECIFIED) {
  Count count{};
  session.each<v1::TimeAnswer>([&](const std::string&, const v1::TimeAnswer& answer) {
    if (answer.poll() == poll && answer.author() != changed) {
      ++count.at(static_cast<std::size_t>(answer.answer()));
    }
  });
  if (!changed.empty()) {
    ++count.at(static_cast<std::size_t>(now));
  }
  return count;
}

std::uint32_t sum(const Count& count) {
  return count[v1::MORE_TIME_KEEP] + count[v1::MORE_TIME_MOVE_ON] + count[v1::MORE_TIME_EITHER];
}

void set_result(v1::TimePoll& poll, const Count& count, std::int64_t now_ms) {
  poll.set_closed_at_ms(now_ms);
  poll.set_keep(count[v1::MORE_TIME_KEEP]);
  poll.set_move_on(count[v1::MORE_TIME_MOVE_ON]);
  poll.set_either(count[v1::MORE_TIME_EITHER]);
}

}  // namespace

std::string open_time_poll(const State& session) {
  std::string open;
  session.each<v1::TimePoll>([&](const std::string& id, const v1::TimePoll& poll) {
    if (!poll.has_closed_at_ms()) {
      open = id;
    }
  });
  return open;
}

void close_time_poll(v1::Patch& patch, const State& session, std::int64_t now_ms) {
  const std::string open = open_time_poll(session);
  if (!open.empty()) {
    set_result(change<v1::TimePoll>(patch, open), count_answers(session, open), now_ms);
  }
}

bool is_time_poll_due(const State& session, std::int64_t now_ms) {
  const auto running = stage_running(session);
  if (!running || running->has_paused_at_ms()) {
    return false;
  }
  const std::int64_t ends = stage_ends_at_ms(*running, now_ms);
  if (now_ms < ends || now_ms > ends + kAskAfterMsMax) {
    return false;
  }
  if (present_count(session) < kAskFrom || count_polls(session) >= kPollsMax) {
    return false;
  }
  bool asked = false;
  session.each<v1::TimePoll>([&](const std::string&, const v1::TimePoll& poll) {
    asked = asked || !poll.has_closed_at_ms() ||
            (poll.stage() == running.id && poll.opened_at_ms() >= ends - kAskedBeforeMs);
  });
  return !asked;
}

Decided decide_open_time_poll(const View& view, const v1::OpenTimePoll&, const Context& context) {
  const auto running = stage_running(view.session);
  if (!running) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "No stage runs.");
  }
  if (!open_time_poll(view.session).empty()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The room is being asked already.");
  }
  if (context.actor.empty() && !is_time_poll_due(view.session, context.now_ms)) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "The clock has nothing to ask.");
  }
  const std::size_t polls = count_polls(view.session);
  if (polls >= kPollsMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "The room has been asked often enough.");
  }
  Decision decision;
  auto& poll = create<v1::TimePoll>(decision.patch, poll_id(polls + 1));
  poll.set_stage(running.id);
  if (!context.actor.empty()) {
    poll.set_opened_by(context.actor);
  }
  poll.set_opened_at_ms(context.now_ms);
  poll.set_closes_at_ms(context.now_ms + kTimePollMs);
  poll.set_answered(0);
  return decision;
}

Decided decide_answer_time_poll(const View& view, const v1::AnswerTimePoll& command,
                                const Context& context) {
  const auto* poll = view.session.get<v1::TimePoll>(command.poll());
  if (poll == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such question.");
  }
  if (poll->has_closed_at_ms() || context.now_ms >= poll->closes_at_ms()) {
    return refuse(v1::REJECT_REASON_VOTE_CLOSED, "The answers have been counted.");
  }
  if (command.answer() == v1::MORE_TIME_UNSPECIFIED || !v1::MoreTime_IsValid(command.answer())) {
    return refuse(v1::REJECT_REASON_INVALID, "Answer keep, move on or either.");
  }
  const std::string id = answer_id(command.poll(), context.actor);
  const auto* before = view.session.get<v1::TimeAnswer>(id);
  if (before != nullptr && before->answer() == command.answer()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You have said so already.");
  }
  Decision decision;
  decision.private_act = true;
  v1::Patch& own = lane_patch(decision, {context.actor});
  auto& answer = create<v1::TimeAnswer>(own, id);
  answer.set_poll(command.poll());
  answer.set_author(context.actor);
  answer.set_answer(command.answer());
  only_for(*own.mutable_upsert()->rbegin(), {context.actor});
  const Count count = count_answers(view.session, command.poll(), context.actor, command.answer());
  if (before == nullptr || sum(count) >= present_count(view.session)) {
    auto& changed = change<v1::TimePoll>(decision.patch, command.poll());
    changed.set_answered(sum(count));
    if (sum(count) >= present_count(view.session)) {  // Everybody has: no need to wait.
      set_result(changed, count, context.now_ms);
    }
  }
  return decision;
}

Decided decide_close_time_poll(const View& view, const v1::CloseTimePoll& command,
                               const Context& context) {
  const auto* poll = view.session.get<v1::TimePoll>(command.poll());
  if (poll == nullptr || poll->has_closed_at_ms()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "The answers have been counted.");
  }
  if (context.now_ms < poll->closes_at_ms()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "The time to answer is not over.");
  }
  Decision decision;
  close_time_poll(decision.patch, view.session, context.now_ms);
  return decision;
}

}  // namespace swarmboard::board
