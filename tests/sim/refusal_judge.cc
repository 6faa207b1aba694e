#include "tests/sim/refusal_judge.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/base/limits.h"
#include "server/board/apply.h"
#include "server/board/decide.h"
#include "server/room/text_window.h"
#include "server/wire/codec.h"

namespace swarmboard::sim {
namespace {

const board::State kNoSession;

// Refusals that say something of the server's circumstances, not of the board.
bool is_of_circumstances(v1::RejectReason reason) {
  switch (reason) {
    case v1::REJECT_REASON_RATE:
    case v1::REJECT_REASON_STARTING:
    case v1::REJECT_REASON_OVERLOADED:
    case v1::REJECT_REASON_READ_ONLY:
    case v1::REJECT_REASON_OUT_OF_ORDER:
    case v1::REJECT_REASON_UNKNOWN_CLIENT:
    case v1::REJECT_REASON_TOO_LARGE:
    case v1::REJECT_REASON_UNSUPPORTED:
    case v1::REJECT_REASON_TEXT_BASE_TOO_OLD:  // What a server remembers, which is less than a log.
      return true;
    default:
      return false;
  }
}

std::uint64_t head_of(const OracleStream* stream) {
  return stream == nullptr ? 0 : stream->head();
}

// Of the event; the server's time never falls below it.
std::int64_t time_of(const OracleStream* stream, std::uint64_t seq) {
  return stream == nullptr || seq == 0 || seq > stream->head()
             ? 0
             : stream->events[seq - 1].stored.at_ms();
}

board::State state_of(const OracleStream* stream, std::uint64_t seq) {
  return stream == nullptr ? board::State{} : stream->state_at(std::min(seq, stream->head()));
}

// What was written in a text between two moments, as the log tells it.
std::optional<std::vector<text::Change>> written(const OracleStream& stream,
                                                 const v1::TextEdit& edit, std::uint64_t until) {
  const std::uint64_t since = edit.base_seq();
  if (since > until) {
    return std::nullopt;
  }
  board::State state = stream.state_at(since);
  room::TextWindow window;
  window.begin(since);
  for (std::uint64_t seq = since + 1; seq <= until; ++seq) {
    std::vector<board::RecordChange> changes;
    (void)board::apply_stored(state, stream.events[seq - 1].stored, {}, &changes);
    window.note(seq, changes);
  }
  return window.since({edit.target().kind(), edit.target().id()}, edit.field(), since);
}

}  // namespace

void RefusalJudge::on_arrival(const SimConnection& connection, const v1::Submit& submit,
                              std::int64_t wall_ms) {
  const auto asked = connection.asked().find(submit.sub());
  if (asked == connection.asked().end()) {
    return;
  }
  const std::string& stream = asked->second.stream;
  const auto found = arrivals_.try_emplace(
      {connection.member(), connection.client_id(), stream, submit.cmd_no()},
      Arrival{submit.command(), head_of(oracle_.find(stream)), head_of(oracle_.find("")), wall_ms});
  found.first->second.last_wall_ms = wall_ms;
}

void RefusalJudge::on_refusal(const SimConnection& connection, const v1::Nack& nack,
                              std::int64_t wall_ms) {
  const auto asked = connection.asked().find(nack.sub());
  if (asked == connection.asked().end() || nack.cmd_no() == 0 ||
      is_of_circumstances(nack.reason())) {
    return;
  }
  const std::string& stream = asked->second.stream;
  const auto arrival =
      arrivals_.find({connection.member(), connection.client_id(), stream, nack.cmd_no()});
  if (arrival == arrivals_.end()) {
    findings_.report("P4", "a command was refused that never arrived");
    return;
  }
  if (!follows(arrival->second, stream, connection.member(), nack.reason(), wall_ms)) {
    findings_.report("P4", connection.member() + " was refused (" +
                               v1::RejectReason_Name(nack.reason()) + ": " + nack.detail() +
                               ") for a reason that is not durable");
  }
}

bool RefusalJudge::follows(const Arrival& arrival, const std::string& stream,
                           const std::string& member, v1::RejectReason reason,
                           std::int64_t wall_ms) const {
  const auto command = wire::decode_command(arrival.command);
  // Which other sessions there are decides of an opening, and a board shows only its own.
  if (!command || command->has_open_session()) {
    return true;
  }
  const OracleStream* session = oracle_.find(stream);
  const OracleStream* library = oracle_.find("");
  board::Context context;
  context.actor = member;
  context.new_id = [] { return std::string("new"); };
  const std::uint64_t library_seqs[] = {head_of(library), arrival.library_seq};
  // Newest first: most refusals follow from what is so now.
  for (std::uint64_t seq = head_of(session);; --seq) {
    const board::State at = state_of(session, seq);
    context.text_since = [&](const v1::TextEdit& edit) {
      return session == nullptr ? std::nullopt : written(*session, edit, seq);
    };
    for (const std::uint64_t library_seq : library_seqs) {
      const board::State library_at = state_of(library, library_seq);
      const board::View view{stream.empty() ? kNoSession : at, library_at, stream};
      for (const std::int64_t now_ms : {wall_ms, arrival.wall_ms, arrival.last_wall_ms}) {
        context.now_ms = std::max({now_ms, time_of(session, seq), time_of(library, library_seq)});
        const board::Decided decided = board::decide(view, *command, context);
        if (!decided && decided.error().reason == reason) {
          return true;
        }
      }
    }
    if (seq == 0 || seq <= arrival.session_seq) {
      return false;
    }
  }
}

}  // namespace swarmboard::sim
