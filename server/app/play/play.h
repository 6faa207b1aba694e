// The subcommand `swarmboard play`: scripts against a server, with checks. See player.h for one
// play and end_checks.h for what is checked.
//
// One thread, and one more while a line of the input is awaited. Errors: sentences on `err`, and
// the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "server/app/play/player.h"

namespace swarmboard::play {

struct PlayOptions {
  std::vector<std::string> scripts = {};  // Paths, played one after the other.
  std::string server = {};                // "http://127.0.0.1:8080"; empty: one of its own.
  std::string pace = "max";               // "max", "real" or "x4".
  std::vector<std::string> at = {};       // "mm:ss" of each session: print the board.
  std::string kill_at = {};               // "mm:ss" of the last session: kill the own server.
  std::istream* steps = nullptr;  // A line of it lets the next stage begin; null: none is awaited.
  std::filesystem::path program = {};  // The swarmboard program, for the own server.
};

inline constexpr int kExitAsExpected = 0;
inline constexpr int kExitDiffers = 1;
inline constexpr int kExitCannotPlay = 2;

// "real", "max", "x4", "x0.5".
[[nodiscard]] std::optional<Pace> parse_pace(const std::string& text);

[[nodiscard]] int play(const PlayOptions& options, std::ostream& out, std::ostream& err);

}  // namespace swarmboard::play
