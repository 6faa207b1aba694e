// Session scripts: one JSON object per line (`t_ms`, `actor`, `action`, `args`) that says what a
// client sent and when. Parsing is strict: everything that the player could not do is found here,
// with file and line, before the first action is played.
//
// PURE; any thread. Errors: ScriptError, a sentence that begins with "file:line:".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::play {

struct ScriptError {
  std::string what;
};

// What must come of an action (`_expect`).
struct Expectation {
  enum class Kind {
    Accepted,
    Refused,    // REJECT:<reason>
    StepClass,  // FLAG:CONTINUATION, OK:ADVANCE, ...: the class of the next step that it sets.
    NoAuthor,   // JOURNAL:NO_AUTHOR: a card that nobody can be found for.
  };
  Kind kind = Kind::Accepted;
  v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
  v1::StepClass step_class = v1::STEP_CLASS_UNSPECIFIED;
};

struct Action {
  int line = 0;
  std::int64_t t_ms = 0;  // Since the start of the session.
  std::string actor;
  std::string name;          // "note.add"
  boost::json::object args;  // Without the keys that begin with an underscore.
  Expectation expect;
};

struct Script {
  std::string file;
  std::vector<Action> actions;
};

// `file` is only named in errors. Empty lines are skipped.
[[nodiscard]] boost::system::result<Script, ScriptError> parse_script(std::string_view text,
                                                                      const std::string& file);
[[nodiscard]] boost::system::result<Script, ScriptError> read_script(const std::string& path);

// "12:05" (or "1:02:30") as milliseconds; empty text and nonsense give no value.
[[nodiscard]] boost::system::result<std::int64_t, ScriptError> parse_moment(std::string_view text);
// 725000 -> "12:05".
[[nodiscard]] std::string format_moment(std::int64_t t_ms);
// "2025-05-13T09:00:00Z" -> milliseconds since 1970.
[[nodiscard]] boost::system::result<std::int64_t, ScriptError> parse_utc(std::string_view text);

}  // namespace swarmboard::play
