// swarm_sim: runs simulated worlds from seeds. Prints the seed of a world that breaks a property,
// with the command that repeats it, and exits 1.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/base/log.h"
#include "tests/sim/world.h"

namespace {

using swarmboard::sim::World;
using swarmboard::sim::WorldOptions;
using swarmboard::sim::WorldReport;

struct Totals {
  std::uint64_t worlds = 0;
  std::uint64_t failed = 0;
  std::uint64_t commands = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;
  std::uint64_t cards_saved = 0;
  std::uint64_t texts_checked = 0;
  std::uint64_t crashes = 0;
  std::uint64_t deliveries = 0;
};

void print_failure(const WorldOptions& options, const WorldReport& report) {
  std::printf("seed %llu: %s: %s\n  faults:%s\n", static_cast<unsigned long long>(options.seed),
              report.property.c_str(), report.what.c_str(), report.faults.c_str());
  for (const std::string& line : report.last_lines) {
    std::printf("    %s\n", line.c_str());
  }
  std::printf("  repeat: swarm_sim --seeds 1 --first %llu --steps %d --verbose\n",
              static_cast<unsigned long long>(options.seed), options.steps);
}

bool run_seed(const WorldOptions& options, Totals& totals) {
  const WorldReport report = World(options).run();
  ++totals.worlds;
  totals.commands += report.commands;
  totals.acknowledged += report.acknowledged;
  totals.refused += report.refused;
  totals.cards_saved += report.cards_saved;
  totals.texts_checked += report.texts_checked;
  totals.crashes += report.crashes;
  totals.deliveries += report.deliveries;
  if (!report.ok) {
    ++totals.failed;
    print_failure(options, report);
  }
  std::fflush(stdout);
  return report.ok;
}

// Lines of "seed steps"; # begins a comment.
std::vector<WorldOptions> read_regressions(const std::string& path) {
  std::vector<WorldOptions> all;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    WorldOptions options;
    unsigned long long seed = 0;
    if (std::sscanf(line.c_str(), "%llu %d", &seed, &options.steps) == 2) {
      options.seed = seed;
      all.push_back(options);
    }
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::uint64_t failures_max = 1;
  WorldOptions options;
  std::string regressions;
  CLI::App app("Simulated worlds: the real rooms under virtual time, network and disk.");
  app.add_option("--seeds", seeds, "How many seeds to run");
  app.add_option("--first", first, "The first seed");
  app.add_option("--steps", options.steps, "Steps of each world");
  app.add_option("--failures", failures_max, "Stop after so many failing seeds");
  app.add_option("--regressions", regressions, "A file of seeds to run before the others");
  app.add_flag("--verbose", options.verbose, "Tell everything that happens");
  CLI11_PARSE(app, argc, argv);
  // What the server would log here are the faults that the world itself has made.
  swarmboard::log::set_level(options.verbose ? swarmboard::log::Level::Info
                                             : swarmboard::log::Level::Off);

  Totals totals;
  if (!regressions.empty()) {
    for (const WorldOptions& kept : read_regressions(regressions)) {
      run_seed(kept, totals);
    }
  }
  for (std::uint64_t seed = first; seed < first + seeds && totals.failed < failures_max; ++seed) {
    options.seed = seed;
    run_seed(options, totals);
  }
  std::printf(
      "%llu worlds, %llu failed; %llu commands: %llu saved, %llu refused; %llu anonymous cards; "
      "%llu changes of texts looked for; "
      "%llu crashes; %llu deliveries\n",
      static_cast<unsigned long long>(totals.worlds),
      static_cast<unsigned long long>(totals.failed),
      static_cast<unsigned long long>(totals.commands),
      static_cast<unsigned long long>(totals.acknowledged),
      static_cast<unsigned long long>(totals.refused),
      static_cast<unsigned long long>(totals.cards_saved),
      static_cast<unsigned long long>(totals.texts_checked),
      static_cast<unsigned long long>(totals.crashes),
      static_cast<unsigned long long>(totals.deliveries));
  if (totals.failed == 0 && totals.acknowledged == 0) {
    std::printf("nothing was saved in any world: nothing was shown\n");
    return 1;
  }
  return totals.failed == 0 ? 0 : 1;
}
