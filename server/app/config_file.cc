#include "server/app/config_file.h"

#include <string_view>

namespace swarmboard::app {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

boost::system::result<std::vector<ConfigLine>, ConfigProblem> read_config_lines(
    std::istream& in, const std::set<std::string>& known, const std::set<std::string>& repeatable) {
  std::vector<ConfigLine> lines;
  std::set<std::string> seen;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    const std::string_view line = trimmed(text);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const auto equals = line.find('=');
    if (equals == line.npos) {
      return ConfigProblem{.line = number, .what = "expected `key = value`"};
    }
    const std::string key(trimmed(line.substr(0, equals)));
    if (!known.contains(key)) {
      return ConfigProblem{.line = number, .what = "unknown setting '" + key + "'"};
    }
    if (!seen.insert(key).second && !repeatable.contains(key)) {
      return ConfigProblem{.line = number, .what = "'" + key + "' is set twice"};
    }
    lines.push_back({.number = number,
                     .key = key,
                     .value = std::string(unquoted(trimmed(line.substr(equals + 1))))});
  }
  return lines;
}

}  // namespace swarmboard::app
