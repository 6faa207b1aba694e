#include "server/board/invariants.h"

#include <algorithm>
#include <set>

#include "server/base/ids.h"
#include "server/board/invariants_parts.h"
#include "server/board/queries.h"

namespace swarmboard::board {
namespace {

template <class Body>
std::size_t count(const State& state) {
  std::size_t found = 0;
  state.each<Body>([&](const std::string&, const Body&) { ++found; });
  return found;
}

void check_envelopes(const State& session, Findings& findings) {
  for (const auto& [key, record] : session.records()) {
    findings.expect(is_valid_id(key.id), "every id is valid", key.id);
    findings.expect(!record->has_member_progress(), "no private figures on a board", key.id);
    if (!record->has_only_for()) {
      continue;
    }
    const auto& members = record->only_for().items();
    findings.expect(!members.empty(), "a lane has members", key.id);
    findings.expect(std::is_sorted(members.begin(), members.end()) &&
                        std::adjacent_find(members.begin(), members.end()) == members.end(),
                    "the members of a lane are sorted and named once", key.id);
  }
}

void check_session(const State& session, Findings& findings) {
  findings.expect(count<v1::Session>(session) == 1, "there is one session record", "session");
  const v1::Session* record = session_of(session);
  if (record == nullptr) {
    return;
  }
  const std::string& running = record->running_stage();
  if (record->has_closed_at_ms()) {
    findings.expect(running.empty(), "no stage runs in a closed session", running);
    findings.expect(record->closed_at_ms() >= record->started_at_ms(),
                    "a session does not end before it begins", "session");
  }
  if (!running.empty()) {
    findings.expect(session.get<v1::Stage>(running) != nullptr, "the running stage exists",
                    running);
  }
}

void check_stages(const State& session, Findings& findings) {
  const v1::Session* record = session_of(session);
  std::set<std::uint32_t> positions;
  session.each<v1::Stage>([&](const std::string& id, const v1::Stage& stage) {
    const bool runs = record != nullptr && record->running_stage() == id;
    const bool open = stage.has_started_at_ms() && !stage.has_ended_at_ms();
    findings.expect(open == runs, "the one stage that has not ended is the running one", id);
    findings.expect(positions.insert(stage.position()).second, "stages have a place of their own",
                    id);
    findings.expect(!stage.has_paused_at_ms() || runs, "only the running stage's clock is paused",
                    id);
    findings.expect(!stage.has_revealed_at_ms() || stage.has_started_at_ms(),
                    "a stage is revealed after it began", id);
  });
}

void check_time_polls(const State& session, Findings& findings) {
  std::size_t open = 0;
  session.each<v1::TimePoll>([&](const std::string& id, const v1::TimePoll& poll) {
    open += poll.has_closed_at_ms() ? 0 : 1;
    std::uint32_t answered = 0;
    session.each<v1::TimeAnswer>([&](const std::string&, const v1::TimeAnswer& answer) {
      answered += answer.poll() == id ? 1 : 0;
    });
    findings.expect(poll.answered() == answered, "a poll counts its answers", id);
    findings.expect(
        !poll.has_closed_at_ms() || poll.keep() + poll.move_on() + poll.either() == answered,
        "the result of a poll counts every answer", id);
  });
  const bool may_ask = !is_closed(session) && stage_running(session);
  findings.expect(open <= (may_ask ? 1U : 0U), "one question at a time, while a stage runs",
                  "poll");
}

}  // namespace

std::vector<std::string> broken_invariants(const State& session) {
  Findings findings;
  check_envelopes(session, findings);
  check_session(session, findings);
  check_stages(session, findings);
  check_time_polls(session, findings);
  check_people(session, findings);
  check_cards(session, findings);
  check_votes(session, findings);
  return findings.take();
}

}  // namespace swarmboard::board
