// The subcommand `load`: many clients against one server, measured from outside. See plan.h for
// what can be asked and report.h for what is answered.
//
// One thread. Errors: sentences on `err`, and the exit code.
#pragma once

#include <filesystem>
#include <ostream>

#include "server/app/config.h"

namespace swarmboard::load {

inline constexpr int kExitDone = 0;
inline constexpr int kExitProblem = 1;  // It ran, and something was not as it should be.
inline constexpr int kExitCannotLoad = 2;

// `program`: the swarmboard program, for a server of its own.
[[nodiscard]] int load(const app::LoadConfig& config, const std::filesystem::path& program,
                       std::ostream& out, std::ostream& err);

}  // namespace swarmboard::load
