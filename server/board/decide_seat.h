// What other acts do to the facilitator's seat: the opening, a leave, a return, the end.
//
// The seat never moves by itself: it is handed over, or claimed when it is vacant. PURE.
#pragma once

#include <cstdint>
#include <string>

#include "server/board/decide.h"

namespace swarmboard::board {

// Adds to `patch`: the seat of a new session. A facilitator who is not the opener has the usual
// grace time to come.
void seat_at_opening(v1::Patch& patch, const View& view, const std::string& facilitator,
                     const Context& context);

// The holder went: the seat is reserved for the grace time. No effect for anybody else.
void seat_when_gone(v1::Patch& patch, const View& view, const std::string& member,
                    std::int64_t now_ms);

// Somebody is here (again): the seat, when it is still reserved for them, is theirs; when the time
// is over, it is vacant.
void seat_when_back(v1::Patch& patch, const View& view, const std::string& member,
                    std::int64_t now_ms);

// Ends the running turn at this time, if there is one.
void end_turn(v1::Patch& patch, const State& session, std::int64_t at_ms);

}  // namespace swarmboard::board
