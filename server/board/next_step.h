// Classifies a next step (rule 8): it is an advance only when a named person at the customer does
// something by a date. What we do ourselves, however useful, is a continuation. PURE.
#pragma once

#include <string_view>

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::board {

// True when the words say what we will do: "We ...", "Send ...", "Follow up ...", "Check in ...".
[[nodiscard]] bool is_our_act(std::string_view buyer_action);

// ADVANCE or CONTINUATION. `by` is a checked date, or empty.
[[nodiscard]] v1::StepClass classify_next_step(std::string_view buyer_person,
                                               std::string_view buyer_action, std::string_view by);

}  // namespace swarmboard::board
