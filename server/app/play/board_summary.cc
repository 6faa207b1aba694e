#include "server/app/play/board_summary.h"

#include <algorithm>
#include <set>

#include "server/app/play/json_message.h"
#include "server/app/play/script.h"
#include "server/board/kinds.h"

namespace swarmboard::play {
namespace {

using board::State;

// What people wrote or agreed; not the frame of the session nor the view of the library.
constexpr board::Kind kCounted[] = {
    board::kind_of<v1::Participant>(), board::kind_of<v1::Note>(),
    board::kind_of<v1::NoteGroup>(),   board::kind_of<v1::Objection>(),
    board::kind_of<v1::Response>(),    board::kind_of<v1::Evidence>(),
    board::kind_of<v1::Drill>(),       board::kind_of<v1::Blocker>(),
    board::kind_of<v1::Learning>(),    board::kind_of<v1::Recognition>(),
    board::kind_of<v1::Commitment>(),  board::kind_of<v1::ResponseOutcome>(),
    board::kind_of<v1::Block>()};

const v1::Session* session_of(const State& state) {
  const v1::Session* found = nullptr;
  state.each<v1::Session>([&](const std::string&, const v1::Session& body) { found = &body; });
  return found;
}

std::string describe_seat(const v1::Seat* seat, std::int64_t now_ms) {
  if (seat == nullptr) {
    return "none";
  }
  const bool lapsed = seat->state() == v1::SEAT_STATE_RESERVED && seat->has_reserved_until_ms() &&
                      now_ms >= seat->reserved_until_ms();
  if (seat->state() == v1::SEAT_STATE_VACANT || lapsed) {
    return "vacant";
  }
  return (seat->state() == v1::SEAT_STATE_RESERVED ? "reserved for " : "held by ") + seat->holder();
}

void count_records(BoardSummary& summary, const State& state) {
  for (const auto& [key, record] : state.records()) {
    if (std::ranges::find(kCounted, key.kind) != std::end(kCounted)) {
      ++summary.counts[std::string(board::kind_name(key.kind))];
    }
  }
}

void add_votes(BoardSummary& summary, const State& state) {
  state.each<v1::Vote>([&](const std::string& id, const v1::Vote& vote) {
    summary.voters[id] = vote.has_tally() ? vote.tally().voters() : vote.voted();
    for (const v1::TallyItem& item : vote.tally().items()) {
      summary.tallies[id][item.target()] = item.dots();
    }
  });
}

void add_swarms(BoardSummary& summary, const State& state) {
  state.each<v1::Swarm>([&](const std::string& id, const v1::Swarm& swarm) {
    int members = 0;
    int promises = 0;
    int blockers = 0;
    state.each<v1::SwarmMember>([&](const std::string&, const v1::SwarmMember& member) {
      members += member.swarm() == id && !member.has_left_at_ms() ? 1 : 0;
    });
    state.each<v1::Commitment>([&](const std::string&, const v1::Commitment& commitment) {
      const bool open = commitment.status() == v1::COMMITMENT_STATUS_OPEN;
      promises += commitment.ref() == id && open ? 1 : 0;
    });
    state.each<v1::Blocker>([&](const std::string&, const v1::Blocker& blocker) {
      blockers += blocker.swarm() == id && !blocker.has_resolved_on() ? 1 : 0;
    });
    summary.swarms.push_back(id + " on " + swarm.deal_id() + " " +
                             short_enum_name(*v1::SwarmStatus_descriptor(), swarm.status()) + ", " +
                             std::to_string(members) + " in it, " + std::to_string(blockers) +
                             " blockers, " + std::to_string(promises) + " open promises");
  });
}

void add_next_steps(BoardSummary& summary, const State& state) {
  state.each<v1::NextStep>([&](const std::string&, const v1::NextStep& step) {
    if (step.status() == v1::NEXT_STEP_STATUS_WAITING) {
      summary.next_steps.push_back(step.deal_id() + ": " +
                                   short_enum_name(*v1::StepClass_descriptor(), step.step_class()) +
                                   (step.has_by() ? " by " + step.by() : ", no date"));
    }
  });
}

void add_seat_times(BoardSummary& summary, const State& state, std::int64_t now_ms) {
  const v1::Session* session = session_of(state);
  if (session == nullptr) {
    return;
  }
  std::int64_t end = session->has_closed_at_ms() ? session->closed_at_ms() : now_ms;
  const std::int64_t total_ms = end - session->started_at_ms();
  // A turn whose reservation has run out ended then, also before somebody claims the seat.
  const auto* seat = state.get<v1::Seat>(board::kSeatId);
  if (seat != nullptr && seat->state() == v1::SEAT_STATE_RESERVED &&
      seat->has_reserved_until_ms()) {
    end = std::min(end, seat->reserved_until_ms());
  }
  std::int64_t led_ms = 0;
  state.each<v1::FacilitationTurn>([&](const std::string&, const v1::FacilitationTurn& turn) {
    const std::int64_t to = turn.has_to_ms() ? turn.to_ms() : end;
    summary.seat_ms[turn.member()] += to - turn.from_ms();
    led_ms += to - turn.from_ms();
  });
  summary.seat_ms[""] = total_ms - led_ms;
}

template <class Values>
std::string join(const Values& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(value);
  }
  return text;
}

}  // namespace

BoardSummary summarize(const State& state, std::int64_t now_ms) {
  BoardSummary summary;
  if (const v1::Session* session = session_of(state)) {
    summary.stage = session->running_stage();
  }
  summary.seat = describe_seat(state.get<v1::Seat>(board::kSeatId), now_ms);
  state.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    if (stage.hidden_count() > 0) {
      summary.hidden[key] = stage.hidden_count();
    }
  });
  count_records(summary, state);
  add_votes(summary, state);
  add_swarms(summary, state);
  add_next_steps(summary, state);
  add_seat_times(summary, state, now_ms);
  return summary;
}

std::string to_text(const BoardSummary& summary, const std::string& indent) {
  std::string text = indent + "stage " + (summary.stage.empty() ? "none" : summary.stage) +
                     "; seat " + summary.seat + "\n";
  text += indent + "records: " + join(summary.counts) + "\n";
  if (!summary.hidden.empty()) {
    text += indent + "hidden until the reveal: " + join(summary.hidden) + "\n";
  }
  for (const auto& [vote, voters] : summary.voters) {
    text += indent + "vote " + vote + ": " + std::to_string(voters) + " voted";
    const auto tally = summary.tallies.find(vote);
    text += tally == summary.tallies.end() ? "\n" : "; " + join(tally->second) + "\n";
  }
  for (const std::string& swarm : summary.swarms) {
    text += indent + "swarm " + swarm + "\n";
  }
  for (const std::string& step : summary.next_steps) {
    text += indent + "next step " + step + "\n";
  }
  for (const auto& [member, ms] : summary.seat_ms) {
    text += indent + (member.empty() ? "seat vacant for " : member + " led for ") +
            format_moment(ms) + "\n";
  }
  return text;
}

}  // namespace swarmboard::play
