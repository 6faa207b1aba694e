// Who may do what with a record by a plain edit, by the policy that stands beside it: the lists of
// RecordPolicy, and what the running stage allows. Refusals come as reasons for the person.
//
// PURE.
#pragma once

#include <optional>
#include <string>

#include "server/board/decide.h"
#include "server/board/kinds.h"

namespace swarmboard::board {

enum class Deed { Create, Edit, Remove };

// Whether one of the deed's list fits this member. `existing` is the record touched; null when it
// is created.
[[nodiscard]] std::optional<Refusal> check_who(const View& view, Kind kind, Deed deed,
                                               const v1::Record* existing,
                                               const std::string& actor);

// Whether the running stage lets this member write this record now (rule 3): an observer, a
// listen-only owner of the ask, the kind of a note, a stage without names. Always yes on the
// library's stream, where nothing runs.
[[nodiscard]] std::optional<Refusal> check_stage(const View& view, const v1::Record& record,
                                                 Deed deed, const std::string& actor);

// The author of a record, or empty: nobody's.
[[nodiscard]] std::string author_of(const v1::Record& record);

}  // namespace swarmboard::board
