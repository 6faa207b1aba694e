#include "server/app/play/player.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <thread>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <google/protobuf/descriptor.h>

#include "server/app/play/end_checks.h"
#include "server/app/play/json_message.h"
#include "server/board/kinds.h"

namespace swarmboard::play {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using std::chrono::milliseconds;

constexpr milliseconds kSettlePatience{5'000};
constexpr milliseconds kCatchUpPatience{300};
constexpr milliseconds kRelayPatience{5'000};

std::string reason_name(v1::RejectReason reason) {
  return short_enum_name(*v1::RejectReason_descriptor(), reason);
}

std::string hex(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

// Puts the real ids where the script used its own.
void replace_ids(Message& message, const std::map<std::string, std::string>& aliases) {
  std::vector<const FieldDescriptor*> present;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        replace_ids(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                         : *reflection.MutableMessage(&message, field),
                    aliases);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        const std::string value = field->is_repeated()
                                      ? reflection.GetRepeatedString(message, field, i)
                                      : reflection.GetString(message, field);
        if (const auto it = aliases.find(value); it != aliases.end()) {
          field->is_repeated() ? reflection.SetRepeatedString(&message, field, i, it->second)
                               : reflection.SetString(&message, field, it->second);
        }
      }
    }
  }
}

v1::Visibility running_visibility(const board::State& state) {
  v1::Visibility visibility = v1::VISIBILITY_OPEN;
  state.each<v1::Session>([&](const std::string&, const v1::Session& session) {
    const auto* stage = state.get<v1::Stage>(session.running_stage());
    if (stage != nullptr && !stage->has_revealed_at_ms()) {
      visibility = stage->visibility();
    }
  });
  return visibility;
}

// The class of the next step that the event created.
std::optional<v1::StepClass> step_class_of(const v1::Event& event) {
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    if (upsert.create() && upsert.record().has_next_step()) {
      return upsert.record().next_step().step_class();
    }
  }
  return std::nullopt;
}

}  // namespace

Player::Player(std::string address, Pace pace, std::ostream& out)
    : address_(std::move(address)), pace_(pace), out_(out), http_(address_) {}

void Player::begin(const Script& script) {
  script_ = &script;
  next_ = 0;
  now_ms_ = 0;
  session_id_.clear();
  begun_ = std::chrono::steady_clock::now();
  for (const Action& action : script.actions) {
    if (const auto deed = to_deed(action); deed && deed->kind == Deed::Kind::OpenSession) {
      started_at_ms_ = deed->started_at_ms;
      break;
    }
  }
  out_ << "== " << script.file << ", " << script.actions.size() << " actions\n";
}

bool Player::has_next() const {
  return script_ != nullptr && next_ < script_->actions.size();
}

std::int64_t Player::next_ms() const {
  return script_->actions[next_].t_ms;
}

Person& Player::person(const std::string& member) {
  auto& place = people_[member];
  if (place == nullptr) {
    auto entered = std::make_unique<Person>(address_, member);
    entered->connect();
    place = std::move(entered);
  }
  return *place;
}

const board::State& Player::board_of(const std::string& member) {
  return person(member).stream(session_id_).state;
}

BoardSummary Player::summary_of(const std::string& member) {
  return summarize(board_of(member), started_at_ms_ + now_ms_);
}

void Player::add_difference(const std::string& sentence) {
  differences_.push_back(sentence);
  out_ << "  DIFFERS: " << sentence << "\n";
}

void Player::set_clock(std::int64_t wall_ms) {
  if (!has_script_clock_) {
    return;
  }
  const std::string body = boost::json::serialize(boost::json::object{{"wall_ms", wall_ms}});
  const HttpAnswer answer = http_.post("/api/demo/clock", body, "application/json");
  if (!answer.ok()) {
    has_script_clock_ = false;
    out_ << "  the server runs on its own clock (" << answer.status << ")\n";
  }
}

void Player::wait_for(std::int64_t t_ms) {
  const auto due = begun_ + milliseconds(static_cast<std::int64_t>(
                                std::llround(static_cast<double>(t_ms) / pace_.speed)));
  while (std::chrono::steady_clock::now() < due) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(due - std::chrono::steady_clock::now());
    if (people_.empty()) {
      std::this_thread::sleep_until(due);
      return;
    }
    // Everybody reads while time passes: a client that does not is cut off.
    const auto share = left / static_cast<std::int64_t>(people_.size());
    for (auto& [member, person] : people_) {
      person->pump(std::clamp(share, milliseconds(1), milliseconds(100)));
    }
  }
}

void Player::go_to(std::int64_t t_ms) {
  if (pace_.full_speed) {
    set_clock(started_at_ms_ + t_ms);
  } else {
    wait_for(t_ms);
  }
  now_ms_ = t_ms;
}

