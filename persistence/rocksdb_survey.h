// What can still be read of a damaged store, without touching it.
#pragma once

#include <string>

#include "persistence/damage.h"

namespace swarmboard::persistence {

// Copies the store in `folder` to `scratch` (table files as links, since nobody writes them), reads
// the copy past the damage, adds what it finds to the report and removes the copy.
void survey_damage(const std::string& folder, const std::string& scratch, DamageReport& report);

}  // namespace swarmboard::persistence
