// Who may enter a session, follow it and replay it: one place for the meaning of each
// ReplayAudience. PURE.
//
// What a person may do inside a session is not decided here.
#pragma once

#include <string>

#include "server/board/state.h"

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::board {

// How many people an audience lets in: a higher rank includes everybody of a lower one. 0 for a
// value we do not know.
[[nodiscard]] int audience_rank(v1::ReplayAudience audience);
[[nodiscard]] v1::ReplayAudience narrower(v1::ReplayAudience a, v1::ReplayAudience b);

// The part of a session by which may_enter, may_follow and may_replay judge.
[[nodiscard]] State access_records(const State& session);

// Whether a member may come to an open session now (participants may always come back). A third
// person does not enter a pair's session, a manager not one that keeps to the reps, a guest not one
// whose guests wait, until they are let in.
[[nodiscard]] bool may_enter(const State& session, const State& library, const std::string& member);

}  // namespace swarmboard::board
