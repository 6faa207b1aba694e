// A team with its library and sessions for tests of the rules: runs commands through decide, route,
// make_event and apply as a server does, with a clock that the test moves and ids that are the same
// every time. After every event it checks the invariants, and that what each member folded from
// their own parts equals what they may see of the truth.
//
// One thread, no journal. A broken invariant is a test failure, reported with the command.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/board/decide.h"
#include "server/board/kinds.h"
#include "server/board/queries.h"

namespace swarmboard::testing {

// What became of a command: an event, or a refusal with its reason.
struct Outcome {
  v1::RejectReason refused = v1::REJECT_REASON_UNSPECIFIED;  // UNSPECIFIED: it was done.
  std::string detail;
  std::uint64_t seq = 0;  // Of its event on the commanding stream (of the new session's first).

  [[nodiscard]] bool ok() const { return refused == v1::REJECT_REASON_UNSPECIFIED; }
};

class BoardBuilder {
 public:
  BoardBuilder();

  // The team. Members come in by AddMember, other records by LoadFixture.
  BoardBuilder& rep(const std::string& id);
  BoardBuilder& manager(const std::string& id);
  BoardBuilder& partner(const std::string& id);
  BoardBuilder& rules(const v1::TeamRules& rules);
  BoardBuilder& deal(const std::string& id, const std::string& owner);
  BoardBuilder& load(const v1::Record& record);
  // Eight reps (amara, ben, chidi, daniela, ewan, farah, greta, hugo), a manager (imelda), two
  // partners (jonas, kavya), and ben's deal d1.
  BoardBuilder& usual_team();

  // The clock, in milliseconds since the builder's start; never falls.
  BoardBuilder& at(std::int64_t ms);
  BoardBuilder& later(std::int64_t ms);
  [[nodiscard]] std::int64_t now_ms() const;
  [[nodiscard]] std::int64_t start_ms() const;

  // Any command: in the session chosen last, in the library, from the server.
  Outcome does(const std::string& actor, const v1::Command& command);
  Outcome in_library(const std::string& actor, const v1::Command& command);
  Outcome server_does(const v1::Command& command, const std::string& about = {});
  Outcome server_does_in_library(const v1::Command& command, const std::string& about = {});

  // The commands that most tests need. Each acts in the session chosen last.
  Outcome open(const std::string& actor, const std::string& session, const std::string& template_id,
               v1::ReplayAudience audience = v1::REPLAY_AUDIENCE_UNSPECIFIED,
               const std::string& facilitator = {});
  BoardBuilder& in(const std::string& session);
  Outcome join(const std::string& member,
               v1::SessionRole role = v1::SESSION_ROLE_UNSPECIFIED);  // Accepts the audience.
  BoardBuilder& all_join(const std::vector<std::string>& members);
  Outcome leave(const std::string& member);
  Outcome lose(const std::string& member);  // The server saw the link break.
  Outcome rejoin(const std::string& member);
  Outcome close(const std::string& actor);
  Outcome assign(const std::string& actor, v1::SessionRole role, const std::string& member);
  Outcome start(const std::string& actor, const std::string& stage, bool off_record = false);
  Outcome reveal(const std::string& actor, const std::string& stage);
  Outcome claim(const std::string& actor);
  Outcome hand_over(const std::string& actor, const std::string& to);
  Outcome vacate();  // The server's timer, with the generation of now.
  Outcome note(const std::string& actor, const std::string& id, v1::NoteKind kind,
               const std::string& text);
  Outcome objection(const std::string& actor, const std::string& id, const std::string& as_heard);
  Outcome open_vote(const std::string& actor, const std::string& id,
                    const std::vector<std::string>& targets, bool hidden = true,
                    std::uint32_t per_person = 3);
  Outcome cast(const std::string& actor, const std::string& vote,
               const std::vector<std::string>& on);
  Outcome close_vote(const std::string& actor, const std::string& vote);

  // An anonymous card into the sealed bucket of the running stage; its id is made from `number`.
  Outcome seal(const std::string& actor, std::uint32_t number, v1::NoteKind kind,
               const std::string& text);
  [[nodiscard]] std::size_t sealed_in(const std::string& stage) const;

  // What is there: the truth, and what one member received (empty: the public, as a replay).
  [[nodiscard]] const board::State& session() const;
  [[nodiscard]] const board::State& session(const std::string& id) const;
  [[nodiscard]] const board::State& library() const;
  [[nodiscard]] const board::State& seen_by(const std::string& member) const;
  [[nodiscard]] board::View view() const;
  [[nodiscard]] board::Context context(const std::string& actor) const;
  // All events of the session chosen last, and of the library.
  [[nodiscard]] const std::vector<v1::StoredEvent>& events() const;
  [[nodiscard]] const std::vector<v1::StoredEvent>& library_events() const;

  // The decision of the last command that was done.
  [[nodiscard]] const board::Decision& last_decision() const { return last_decision_; }

  template <class Body>
  [[nodiscard]] const Body& the(const std::string& id) const {
    return required<Body>(session(), id);
  }

  template <class Body>
  [[nodiscard]] const Body& in_the_library(const std::string& id) const {
    return required<Body>(library(), id);
  }

 private:
  struct Stream {
    board::State truth;
    std::map<std::string, board::State> audiences;  // By member; empty: the public.
    std::vector<v1::StoredEvent> events;
  };

  template <class Body>
  static const Body& required(const board::State& state, const std::string& id) {
    const Body* body = state.get<Body>(id);
    if (body == nullptr) {
      missing(board::kind_name(board::kind_of<Body>()), id);
      static const Body kNone;
      return kNone;
    }
    return *body;
  }

  static void missing(std::string_view kind, const std::string& id);

  Outcome run(const std::string& stream, const v1::Command& command, const board::Context& context);
  void record(const std::string& stream, const v1::StoredEvent& event, const std::string& what);
  void follow(Stream& stream, const std::string& member);
  [[nodiscard]] board::Context context_for(const std::string& stream, const std::string& actor,
                                           const v1::Command& command);
  const Stream& stream(const std::string& id) const;

  std::map<std::string, Stream> streams_;  // Empty id: the library.
  std::map<std::pair<std::string, std::string>, std::vector<board::SealedCard>> sealed_;
  std::string current_;
  std::int64_t now_ms_;
  std::uint64_t ids_made_ = 0;
  std::uint64_t commands_ = 0;
  board::Decision last_decision_;
};

// One record ready for LoadFixture or a comparison.
template <class Body>
v1::Record a_record(const std::string& id, const Body& body) {
  v1::Record record;
  record.set_id(id);
  board::mutable_body_of<Body>(record) = body;
  return record;
}

}  // namespace swarmboard::testing
