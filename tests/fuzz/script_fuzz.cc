// A session script: actions or a sentence that names the line; and the commands that they become.
#include <cstdint>
#include <string>

#include "server/app/play/script.h"
#include "server/app/play/script_commands.h"
#include "server/app/play/script_fixture.h"
#include "tests/fuzz/require.h"

namespace swarmboard::play {
namespace {

using fuzz::require;

void check_times(std::string_view text) {
  if (const auto moment = parse_moment(text)) {
    require(*moment >= 0, "a moment lies after the start");
    const auto again = parse_moment(format_moment(*moment));
    require(again && *again == *moment / 1000 * 1000, "a moment is read as it is written");
  }
  static_cast<void>(parse_utc(text));
}

void check(std::string_view text) {
  const auto script = parse_script(text, "s.jsonl");
  if (!script) {
    require(script.error().what.starts_with("s.jsonl:"), "an error names the file and the line");
    return;
  }
  for (const Action& action : script->actions) {
    const auto deed = to_deed(action);
    require(deed || !deed.error().what.empty(), "an argument that does not fit is named");
    require(!deed || deed->kind == Deed::Kind::Fixture ||
                deed->command.body_case() != v1::Command::BODY_NOT_SET,
            "a deed is a command");
    if (action.name == "fixture.load") {
      static_cast<void>(to_fixture(action.args));
    }
  }
}

}  // namespace
}  // namespace swarmboard::play

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  swarmboard::play::check(text);
  swarmboard::play::check_times(text.substr(0, 40));
  return 0;
}
