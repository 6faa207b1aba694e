// What can still be read of a damaged journal, without touching it.
#pragma once

#include <string>

#include "persistence/damage.h"

namespace swarmboard::persistence {

// Reads a copy of the store in the data folder past its damage, compares it with the known ends of
// the streams and adds what it finds to the report. The copy is made beside the store and removed.
void survey_damage(const std::string& folder, DamageReport& report);

// The same, and everything that is whole becomes a new data folder at `to`: of each stream the
// events before its first gap, with their keyframes, and all other values. What is at `to` is
// replaced. Empty, or a sentence that says why it failed.
[[nodiscard]] std::string salvage(const std::string& folder, const std::string& to,
                                  DamageReport& report);

}  // namespace swarmboard::persistence
