// What readers who never read cost those who do: they join a board and take nothing from their
// sockets while others write on that board as fast as it goes. Prints one JSON object.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/app/play/server_process.h"
#include "tests/bench/bench_member.h"
#include "tests/bench/long_past.h"
#include "tests/bench/server_figures.h"

namespace swarmboard::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriters = 8;
constexpr std::size_t kMembers = 9;  // Of a history.
constexpr double kBytesPerMb = 1e6;

struct Plan {
  std::string program;
  std::string history;
  std::string copy;
  std::size_t readers = 200;
  std::size_t edits = 40'000;
  std::size_t cards = 500;
};

using Members = std::vector<std::unique_ptr<BenchMember>>;

std::unique_ptr<BenchMember> joined(play::ServerProcess& server, std::size_t member) {
  auto made = std::make_unique<BenchMember>(server.port(), "team", member_id(member));
  made->connect();
  static_cast<void>(made->join(board_id(0)));
  return made;
}

// Each writer on a thread of its own; the cards of a history belong to its members in turn.
void write(Members& writers, std::size_t edits_each, std::size_t cards) {
  std::atomic<bool> failed{false};
  std::vector<std::thread> threads;
  for (std::size_t at = 0; at < writers.size(); ++at) {
    threads.emplace_back([&, at] {
      try {
        writers[at]->edit_cards(edits_each, cards, at, kMembers);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        failed = true;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (failed) {
    throw std::runtime_error("a writer failed");
  }
}

double megabytes(play::ServerProcess& server) {
  return static_cast<double>(rss_bytes_of(server.child().pid())) / kBytesPerMb;
}

void measure(const Plan& plan) {
  fs::remove_all(plan.copy);
  fs::copy(plan.history, plan.copy, fs::copy_options::recursive);
  play::ServerProcess server(plan.program, {}, plan.copy);
  server.start({"--demo", "--log-level", "warn", "--commands-per-second", "100000"});
  Members writers;
  for (std::size_t at = 0; at < kWriters; ++at) {
    writers.push_back(joined(server, at));
  }
  const std::size_t edits_each = plan.edits / kWriters / 2;
  write(writers, edits_each, plan.cards);  // What the rings and caches hold when they are full.
  Members stuck;
  for (std::size_t at = 0; at < plan.readers; ++at) {
    stuck.push_back(joined(server, kMembers - 1));
  }
  const double before_mb = megabytes(server);
  const std::int64_t begin_us = mono_us();
  write(writers, edits_each, plan.cards);
  const double half_mb = megabytes(server);
  write(writers, edits_each, plan.cards);
  const double after_mb = megabytes(server);
  const auto seconds = static_cast<double>(mono_us() - begin_us) / 1e6;
  std::printf(
      "{\"before_mb\": %.2f, \"half_mb\": %.2f, \"after_mb\": %.2f, \"growth_mb\": %.2f, "
      "\"edits_per_s\": %.0f, \"stuck_at_once\": %zu}\n",
      before_mb, half_mb, after_mb, std::max(half_mb, after_mb) - before_mb,
      static_cast<double>(2 * edits_each * kWriters) / seconds, stuck.size());
}

}  // namespace
}  // namespace swarmboard::bench

int main(int argc, char** argv) {
  CLI::App app("Measures what readers who never read cost.");
  swarmboard::bench::Plan plan;
  app.add_option("--program", plan.program, "The swarmboard program")->required();
  app.add_option("--history", plan.history, "A folder of swarm_past")->required();
  app.add_option("--copy", plan.copy, "A folder for the server to work on")->required();
  app.add_option("--readers", plan.readers, "Readers who never read")->capture_default_str();
  app.add_option("--edits", plan.edits, "Edits while they are there")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  int code = 0;
  try {
    swarmboard::bench::measure(plan);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    code = 1;
  }
  std::error_code ignored;  // A folder that stays behind harms nobody.
  std::filesystem::remove_all(plan.copy, ignored);
  return code;
}
