#include "tests/faults/loader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::faults {
namespace {

constexpr std::size_t kInFlightMax = 8;
// Below the server's rate for one connection, so that its answers are about the commands.
constexpr std::uint64_t kBurst = 80;
constexpr std::uint64_t kPerSecond = 25;
constexpr std::size_t kTextBytesMax = 1500;
constexpr int kPumpMs = 2;
constexpr int kRestMs = 20;
constexpr std::chrono::seconds kSetUpPatience{20};

v1::Command edit(const std::string& id, const std::string& text, bool create) {
  v1::Command command;
  v1::EditRecord& body = *command.mutable_edit_record();
  body.set_create(create);
  body.mutable_record()->set_id(id);
  if (create) {
    body.mutable_record()->mutable_note()->set_kind(v1::NOTE_KIND_COMMENT);
  }
  body.mutable_record()->mutable_note()->set_text(text);
  return command;
}

}  // namespace

Loader::Loader(const std::string& url, Seat seat, std::uint64_t seed,
               std::atomic<std::uint64_t>& acknowledged)
    : seat_(std::move(seat)),
      random_(seed),
      person_(url, seat_.member),
      acknowledged_(acknowledged) {
  const std::string client = seat_.member + "/" + person_.model().client_id();
  histories_.emplace("", History(client));
  histories_.emplace(seat_.session, History(client));
}

template <class F>
void Loader::guarded(F act) {
  try {
    act();
  } catch (const play::PlayFailure& failure) {
    if (person_.is_connected()) {  // Not the connection, then, but what came over it.
      findings_.emplace_back(failure.what());
      person_.disconnect();
    }
  }
}

bool Loader::connect() {
  if (person_.is_connected()) {
    return true;
  }
  try {
    person_.resume();
  } catch (const play::PlayFailure&) {
    person_.disconnect();
    return false;
  }
  connected_us_ = now_us();
  begun_on_connection_ = 0;
  return true;
}

std::uint64_t Loader::submit(const std::string& stream, const v1::Command& command) {
  // Logged before it is sent: numbers are given out in order.
  const std::uint64_t number = person_.model().stream(stream)->next_cmd_no;
  histories_.at(stream).invoke(number, command.SerializeAsString());
  open_[stream].insert(number);
  person_.submit_ahead(stream, command);
  return number;
}

void Loader::submit_and_wait(const std::string& stream, const v1::Command& command) {
  submit(stream, command);
  if (!person_.pump_until(
          [&] {
            harvest();
            return open_[stream].empty();
          },
          kSetUpPatience)) {
    throw play::PlayFailure("the set-up of the session was not answered");
  }
}

void Loader::open_session() {
  v1::Command command;
  v1::OpenSession& open = *command.mutable_open_session();
  open.set_session_id(seat_.session);
  open.set_template_id("objection_clinic_45");
  open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
  open.mutable_topic()->set_title("What we could not answer");
  open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  person_.follow("");
  submit_and_wait("", command);
  person_.follow(seat_.session);
  v1::Command start;
  start.mutable_start_stage()->set_stage("open");
  submit_and_wait(seat_.session, start);
}

void Loader::join_session() {
  person_.follow(seat_.session);
  v1::Command command;
  command.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  submit_and_wait(seat_.session, command);
}

void Loader::pump(int patience_ms) {
  person_.pump(std::chrono::milliseconds(patience_ms));
  harvest();
  check_resume();
}

void Loader::harvest() {
  for (auto& [stream, open] : open_) {
    std::erase_if(open, [&](std::uint64_t number) {
      const play::Outcome* outcome = person_.model().outcome(stream, number);
      if (outcome == nullptr) {
        return false;
      }
      if (outcome->accepted()) {
        histories_.at(stream).ok(number);
        ++acknowledged_;
      } else {
        histories_.at(stream).refused(number);
      }
      return true;
    });
  }
}

// All that this client ever saw was durable, so the server's history must continue it.
void Loader::check_resume() {
  const play::FollowedStream* stream = person_.model().stream(seat_.session);
  const bool is_snapshot = stream->last_mode == v1::JOIN_MODE_SNAPSHOT;
  if (is_snapshot && stream->last_why != v1::WHY_SNAPSHOT_NEW &&
      stream->last_why != v1::WHY_SNAPSHOT_CHEAPER &&
      stream->last_why != v1::WHY_SNAPSHOT_TOO_OLD) {
    findings_.push_back("the server's history does not continue what " + seat_.member +
                        " saw: " + v1::WhySnapshot_Name(stream->last_why));
    person_.disconnect();
  }
}

bool Loader::may_begin() const {
  const auto open = open_.find(seat_.session);
  const auto elapsed_us = static_cast<std::uint64_t>(now_us() - connected_us_);
  return (open == open_.end() || open->second.size() < kInFlightMax) &&
         begun_on_connection_ < kBurst + elapsed_us * kPerSecond / 1'000'000;
}

std::string Loader::some_text() {
  std::string text = "note " + std::to_string(begun_) + " of " + seat_.member + ": ";
  const std::size_t bytes = random_() % 8 == 0 ? random_() % kTextBytesMax : random_() % 80;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += static_cast<char>('a' + random_() % 26);
  }
  return text;
}

// Mostly new notes; some edits; and some that must be refused, because the id is taken.
v1::Command Loader::next_command() {
  ++begun_;
  const std::uint64_t kind = random_() % 10;
  if (kind < 3 && !notes_.empty()) {
    return edit(notes_[random_() % notes_.size()], some_text(), kind == 0);
  }
  notes_.push_back(seat_.member + "-" + std::to_string(begun_));
  return edit(notes_.back(), some_text(), true);
}

void Loader::work() {
  guarded([this] {
    while (may_begin()) {
      ++begun_on_connection_;
      submit(seat_.session, next_command());
    }
    pump(kPumpMs);
    person_.retry(seat_.session);
    harvest();
  });
}

bool Loader::settle() {
  guarded([this] {
    pump(kPumpMs);
    person_.retry(seat_.session);
    harvest();
  });
  return std::ranges::all_of(open_, [](const auto& item) { return item.second.empty(); });
}

void Loader::rest() {
  guarded([this] { pump(kRestMs); });
}

std::vector<Operation> Loader::operations(const std::string& stream) const {
  std::vector<Operation> all;
  const auto history = histories_.find(stream);
  if (history != histories_.end()) {
    for (const auto& [number, operation] : history->second.operations()) {
      all.push_back(operation);
    }
  }
  return all;
}

std::size_t Loader::ended(Ending ending) const {
  std::size_t count = 0;
  for (const Operation& operation : operations(seat_.session)) {
    count += operation.ending == ending ? 1 : 0;
  }
  return count;
}

}  // namespace swarmboard::faults
