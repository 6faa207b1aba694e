#include "server/app/play/end_checks.h"

#include <algorithm>

#include "server/board/apply.h"
#include "server/board/decide.h"
#include "server/board/kinds.h"
#include "server/board/snapshot.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::play {
namespace {

using Sentences = std::vector<std::string>;

constexpr int kOk = 200;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr std::chrono::milliseconds kPatience{5'000};

// The same member on another device, who has nothing yet.
void check_fresh_joins(const std::string& address, People& people, const std::string& session_id,
                       Sentences& wrong) {
  for (auto& [member, person] : people) {
    const FollowedStream* stream = person->model().stream(session_id);
    if (stream == nullptr) {
      continue;
    }
    Person fresh(address, member);
    fresh.connect();
    if (!fresh.follow(session_id)) {
      wrong.push_back(member + " may not join " + session_id + " a second time");
      continue;
    }
    const FollowedStream& other = fresh.stream(session_id);
    // The snapshot may be older than the head; its tail follows.
    fresh.pump_until([&] { return other.seq() >= stream->seq(); }, kPatience);
    person->pump_until([&] { return stream->seq() >= other.seq(); }, kPatience);
    if (other.seq() != stream->seq() ||
        board::state_hash(other.state) != board::state_hash(stream->state)) {
      wrong.push_back(member + "'s board at event " + std::to_string(stream->seq()) +
                      " is not what a fresh join gets at event " + std::to_string(other.seq()));
    }
  }
}

// Pages through the public events and folds them.
class ReplayCheck {
 public:
  ReplayCheck(Person& viewer, const std::string& session_id, const Secrets& secrets,
              Sentences& wrong)
      : viewer_(viewer), session_id_(session_id), secrets_(secrets), wrong_(wrong) {}

  void run() {
    std::uint64_t from = 1;
    while (read_page(from)) {
    }
    compare_with_snapshot();
    check_unrevealed_states();
  }

 private:
  // False when the last page was read, or none could be.
  bool read_page(std::uint64_t& from) {
    const HttpAnswer answer =
        viewer_.http().get("/api/sessions/" + session_id_ + "/events?from=" + std::to_string(from));
    v1::EventPage page;
    if (answer.status != kOk || !page.ParseFromString(answer.body)) {
      wrong_.push_back("the replay of " + session_id_ + " cannot be read from event " +
                       std::to_string(from) + " (" + std::to_string(answer.status) + ")");
      return false;
    }
    for (const v1::Event& event : page.events()) {
      for (std::string& leak :
           secrets_.leaks_in_replay(session_id_, event.seq(), event.SerializeAsString())) {
        wrong_.push_back(std::move(leak));
      }
      if (auto applied = board::apply_patch(state_, event.patch()); !applied) {
        wrong_.push_back("event " + std::to_string(event.seq()) +
                         " of the replay does not fit: " + applied.error().what);
        return false;
      }
    }
    if (page.to() < from) {
      return false;
    }
    from = page.to() + 1;
    head_ = page.head();
    return from <= page.head();
  }

  board::State state_at(std::uint64_t seq) {
    const HttpAnswer answer =
        viewer_.http().get("/api/sessions/" + session_id_ + "/state?seq=" + std::to_string(seq));
    v1::Snapshot snapshot;
    board::State state;
    if (answer.status != kOk || !snapshot.ParseFromString(answer.body)) {
      wrong_.push_back("the state of " + session_id_ + " at event " + std::to_string(seq) +
                       " cannot be read (" + std::to_string(answer.status) + ")");
      return state;
    }
    for (std::string& leak : secrets_.leaks_in_replay(session_id_, seq, answer.body)) {
      wrong_.push_back(std::move(leak));
    }
    for (v1::Record& record : *snapshot.mutable_records()) {
      state.put(std::make_shared<const v1::Record>(std::move(record)));
    }
    return state;
  }

  void compare_with_snapshot() {
    if (head_ != 0 && board::state_hash(state_at(head_)) != board::state_hash(state_)) {
      wrong_.push_back("the replay of " + session_id_ + " does not fold to its state at event " +
                       std::to_string(head_));
    }
  }

  // Jumping to a moment must show no more than watching it.
  void check_unrevealed_states() {
    for (const Secret& secret : secrets_.all()) {
      if (secret.session_id == session_id_ && secret.hidden_seq != 0) {
        (void)state_at(secret.hidden_seq);  // Its leaks are noted.
      }
    }
  }

  Person& viewer_;
  const std::string& session_id_;
  const Secrets& secrets_;
  Sentences& wrong_;
  board::State state_;
  std::uint64_t head_ = 0;
};

// Who may replay, by the rules of the board, against what the server answers.
void check_replay_rights(const std::string& address, People& people, const std::string& session_id,
                         const board::State& session, Sentences& wrong) {
  std::vector<std::string> members;
  session.each<v1::Member>(
      [&](const std::string& id, const v1::Member&) { members.push_back(id); });
  for (const std::string& member : members) {
    // The session's own view of the library is enough to know everybody's role.
    const bool inside = board::may_replay(session, session, member);
    const auto known = people.find(member);
    std::unique_ptr<Person> visitor;
    if (known == people.end()) {
      visitor = std::make_unique<Person>(address, member);
    }
    HttpClient& http = visitor != nullptr ? visitor->http() : known->second->http();
    const int status = http.get("/api/sessions/" + session_id + "/events?from=1").status;
    const bool refused = status == kForbidden || status == kNotFound;
    if ((inside && status != kOk) || (!inside && !refused)) {
      wrong.push_back("a replay of " + session_id + " by " + member + ", who is " +
                      (inside ? "inside" : "outside") + " the audience, was answered with " +
                      std::to_string(status));
    }
  }
}

void check_unsigned_cards(const board::State& state, const std::vector<std::string>& texts,
                          Sentences& wrong) {
  for (const std::string& text : texts) {
    state.each<v1::Note>([&](const std::string& id, const v1::Note& note) {
      if (note.text() == text && (note.has_author() || !note.anonymous())) {
        wrong.push_back("the card " + id + " should have no author");
      }
    });
  }
}

}  // namespace

Sentences check_end(const std::string& address, People& people, const std::string& session_id,
                    const Secrets& secrets, const Sentences& unsigned_texts) {
  Sentences wrong;
  const auto viewer = std::ranges::find_if(people, [&](const auto& entry) {
    const FollowedStream* stream = entry.second->model().stream(session_id);
    return stream != nullptr && stream->state.template get<v1::Participant>(entry.first) != nullptr;
  });
  if (viewer == people.end()) {
    return {"nobody takes part in session " + session_id};
  }
  check_fresh_joins(address, people, session_id, wrong);
  const board::State& state = viewer->second->stream(session_id).state;
  check_unsigned_cards(state, unsigned_texts, wrong);
  ReplayCheck(*viewer->second, session_id, secrets, wrong).run();
  check_replay_rights(address, people, session_id, state, wrong);
  return wrong;
}

}  // namespace swarmboard::play
