#include "tests/support/board_builder.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/invariants.h"
#include "server/board/route.h"
#include "server/board/snapshot.h"

namespace swarmboard::testing {
namespace {

constexpr std::int64_t kStartMs = 1'747'126'800'000;  // 13 May 2025, 09:00 UTC.

std::string numbered(const std::string& stem, std::uint64_t number) {
  constexpr std::size_t kDigits = 5;
  std::string digits = std::to_string(number);
  digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
  return stem + digits;
}

}  // namespace

BoardBuilder::BoardBuilder() : now_ms_(kStartMs) {
  follow(streams_[""], "");
}

BoardBuilder& BoardBuilder::at(std::int64_t ms) {
  EXPECT_GE(kStartMs + ms, now_ms_) << "time never falls";
  now_ms_ = kStartMs + ms;
  return *this;
}

BoardBuilder& BoardBuilder::later(std::int64_t ms) {
  now_ms_ += ms;
  return *this;
}

std::int64_t BoardBuilder::now_ms() const {
  return now_ms_;
}

std::int64_t BoardBuilder::start_ms() const {
  return kStartMs;
}

Outcome BoardBuilder::does(const std::string& actor, const v1::Command& command) {
  return run(current_, command, context_for(current_, actor, command));
}

Outcome BoardBuilder::in_library(const std::string& actor, const v1::Command& command) {
  return run("", command, context_for("", actor, command));
}

Outcome BoardBuilder::server_does(const v1::Command& command, const std::string& about) {
  board::Context context = context_for(current_, about, command);
  context.from_server = true;
  return run(current_, command, context);
}

Outcome BoardBuilder::server_does_in_library(const v1::Command& command, const std::string& about) {
  board::Context context = context_for("", about, command);
  context.from_server = true;
  return run("", command, context);
}

board::Context BoardBuilder::context(const std::string& actor) const {
  board::Context made;
  made.now_ms = now_ms_;
  made.actor = actor;
  made.new_id = [] { return std::string("unused"); };
  return made;
}

board::Context BoardBuilder::context_for(const std::string& stream, const std::string& actor,
                                         const v1::Command& command) {
  board::Context made = context(actor);
  made.new_id = [this] { return numbered("id", ++ids_made_); };
  if (command.has_reveal_stage()) {
    const auto bucket = sealed_.find({stream, command.reveal_stage().stage()});
    if (bucket != sealed_.end()) {
      made.sealed = bucket->second;
    }
  }
  return made;
}

Outcome BoardBuilder::run(const std::string& stream, const v1::Command& command,
                          const board::Context& context) {
  ++commands_;
  const board::State nothing;
  const board::State& own = stream.empty() ? nothing : this->stream(stream).truth;
  auto decided = board::decide({own, library(), stream}, command, context);
  if (decided.has_error()) {
    EXPECT_NE(decided.error().reason, v1::REJECT_REASON_UNSPECIFIED);
    EXPECT_LT(decided.error().reason, v1::REJECT_REASON_OUT_OF_ORDER)
        << "a refusal for circumstances decides nothing";
    EXPECT_FALSE(decided.error().detail.empty());
    return {decided.error().reason, decided.error().detail, 0};
  }
  last_decision_ = *decided;
  std::map<std::string, const board::State*> sessions;
  for (const auto& [id, each] : streams_) {
    if (!id.empty()) {
      sessions.emplace(id, &each.truth);
    }
  }
  // Routed before anything changes: all effects are one atomic group.
  const auto effects = board::route(*decided, stream, sessions, library());
  Outcome outcome;
  for (const board::StreamEffect& effect : effects) {
    Stream& target = streams_[effect.stream];
    board::EventStamp stamp;
    stamp.seq = target.events.size() + 1;
    stamp.at_ms = context.now_ms;
    stamp.actor = context.actor;
    stamp.client_id = context.from_server ? "" : "client of " + context.actor;
    stamp.cmd_no = context.from_server ? 0 : commands_;
    record(effect.stream, board::make_event(effect, stamp, command), command.ShortDebugString());
    if (effect.stream == (decided->opens_session.empty() ? stream : decided->opens_session)) {
      outcome.seq = stamp.seq;
    }
  }
  for (const std::string& stage : decided->drop_sealed) {
    sealed_.erase({stream, stage});
  }
  return outcome;
}

void BoardBuilder::record(const std::string& id, const v1::StoredEvent& event,
                          const std::string& what) {
  SCOPED_TRACE("stream '" + id + "', event " + std::to_string(event.seq()) + ": " + what);
  Stream& target = streams_[id];
  EXPECT_TRUE(!event.public_part().empty() || event.lanes_size() > 0)
      << "an event has at least one part";
  const auto applied = board::apply_stored(target.truth, event);
  ASSERT_TRUE(applied.has_value()) << applied.error().what;
  target.events.push_back(event);
  follow(target, "");
  library().each<v1::Member>(
      [&](const std::string& member, const auto&) { follow(target, member); });
  for (auto& [member, state] : target.audiences) {
    const auto received = board::apply_for(state, event, member);
    ASSERT_TRUE(received.has_value()) << member << ": " << received.error().what;
    EXPECT_EQ(board::state_hash(state), board::state_hash(board::visible_to(target.truth, member)))
        << "'" << member << "' folds to something else than they may see";
  }
  if (!id.empty()) {
    for (const std::string& broken : board::broken_invariants(target.truth)) {
      ADD_FAILURE() << broken;
    }
  }
}

// Somebody new to the stream receives all of it from the start.
void BoardBuilder::follow(Stream& target, const std::string& member) {
  const auto [it, fresh] = target.audiences.try_emplace(member);
  if (!fresh || target.events.empty()) {
    return;
  }
  for (std::size_t i = 0; i + 1 < target.events.size(); ++i) {
    const auto received = board::apply_for(it->second, target.events[i], member);
    EXPECT_TRUE(received.has_value()) << member;
  }
}

const BoardBuilder::Stream& BoardBuilder::stream(const std::string& id) const {
  const auto found = streams_.find(id);
  if (found == streams_.end()) {
    ADD_FAILURE() << "there is no session '" << id << "'";
    return streams_.at("");
  }
  return found->second;
}

const board::State& BoardBuilder::session() const {
  return stream(current_).truth;
}

const board::State& BoardBuilder::session(const std::string& id) const {
  return stream(id).truth;
}

const board::State& BoardBuilder::library() const {
  return streams_.at("").truth;
}

const board::State& BoardBuilder::seen_by(const std::string& member) const {
  return stream(current_).audiences.at(member);
}

board::View BoardBuilder::view() const {
  return {session(), library(), current_};
}

const std::vector<v1::StoredEvent>& BoardBuilder::events() const {
  return stream(current_).events;
}

const std::vector<v1::StoredEvent>& BoardBuilder::library_events() const {
  return streams_.at("").events;
}

void BoardBuilder::missing(std::string_view kind, const std::string& id) {
  ADD_FAILURE() << "there is no " << kind << " '" << id << "'";
}

std::size_t BoardBuilder::sealed_in(const std::string& stage) const {
  const auto bucket = sealed_.find({current_, stage});
  return bucket == sealed_.end() ? 0 : bucket->second.size();
}

}  // namespace swarmboard::testing
