// How fast a server is back and a long board is there, seen from outside: from exec after a kill to
// the first joined board, joining cold and from memory, the state at any moment. One start; prints
// one JSON object, times in milliseconds.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/app/play/server_process.h"
#include "tests/bench/bench_member.h"
#include "tests/bench/long_past.h"
#include "tests/bench/server_figures.h"

namespace swarmboard::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kJoinsFromMemory = 20;
constexpr double kUsPerMs = 1'000;

struct Plan {
  std::string program;
  std::string history;  // As swarm_past left it; it is copied and not touched.
  std::string copy;     // The copy; removed in the end.
  std::size_t seeks = 400;
  std::uint64_t seed = 1;
};

double ms_since(std::int64_t begin_us) {
  return static_cast<double>(mono_us() - begin_us) / kUsPerMs;
}

double quantile(std::vector<double>& ms, double share) {
  std::sort(ms.begin(), ms.end());
  return ms[std::min(ms.size() - 1,
                     static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
}

void print(const char* name, double value, bool last = false) {
  std::printf("\"%s\": %.3f%s", name, value, last ? "}\n" : ", ");
}

void seek(const Plan& plan, play::ServerProcess& server, BenchMember& member, std::uint64_t head) {
  std::mt19937_64 random(plan.seed);
  std::vector<double> ms;
  const std::int64_t cpu_before_us = cpu_us_of(server.child().pid());
  for (std::size_t at = 0; at < plan.seeks; ++at) {
    const std::int64_t begin_us = mono_us();
    if (member.state_at(board_id(0), 1 + random() % head).body.empty()) {
      throw std::runtime_error("a state was empty");
    }
    ms.push_back(ms_since(begin_us));
  }
  const auto cpu_us = static_cast<double>(cpu_us_of(server.child().pid()) - cpu_before_us);
  print("seek_cpu_ms", cpu_us / kUsPerMs / static_cast<double>(plan.seeks));
  print("seek_p50_ms", quantile(ms, 0.5));
  print("seek_p99_ms", quantile(ms, 0.99));
  print("seek_max_ms", ms.back(), true);
}

void measure(const Plan& plan) {
  fs::remove_all(plan.copy);
  fs::copy(plan.history, plan.copy, fs::copy_options::recursive);
  play::ServerProcess server(plan.program, {}, plan.copy);
  const std::int64_t exec_us = mono_us();
  server.start({"--demo", "--log-level", "warn"});
  const double listening_ms = ms_since(exec_us);
  BenchMember member(server.port(), "team", member_id(1));
  member.connect();
  const Joined first = member.join(board_id(0));
  const double first_board_ms = ms_since(exec_us);
  std::vector<double> from_memory_ms;
  for (int again = 0; again < kJoinsFromMemory; ++again) {
    BenchMember other(server.port(), "team", member_id(2));
    other.connect();
    from_memory_ms.push_back(static_cast<double>(other.join(board_id(0)).us) / kUsPerMs);
    other.disconnect();
  }
  std::printf("{");
  print("listening_ms", listening_ms);
  print("first_board_ms", first_board_ms);
  print("join_cold_ms", static_cast<double>(first.us) / kUsPerMs);
  print("join_memory_p50_ms", quantile(from_memory_ms, 0.5));
  print("join_memory_max_ms", from_memory_ms.back());
  print("join_bytes", static_cast<double>(first.bytes));
  print("board_events", static_cast<double>(first.seq));
  print("server_mb", static_cast<double>(rss_bytes_of(server.child().pid())) / 1e6);
  seek(plan, server, member, first.seq);
}

}  // namespace
}  // namespace swarmboard::bench

int main(int argc, char** argv) {
  CLI::App app("Measures start, joins and seeks on a long history.");
  swarmboard::bench::Plan plan;
  app.add_option("--program", plan.program, "The swarmboard program")->required();
  app.add_option("--history", plan.history, "A folder of swarm_past")->required();
  app.add_option("--copy", plan.copy, "A folder for the server to work on")->required();
  app.add_option("--seeks", plan.seeks, "Random seeks")->capture_default_str();
  app.add_option("--seed", plan.seed, "Of the random seeks")->capture_default_str();
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
