// Whether two boards that were played separately are the same. Ids that a server made differ from
// run to run, so records are compared by what they say: an id that no script names counts as
// "some id". PURE.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/board/state.h"

namespace swarmboard::play {

// The ids that scripts name: everything else was made by a server or a player.
using KnownIds = std::set<std::string>;
// The others that a run has met so far: a record may name one of an earlier session.
using MadeIds = std::set<std::string>;

// One line for each record, sorted: equal boards give equal lists. Adds to `made`. Left out is how
// often the seat changed: whether a lapsed reservation is noticed by the server's timer or by the
// next claim depends on real time, not on the script.
[[nodiscard]] std::vector<std::string> board_lines(const board::State& state, const KnownIds& known,
                                                   MadeIds& made);

// Sentences about lines that only one of the two has; `first` and `second` name the runs.
[[nodiscard]] std::vector<std::string> compare_boards(const std::vector<std::string>& first,
                                                      const std::vector<std::string>& second);

}  // namespace swarmboard::play
