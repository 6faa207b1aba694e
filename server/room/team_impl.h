// What Team and Link share: the core behind the public face.
#pragma once

#include <string>
#include <utility>

#include "server/room/team_core.h"

namespace swarmboard::room {

struct Team::Impl {
  Impl(std::string id, TeamDeps deps) : core(std::move(id), std::move(deps)) {}

  TeamCore core;
};

}  // namespace swarmboard::room
