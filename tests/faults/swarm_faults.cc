// swarm_faults KIND --rounds N --seed S: faults on the real program. Exit code 1 when a round found
// something, 77 when this machine does not allow the kind.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>

#include <CLI/CLI.hpp>

#include "tests/faults/kinds.h"

namespace {

using swarmboard::faults::Task;

constexpr int kExitSkipped = 77;

struct Kind {
  std::string what;
  std::function<std::uint64_t(const Task&)> run;
};

const std::map<std::string, Kind> kKinds = {
    {"kill", {"kill -9 under load", swarmboard::faults::kill_rounds}},
    {"power", {"power loss under load", swarmboard::faults::power_rounds}},
    {"lying-disk",
     {"power loss on a disk that lies, to be found out", swarmboard::faults::lying_disk_rounds}},
    {"failing-sync", {"a sync fails under load", swarmboard::faults::failing_sync_rounds}},
    {"slow-disk", {"syncs take 200 ms longer", swarmboard::faults::slow_disk_rounds}},
    {"disk-full", {"a disk fills up and is freed", swarmboard::faults::disk_full_rounds}},
    {"flip", {"a file is damaged", swarmboard::faults::flip_rounds}},
    {"crash-points",
     {"a session is stopped at its operations on disk; --rounds 0: all of them",
      swarmboard::faults::crash_point_rounds}},
    {"slow-reader", {"members never read", swarmboard::faults::slow_reader_rounds}},
    {"silent-peer", {"a connection falls silent", swarmboard::faults::silent_peer_rounds}},
    {"pause", {"the server stands still", swarmboard::faults::pause_rounds}},
    {"clock-jump", {"the wall clock jumps", swarmboard::faults::clock_jump_rounds}},
};

std::uint64_t seed_of_today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  constexpr std::uint64_t kSeedsADay = 1000;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::days>(now).count()) *
         kSeedsADay;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Faults on the real program, and the proof of what they did.", "swarm_faults");
  app.require_subcommand(1);
  Task task;
  task.seed = seed_of_today();
  task.tools = {.program = SWARMBOARD_PROGRAM,
                .crash_script = SWARMBOARD_CRASH_SCRIPT,
                .disk_shim = SWARMBOARD_DISK_SHIM};
  app.add_option("--program", task.tools.program, "The server to try");
  for (const auto& [name, kind] : kKinds) {
    CLI::App* const command = app.add_subcommand(name, kind.what);
    command->add_option("--rounds", task.rounds, "How many")->check(CLI::NonNegativeNumber);
    command->add_option("--seed", task.seed, "Of the first round; else another every day");
  }
  CLI11_PARSE(app, argc, argv);
  const std::string name = app.get_subcommands().front()->get_name();
  try {
    const std::uint64_t failed = kKinds.at(name).run(task);
    std::cout << name << ": " << task.rounds << " rounds from seed " << task.seed << ", " << failed
              << " found something\n";
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const swarmboard::faults::Skipped& skipped) {
    std::cout << name << ": SKIPPED: " << skipped.what() << '\n';
    return kExitSkipped;
  } catch (const std::runtime_error& error) {
    std::cout << name << ": stopped: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
