// What the handlers need of the teams: to reach one on its own thread. Implemented by app.
#pragma once

#include <functional>
#include <string>

#include "server/room/team.h"

namespace swarmboard::api {

class Teams {
 public:
  virtual ~Teams() = default;

  // Runs `use` on the team's thread, once the team is loaded. Null: there is no such team, or it
  // cannot be loaded.
  virtual void with(const std::string& team, std::function<void(room::Team*)> use) = 0;
};

}  // namespace swarmboard::api
