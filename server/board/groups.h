// The cards that can be put together: every kind with a `group` field that the server sets. A card
// names its group, and the group (NoteGroup) lists its cards.
//
// PURE.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "server/board/kinds.h"
#include "server/board/state.h"

namespace swarmboard::board {

[[nodiscard]] std::span<const Kind> groupable_kinds();  // Ascending.
// Number of the field in the body; 0 when the kind cannot be grouped.
[[nodiscard]] int group_field_number(Kind kind);
// The group that a record names; empty: none.
[[nodiscard]] std::string group_of(const v1::Record& record);
// Sets the group in a record or in the body of a change. Precondition: the kind can be grouped.
void set_group_of(v1::Record& record, const std::string& group);
void clear_group_of(v1::Record& record);

// The groupable record of this id on a board, of whatever kind; null when there is none.
[[nodiscard]] RecordPtr find_groupable(const State& session, const std::string& id);

}  // namespace swarmboard::board
