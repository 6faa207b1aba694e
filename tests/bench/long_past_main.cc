// Writes a data folder with a long past (long_past.h) and then ends itself with SIGKILL, so that
// the next start of a server finds what a killed server leaves.
#include <csignal>
#include <cstdio>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "server/base/log.h"
#include "tests/bench/long_past.h"

int main(int argc, char** argv) {
  CLI::App app("Makes a data folder with a long past.");
  swarmboard::bench::HistoryPlan plan;
  std::size_t events = 1'000'000;
  std::size_t boards = 20;
  std::size_t first = 100'000;
  bool stays = false;
  app.add_option("folder", plan.folder, "The folder to make")->required();
  app.add_option("--events", events, "Events of all boards together")->capture_default_str();
  app.add_option("--boards", boards, "How many boards")->capture_default_str();
  app.add_option("--first", first, "Events of the first board, b00")->capture_default_str();
  app.add_option("--cards", plan.cards, "Cards on each board")->capture_default_str();
  app.add_option("--per-unit", plan.events_per_unit, "Events of the longest board in one commit")
      ->capture_default_str();
  app.add_option("--seed", plan.seed, "The same seed gives the same events")->capture_default_str();
  app.add_flag("--stay", stays, "End normally instead of by SIGKILL");
  CLI11_PARSE(app, argc, argv);
  if (boards == 0 || events < first) {
    std::fputs("there must be a board, and the first one has its events of all of them\n", stderr);
    return 2;
  }
  plan.board_events.push_back(first);
  for (std::size_t at = 1; at < boards; ++at) {
    plan.board_events.push_back((events - first) / (boards - 1));
  }
  swarmboard::log::set_level(swarmboard::log::Level::Warn);
  const swarmboard::bench::History history = swarmboard::bench::make_history(plan);
  if (history.journal == nullptr) {
    std::fprintf(stderr, "%s\n", history.problem.c_str());
    return 1;
  }
  std::puts("done");
  std::fflush(stdout);
  if (!stays) {
    ::kill(::getpid(), SIGKILL);
  }
  return 0;
}
