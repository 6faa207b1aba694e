// The config file: lines of `key = value`, `#` for comments; the keys are the names of serve's
// flags. Strict: an unknown, doubled or malformed line is an error with its number.
#pragma once

#include <istream>
#include <set>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

namespace swarmboard::app {

struct ConfigLine {
  int number = 0;
  std::string key;
  std::string value;
};

struct ConfigProblem {
  int line = 0;
  std::string what;
};

// `known` are the keys, `repeatable` those that may come more than once.
[[nodiscard]] boost::system::result<std::vector<ConfigLine>, ConfigProblem> read_config_lines(
    std::istream& in, const std::set<std::string>& known, const std::set<std::string>& repeatable);

}  // namespace swarmboard::app