void Player::play_next() {
  const Action& action = script_->actions[next_++];
  if (before_stage_ && (action.name == "stage.start" || action.name == "session.close")) {
    settle();
    before_stage_();
  }
  go_to(action.t_ms);
  if (action.name == "reveal.show" || action.name == "session.close") {
    // What leaked before the reveal could not be told from what came with it.
    settle();
    check_leaks();
  }
  judge(action, perform(action));
  for (auto& [member, person] : people_) {
    person->pump(milliseconds(0));
  }
}

void Player::play_to(std::int64_t t_ms) {
  while (has_next() && next_ms() <= t_ms) {
    play_next();
  }
  go_to(t_ms);
  settle();
}

void Player::play_rest() {
  while (has_next()) {
    play_next();
  }
  if (const auto interruption = std::exchange(interruption_, {})) {
    interruption();
  }
  settle();
}

std::uint64_t Player::head() const {
  std::uint64_t head = 0;
  for (const auto& [member, person] : people_) {
    if (const FollowedStream* stream = person->model().stream(session_id_)) {
      head = std::max(head, stream->seq());
    }
  }
  return head;
}

// A member acts on what the room shows, so what others did must have come first. An event that is
// only for somebody else is not announced by itself, hence the short patience.
void Player::catch_up(Person& actor) {
  const FollowedStream& stream = actor.stream(session_id_);
  actor.pump_until([&] { return stream.seq() >= head(); }, kCatchUpPatience);
}

void Player::settle() {
  const std::uint64_t head = this->head();
  for (const auto& [member, person] : people_) {
    const FollowedStream* stream = person->model().stream(session_id_);
    if (stream != nullptr &&
        !person->pump_until([&] { return stream->seq() >= head; }, kSettlePatience)) {
      add_difference(member + " stays at event " + std::to_string(stream->seq()) + " of " +
                     std::to_string(head));
    }
  }
}

void Player::check_leaks() {
  for (const auto& [member, person] : people_) {
    for (const std::string& leak : secrets_.leaks_to(member, person->received())) {
      add_difference(leak);
    }
  }
}

Outcome Player::perform(const Action& action) {
  // Scripts are checked when they are read, so this cannot fail.
  Deed deed = *to_deed(action);
  switch (deed.kind) {
    case Deed::Kind::Fixture:
      return load_fixture(deed);
    case Deed::Kind::OpenSession:
      return open_session(action, deed);
    case Deed::Kind::Command:
      break;
  }
  return submit_command(action, std::move(deed));
}

Outcome Player::load_fixture(const Deed& deed) {
  const HttpAnswer answer =
      http_.post("/api/demo/fixture", deed.command.load_fixture().SerializeAsString(),
                 "application/x-protobuf");
  if (!answer.ok()) {
    throw PlayFailure("the sample team could not be loaded (" + std::to_string(answer.status) +
                      " " + answer.body + ")");
  }
  return {};
}

Outcome Player::open_session(const Action& action, const Deed& deed) {
  Person& opener = person(action.actor);
  if (opener.model().stream("") == nullptr) {
    opener.follow("");
  }
  Outcome outcome = opener.submit("", deed.command);
  if (outcome.accepted()) {
    session_id_ = deed.command.open_session().session_id();
    opener.follow(session_id_);
  }
  return outcome;
}

void Player::complete(v1::Command& command, const board::State& state) const {
  replace_ids(command, aliases_);
  auto& record = *command.mutable_edit_record()->mutable_record();
  if (!command.edit_record().create() || !record.has_note() || record.note().has_kind()) {
    return;
  }
  // A build is a card of the kind it builds on; on an answer or an objection it is a remark.
  const auto* base = state.get<v1::Note>(record.note().builds_on());
  record.mutable_note()->set_kind(base != nullptr ? base->kind() : v1::NOTE_KIND_COMMENT);
}

Outcome Player::submit_command(const Action& action, Deed deed) {
  Person& actor = person(action.actor);
  const std::string stream = deed.in_library ? std::string() : session_id_;
  if (actor.model().stream(stream) == nullptr && !actor.follow(stream)) {
    Outcome outcome;
    outcome.refused = v1::REJECT_REASON_NOT_IN_AUDIENCE;
    return outcome;
  }
  catch_up(actor);
  const board::State& state = actor.stream(stream).state;
  if (deed.command.has_edit_record()) {
    complete(deed.command, state);
    const v1::Record& record = deed.command.edit_record().record();
    const v1::Visibility visibility = running_visibility(state);
    const bool unsigned_card = record.has_note() && deed.command.edit_record().create() &&
                               (deed.anonymous || visibility == v1::VISIBILITY_ANONYMOUS ||
                                visibility == v1::VISIBILITY_OFF_RECORD);
    if (unsigned_card) {
      return submit_unsigned(action, record.note(), record.id(),
                             visibility == v1::VISIBILITY_OFF_RECORD);
    }
  } else {
    replace_ids(deed.command, aliases_);
  }
  Outcome outcome = actor.submit(stream, deed.command, std::exchange(interruption_, {}));
  if (outcome.accepted() && !deed.in_library) {
    secrets_.remember(stream, outcome.echo, state);
    secrets_.mark_revealed(stream, outcome.echo.seq(), state);
  }
  return outcome;
}

