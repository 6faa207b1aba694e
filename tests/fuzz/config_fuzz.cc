// A config file and a command line: settings or a sentence, and settings print to themselves.
#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "server/app/config.h"
#include "server/app/config_file.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::app {
namespace {

using fuzz::require;

const std::set<std::string> kKeys = {"host", "port", "team", "demo", "allowed-origin", "log-level"};

void check_file(std::string_view text) {
  std::istringstream in{std::string(text)};
  const auto lines = read_config_lines(in, kKeys, {"allowed-origin"});
  if (!lines) {
    require(lines.error().line > 0 && !lines.error().what.empty(), "a problem says where and what");
    return;
  }
  int before = 0;
  for (const ConfigLine& line : *lines) {
    require(kKeys.contains(line.key) && line.number > before, "known keys, in order");
    before = line.number;
  }
}

// The settings as flags again: the printout must be complete.
std::vector<std::string> flags_of(const std::string& printed) {
  std::vector<std::string> words{"serve", "--check-config"};
  std::istringstream in(printed);
  for (std::string line; std::getline(in, line);) {
    const auto equals = line.find(" = ");
    words.push_back("--" + line.substr(0, equals) + "=" + line.substr(equals + 3));
  }
  return words;
}

void check_words(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words);
  if (arguments.what == Arguments::What::Print) {
    require(!arguments.text.empty(), "whoever is not served is told something");
    return;
  }
  if (arguments.what != Arguments::What::Serve && arguments.what != Arguments::What::CheckConfig) {
    return;
  }
  const std::string printed = print_config(arguments.serve);
  if (printed.find('"') != printed.npos || printed.find('\'') != printed.npos ||
      printed.find('[') != printed.npos) {
    return;  // The command line gives these characters a meaning of their own.
  }
  const Arguments again = parse_arguments(flags_of(printed));
  require(again.what == Arguments::What::CheckConfig && print_config(again.serve) == printed,
          "settings that are printed and given again are the same");
}

}  // namespace
}  // namespace swarmboard::app

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::fuzz::BytesReader in(data, size);
  if (in.byte() % 2 == 0) {
    swarmboard::app::check_file(in.rest());
    return 0;
  }
  std::vector<std::string> words;
  while (!in.empty() && words.size() < 20) {
    words.emplace_back(in.line());
    if (words.back().find("--config") != std::string::npos) {
      words.pop_back();  // Would read whatever file the input names.
    }
  }
  swarmboard::app::check_words(words);
  return 0;
}
