// Why a step of a backup or a restore cannot go on.
#pragma once

#include <string>

namespace swarmboard::app {

struct Flaw {
  std::string what;  // A sentence for the operator.
};

}  // namespace swarmboard::app