Outcome Player::submit_unsigned(const Action& action, const v1::Note& note,
                                const std::string& script_id, bool off_record) {
  Person& actor = person(action.actor);
  Outcome outcome;
  if (off_record) {
    v1::SubmitOffRecord card;
    card.set_id(script_id.empty() ? hex(random_bytes16()) : script_id);
    card.set_kind(note.kind());
    card.set_text(note.text());
    actor.submit_off_record(session_id_, card);
    const FollowedStream& stream = actor.stream(session_id_);
    const bool relayed = actor.pump_until(
        [&] {
          return std::ranges::any_of(stream.off_record, [&](const v1::Record& record) {
            return record.id() == card.id();
          });
        },
        kRelayPatience);
    outcome.refused = relayed ? v1::REJECT_REASON_UNSPECIFIED : v1::REJECT_REASON_NOT_ALLOWED;
  } else {
    v1::SubmitAnonymous card;
    card.set_note_id(random_bytes16());
    card.set_secret(random_bytes16());
    card.set_kind(note.kind());
    card.set_text(note.text());
    outcome.refused = actor.submit_anonymous(session_id_, card);
    if (!script_id.empty() && outcome.accepted()) {
      aliases_[script_id] = hex(card.note_id());
    }
  }
  if (outcome.accepted()) {
    secrets_.remember_unsigned(session_id_, action.actor, note.text(), off_record);
  }
  return outcome;
}

void Player::judge(const Action& action, const Outcome& outcome) {
  const std::string place = script_->file + ":" + std::to_string(action.line) + ": " + action.name;
  const std::string result = outcome.accepted() ? "ok" : "refused " + reason_name(outcome.refused);
  out_ << format_moment(action.t_ms) << " " << action.actor << " " << action.name << " " << result;
  if (action.expect.kind == Expectation::Kind::Refused) {
    const bool held = outcome.refused == action.expect.reason;
    out_ << (held ? " (expected)\n" : "\n");
    if (!held) {
      add_difference(place + " should be refused " + reason_name(action.expect.reason) + ", was " +
                     result);
    }
    return;
  }
  out_ << "\n";
  if (!outcome.accepted()) {
    add_difference(place + " by " + action.actor + " was " + result + ": " + outcome.detail);
    return;
  }
  if (action.expect.kind == Expectation::Kind::StepClass) {
    const auto got = step_class_of(outcome.echo);
    if (got != action.expect.step_class) {
      add_difference(place + " should be " +
                     short_enum_name(*v1::StepClass_descriptor(), action.expect.step_class) +
                     ", is " +
                     (got ? short_enum_name(*v1::StepClass_descriptor(), *got) : "no step"));
    }
  }
  if (action.expect.kind == Expectation::Kind::NoAuthor) {
    check_no_author(action);
  }
}

// A card without a name must be one of those the player sent outside the numbered sequence; that
// it has no author when it appears is checked at the end.
void Player::check_no_author(const Action& action) {
  const auto* text = action.args.if_contains("text");
  if (text == nullptr || !text->is_string()) {
    return;
  }
  const std::string written(text->get_string());
  const bool numbered = std::ranges::any_of(secrets_.all(), [&](const Secret& secret) {
    return secret.text == written && !secret.key.id.empty();
  });
  if (numbered) {
    add_difference("line " + std::to_string(action.line) + ": the card was sent with a name");
  }
  unsigned_texts_.push_back(written);
}

void Player::print_summary() {
  settle();
  for (const auto& [member, person] : people_) {
    if (person->model().stream(session_id_) != nullptr) {
      out_ << "-- " << format_moment(now_ms_) << " the board as " << member << " sees it\n"
           << to_text(summary_of(member), "   ");
      return;
    }
  }
}

void Player::resume_all() {
  set_clock(started_at_ms_ + now_ms_);
  for (auto& [member, person] : people_) {
    person->resume();
  }
}

void Player::finish() {
  settle();
  if (!session_id_.empty()) {
    check_leaks();
    for (const std::string& sentence :
         check_end(address_, people_, session_id_, secrets_, unsigned_texts_)) {
      add_difference(sentence);
    }
    for (auto& [member, person] : people_) {
      if (person->model().stream(session_id_) != nullptr) {
        person->unfollow(session_id_);
      }
    }
  }
  unsigned_texts_.clear();
  script_ = nullptr;
}

}  // namespace swarmboard::play
