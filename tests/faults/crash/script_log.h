// The lines by which the scripted session says what it did, and their reading.
//
//   invoke STREAM CLIENT NUMBER CONTENT       ok STREAM CLIENT NUMBER     (client, content in hex;
//   refused STREAM CLIENT NUMBER              card ID | setting KEY        stream "-": the library)
//
// A card or a setting is said when it was acknowledged.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/faults/history.h"

namespace swarmboard::faults {

struct ScriptLog {
  std::map<std::string, std::vector<Operation>> operations;  // By stream; "" is the library.
  std::set<std::string> cards;                               // Ids in hex.
  std::set<std::string> settings;
  bool ended = false;  // It came to its end.
};

// Throws std::runtime_error on a line that it does not know. A last line without an end is left
// out.
[[nodiscard]] ScriptLog read_script_log(const std::string& text);

[[nodiscard]] std::string to_hex(const std::string& bytes);

}  // namespace swarmboard::faults
