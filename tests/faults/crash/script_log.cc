#include "tests/faults/crash/script_log.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace swarmboard::faults {
namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

// One line is one moment.
void take_line(ScriptLog& log, const std::string& line, std::int64_t moment) {
  std::istringstream words(line);
  std::string what;
  std::string stream;
  words >> what >> stream;
  if (what == "end") {
    log.ended = true;
    return;
  }
  if (what == "card" || what == "setting") {
    (what == "card" ? log.cards : log.settings).insert(stream);
    return;
  }
  std::string client;
  std::uint64_t number = 0;
  words >> client >> number;
  if (!words || (what != "invoke" && what != "ok" && what != "refused")) {
    throw std::runtime_error("the script said: " + line);
  }
  auto& operations = log.operations[stream == "-" ? "" : stream];
  client = from_hex(client);
  const auto known = std::ranges::find_if(operations, [&](const Operation& operation) {
    return operation.client == client && operation.number == number;
  });
  if (what == "invoke") {
    std::string content;
    words >> content;
    if (known == operations.end()) {
      operations.push_back(
          {.client = client, .number = number, .content = from_hex(content), .invoked_us = moment});
    }
    return;
  }
  if (known == operations.end()) {
    throw std::runtime_error("the script was answered what it did not ask: " + line);
  }
  known->ending = what == "ok" ? Ending::Ok : Ending::Refused;
  known->ended_us = moment;
}

}  // namespace

ScriptLog read_script_log(const std::string& text) {
  ScriptLog log;
  std::int64_t moment = 0;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    take_line(log, text.substr(from, end - from), ++moment);
    from = end + 1;
  }
  return log;
}

std::string to_hex(const std::string& bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return hex;
}

}  // namespace swarmboard::faults
