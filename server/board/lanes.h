// Who sees a contribution: the running stage decides whether it is open or waits for the reveal.
// Used by every decide file that writes content or changes a record that may still be hidden.
//
// A hidden record is in a lane of its writer; the public part of the act only raises
// Stage.hidden_count. PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/board/decide.h"
#include "server/board/kinds.h"
#include "server/board/queries.h"

namespace swarmboard::board {

enum class StageLane {
  Open,    // Everybody sees it at once.
  Hidden,  // Private until the stage's reveal.
  Late,    // After the reveal of a stage that hid such records: open, and marked late.
};

// Whether the stage keeps these records from the others until its reveal, whenever that is.
[[nodiscard]] bool hides(const v1::Stage& stage, const v1::Record& record);
[[nodiscard]] StageLane stage_lane(const v1::Stage& stage, const v1::Record& record);

// The stage that a new contribution belongs to: the running one. Before the first has started, what
// is written early belongs to the first stage that will keep it until its reveal, so that opening
// the room early shows nobody's notes. None: nothing takes it yet.
[[nodiscard]] Found<v1::Stage> stage_for(const State& session, const v1::Record& record);

// True while only some members receive the record.
[[nodiscard]] inline bool is_hidden(const v1::Record& record) {
  return record.has_only_for();
}

// The key of the stage that a contribution names; empty when it names none.
[[nodiscard]] std::string stage_of(const v1::Record& record);

// Adds a new, finished record (author, stage and time are set) where the stage lets others see it:
// to the public patch, or to the author's lane with the raised count. Sets `late`. Once per
// decision. Precondition: the record's lane rule is LANE_RULE_STAGE and `stage_id` exists.
void place_content(Decision& decision, const View& view, v1::Record record,
                   const std::string& stage_id, const std::string& author);

// The patch in which a change of this record belongs: the public one, or the lane of those who
// see it, which makes the act private.
[[nodiscard]] v1::Patch& patch_for(Decision& decision, const v1::Record& existing);

// The patch of a lane; `members` sorted. Does not make the act private.
[[nodiscard]] v1::Patch& lane_patch(Decision& decision, const std::vector<std::string>& members);

// Removes a record in its lane, and lowers the count of its stage when it was hidden.
void remove_content(Decision& decision, const View& view, const v1::Record& existing);

}  // namespace swarmboard::board
