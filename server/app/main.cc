// swarmboard: parse, run, exit code.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "server/app/accept_loss.h"
#include "server/app/backup/backup.h"
#include "server/app/backup/restore.h"
#include "server/app/config.h"
#include "server/app/serve.h"
#include "server/app/verify.h"
#ifdef SWARMBOARD_HAS_PLAY
#include <filesystem>

#include "server/app/load/load.h"
#include "server/app/play/play.h"
#endif

namespace swarmboard::app {
namespace {

constexpr int kExitUnexpected = 1;

int play(const PlayConfig& config) {
#ifdef SWARMBOARD_HAS_PLAY
  play::PlayOptions options;
  options.scripts = config.scripts;
  options.server = config.server;
  options.pace = config.pace;
  options.at = config.at;
  options.kill_at = config.kill_at;
  options.steps = config.by_stages ? &std::cin : nullptr;
  options.program = std::filesystem::read_symlink("/proc/self/exe");
  return play::play(options, std::cout, std::cerr);
#else
  static_cast<void>(config);
  std::cerr << "swarmboard: this build has no script player\n";
  return kExitUsage;
#endif
}

int load(const LoadConfig& config) {
#ifdef SWARMBOARD_HAS_PLAY
  return load::load(config, std::filesystem::read_symlink("/proc/self/exe"), std::cout, std::cerr);
#else
  static_cast<void>(config);
  std::cerr << "swarmboard: this build has no load\n";
  return kExitUsage;
#endif
}

int run(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words);
  switch (arguments.what) {
    case Arguments::What::Serve:
      return serve(arguments.serve);
    case Arguments::What::CheckConfig:
      std::cout << print_config(arguments.serve);
      return 0;
    case Arguments::What::Verify:
      return verify(arguments.verify, std::cout, std::cerr);
    case Arguments::What::AcceptLoss:
      return accept_loss(arguments.accept_loss, std::cout, std::cerr);
    case Arguments::What::Backup:
      return backup(arguments.backup, std::cout, std::cerr);
    case Arguments::What::Restore:
      return restore(arguments.restore, std::cout, std::cerr);
    case Arguments::What::Play:
      return play(arguments.play);
    case Arguments::What::Load:
      return load(arguments.load);
    case Arguments::What::Print:
      break;
  }
  (arguments.exit_code == 0 ? std::cout : std::cerr) << arguments.text;
  return arguments.exit_code;
}

}  // namespace
}  // namespace swarmboard::app

int main(int argc, char** argv) {
  try {
    return swarmboard::app::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "swarmboard: " << error.what() << '\n';
    return swarmboard::app::kExitUnexpected;
  }
}
