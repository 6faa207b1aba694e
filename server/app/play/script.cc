#include "server/app/play/script.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "server/app/play/script_commands.h"

namespace swarmboard::play {
namespace {

namespace json = boost::json;
using boost::system::result;

constexpr std::size_t kScriptBytesMax = 64 * 1024 * 1024;

ScriptError at_line(const std::string& file, int line, const std::string& what) {
  return ScriptError{file + ":" + std::to_string(line) + ": " + what};
}

// Whole digits only; no sign, no blank.
std::optional<int> whole_number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

result<Expectation, ScriptError> parse_expectation(const std::string& text) {
  Expectation expect;
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "REJECT" && v1::RejectReason_Parse("REJECT_REASON_" + value, &expect.reason)) {
    expect.kind = Expectation::Kind::Refused;
    return expect;
  }
  if ((kind == "OK" || kind == "FLAG") &&
      v1::StepClass_Parse("STEP_CLASS_" + value, &expect.step_class)) {
    expect.kind = Expectation::Kind::StepClass;
    return expect;
  }
  if (text == "JOURNAL:NO_AUTHOR") {
    expect.kind = Expectation::Kind::NoAuthor;
    return expect;
  }
  return ScriptError{"_expect \"" + text +
                     "\" is not known; use REJECT:<reason>, FLAG:CONTINUATION, OK:<step class> or "
                     "JOURNAL:NO_AUTHOR"};
}

// The text of a required key, or what is wrong with it.
result<std::string, ScriptError> text_of(const json::object& line, std::string_view key) {
  const json::value* value = line.if_contains(key);
  if (value == nullptr) {
    return ScriptError{"\"" + std::string(key) + "\" is missing"};
  }
  if (!value->is_string() || value->get_string().empty()) {
    return ScriptError{"\"" + std::string(key) + "\" must be a text that is not empty"};
  }
  // Both the text and the error could be made from a string, so the text is named as the value.
  return {boost::system::in_place_value, std::string(value->get_string())};
}

// Moves `_expect` out of the arguments and drops the other keys that begin with an underscore.
result<Expectation, ScriptError> strip_private_keys(json::object& args) {
  Expectation expect;
  for (auto it = args.begin(); it != args.end();) {
    if (!it->key().starts_with('_')) {
      ++it;
      continue;
    }
    if (it->key() == "_expect") {
      if (!it->value().is_string()) {
        return ScriptError{"\"_expect\" must be a text"};
      }
      auto parsed = parse_expectation(std::string(it->value().get_string()));
      if (!parsed) {
        return parsed.error();
      }
      expect = *parsed;
    }
    it = args.stable_erase(it);
  }
  return expect;
}

result<Action, ScriptError> parse_action(const json::value& value) {
  if (!value.is_object()) {
    return ScriptError{"a line must be a JSON object"};
  }
  const json::object& line = value.get_object();
  static const std::set<std::string_view> kKeys{"t_ms", "actor", "action", "args"};
  for (const auto& member : line) {
    if (!member.key().starts_with('_') && !kKeys.contains(member.key())) {
      return ScriptError{"unknown key \"" + std::string(member.key()) + "\""};
    }
  }
  Action action;
  const json::value* t_ms = line.if_contains("t_ms");
  if (t_ms == nullptr || !t_ms->is_int64() || t_ms->get_int64() < 0) {
    return ScriptError{"\"t_ms\" must be a whole number, 0 or more"};
  }
  action.t_ms = t_ms->get_int64();
  auto actor = text_of(line, "actor");
  auto name = text_of(line, "action");
  if (!actor || !name) {
    return !actor ? actor.error() : name.error();
  }
  action.actor = *actor;
  action.name = *name;
  if (const json::value* args = line.if_contains("args")) {
    if (!args->is_object()) {
      return ScriptError{"\"args\" must be an object"};
    }
    action.args = args->get_object();
  }
  auto expect = strip_private_keys(action.args);
  if (!expect) {
    return expect.error();
  }
  action.expect = *expect;
  return action;
}

}  // namespace

result<Script, ScriptError> parse_script(std::string_view text, const std::string& file) {
  Script script;
  script.file = file;
  int number = 0;
  std::int64_t last_ms = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      continue;
    }
    boost::system::error_code error;
    const json::value value = json::parse({line.data(), line.size()}, error);
    if (error) {
      return at_line(file, number, "not valid JSON: " + error.message());
    }
    auto action = parse_action(value);
    if (!action) {
      return at_line(file, number, action.error().what);
    }
    if (action->t_ms < last_ms) {
      return at_line(
          file, number,
          "\"t_ms\" falls from " + std::to_string(last_ms) + " to " + std::to_string(action->t_ms));
    }
    last_ms = action->t_ms;
    action->line = number;
    if (auto deed = to_deed(*action); !deed) {
      return at_line(file, number, deed.error().what);
    }
    script.actions.push_back(std::move(*action));
  }
  if (script.actions.empty()) {
    return ScriptError{file + ":1: there is no action in it"};
  }
  return script;
}

result<Script, ScriptError> read_script(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return ScriptError{path + ":0: cannot be opened"};
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (text.size() > kScriptBytesMax) {
    return ScriptError{path + ":0: larger than 64 MiB"};
  }
  return parse_script(text, path);
}

result<std::int64_t, ScriptError> parse_moment(std::string_view text) {
  std::int64_t seconds = 0;
  int parts = 0;
  for (std::string_view rest = text; parts < 3; ++parts) {
    const std::size_t colon = rest.find(':');
    const auto value = whole_number(rest.substr(0, colon));
    if (!value || (parts > 0 && *value > 59)) {
      break;
    }
    seconds = seconds * 60 + *value;
    if (colon == std::string_view::npos) {
      if (parts == 0) {
        break;
      }
      return seconds * 1000;
    }
    rest.remove_prefix(colon + 1);
  }
  return ScriptError{"\"" + std::string(text) + "\" is not a moment of the form mm:ss"};
}

std::string format_moment(std::int64_t t_ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02lld", static_cast<long long>(t_ms / 60'000),
                static_cast<long long>(t_ms / 1000 % 60));
  return text;
}

result<std::int64_t, ScriptError> parse_utc(std::string_view text) {
  ScriptError error{"\"" + std::string(text) + "\" is not a time of the form 2025-05-13T09:00:00Z"};
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z') {
    return error;
  }
  const auto year = whole_number(text.substr(0, 4));
  const auto month = whole_number(text.substr(5, 2));
  const auto day = whole_number(text.substr(8, 2));
  const auto hour = whole_number(text.substr(11, 2));
  const auto minute = whole_number(text.substr(14, 2));
  const auto second = whole_number(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) {
    return error;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) {
    return error;
  }
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((static_cast<std::int64_t>(days) * 24 + *hour) * 60 + *minute) * 60'000 + *second * 1000;
}

}  // namespace swarmboard::play
