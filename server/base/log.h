// The log: one line per event, `level=info msg="team opened" team=north seq=412`, on stderr.
//
// Bounded: a value is cut at 256 bytes, and a message that comes more than 20 times a second is
// counted instead of printed. Never give it the text of a card, a name or a token. Any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace swarmboard::log {

enum class Level { Debug, Info, Warn, Error, Off };

struct Field {
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}

  Field(std::string_view name, std::integral auto number)
      : key(name), value(std::to_string(number)) {}

  std::string_view key;
  std::string value;
};

using Fields = std::initializer_list<Field>;

// `message` is a fixed text: it is also the key of the rate limit.
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

void set_level(Level level);
void flush();

// The line as it is printed, without the time. A value with blanks or quotes is quoted; control
// characters become spaces, so that a value can never begin a line of its own.
[[nodiscard]] std::string format_line(Level level, std::string_view message, Fields fields);

// For tests: lines go to `sink` instead of stderr; an empty function restores stderr.
void capture(std::function<void(const std::string&)> sink);

}  // namespace swarmboard::log
