// The rules: a command, judged on the state of this moment, becomes a decision or a refusal.
//
// PURE. Time, ids, identity and the sealed cards come in through the context. One file per family
// of commands: decide_session.cc, decide_seat.cc, decide_stage.cc, decide_vote.cc, ...; decide.cc
// is the table that leads to them. Rules 1 to 16 of the domain are tested by number in tests/board.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "server/board/state.h"
#include "server/text/change.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"

namespace swarmboard::board {

// A card of an anonymous stage that waits for its reveal. No author, by design.
struct SealedCard {
  std::string id;
  v1::SealedNote note;
};

struct Context {
  std::int64_t now_ms = 0;
  std::string actor;         // Member id; empty: the server itself.
  bool from_server = false;  // Server-only commands are allowed. Then `actor` may be the member
                             // whom the act concerns (LoseConnection).
  std::function<std::string()> new_id;  // Unique within the team; deterministic in tests.
  // How the text of this edit changed in the events after its base, oldest first; nothing: that is
  // not known, because it is too long ago or of another history. Empty function: a text is never
  // older than now.
  std::function<std::optional<std::vector<text::Change>>(const v1::TextEdit& edit)> text_since;
  std::vector<SealedCard> sealed;  // Of the session, when the command is a reveal or ends a stage;
                                   // sorted by id, which is random, so order says nothing.
};

// What a command sees. `session` is empty (no Session record) on the library stream.
struct View {
  const State& session;
  const State& library;
  std::string stream;  // Session id, or empty: the library.
};

// The effect of a command before it is routed to streams (route.h). Patches may touch session and
// library records alike.
struct Decision {
  struct Lane {
    std::vector<std::string> members;  // Sorted, not empty.
    v1::Patch patch;
  };

  v1::Patch patch;            // For everybody.
  std::vector<Lane> lanes;    // Only for these members, applied after the public patch.
  bool private_act = false;   // The public part carries neither actor nor intent.
  std::string opens_session;  // Set by OpenSession: `patch` is the new session's first event.
  std::vector<std::string> drop_sealed;  // Buckets (stage keys) whose cards this decision replaces.
  std::string ends_off_record;           // Stage key whose off-the-record cards are now forgotten.
};

struct Refusal {
  v1::RejectReason reason = v1::REJECT_REASON_INVALID;
  std::string detail;  // A sentence for the person, without the text of anybody's card.
};

using Decided = boost::system::result<Decision, Refusal>;

[[nodiscard]] Decided decide(const View& view, const v1::Command& command, const Context& context);

// Whether this member may write an anonymous or off-the-record card now; the same rules as for an
// open card, for the paths outside the numbered sequence. `stage` of the result is the bucket.
struct CardPlace {
  std::string stage;
};

[[nodiscard]] boost::system::result<CardPlace, Refusal> check_unsigned_card(const View& view,
                                                                            v1::NoteKind kind,
                                                                            const std::string& text,
                                                                            v1::Visibility lane,
                                                                            const Context& context);

// Whether a member may follow (live) or replay a stream; the same answer for "no such" and "not
// yours".
[[nodiscard]] bool may_follow(const State& session, const State& library,
                              const std::string& member);
[[nodiscard]] bool may_replay(const State& session, const State& library,
                              const std::string& member);

}  // namespace swarmboard::board
