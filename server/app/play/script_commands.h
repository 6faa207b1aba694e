// From an action of a script to what the player does: a command of the protocol, or one of the few
// steps that are not one. Generic by descriptors: an argument is a field of the command or record,
// an enum value is written without its prefix, a list wrapper is a JSON array. Only the names of
// the actions stand in a table.
//
// PURE; any thread. Errors: ScriptError with a sentence about the argument.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "server/app/play/script.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::play {

struct Deed {
  enum class Kind {
    Command,
    Fixture,      // Sent over HTTP; the command is a LoadFixture.
    OpenSession,  // Submitted on the library's stream.
  };
  Kind kind = Kind::Command;
  v1::Command command;
  bool in_library = false;         // The command is for the library's stream, not the session's.
  std::int64_t started_at_ms = 0;  // With OpenSession.
  bool anonymous = false;          // The script asks for an anonymous card.
};

[[nodiscard]] boost::system::result<Deed, ScriptError> to_deed(const Action& action);

// Every action that the player knows, for messages and tests.
[[nodiscard]] std::vector<std::string> known_actions();

}  // namespace swarmboard::play
