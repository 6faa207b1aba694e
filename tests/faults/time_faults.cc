// A server that stands still for a while, as on a machine that sleeps or swaps, and a wall clock
// that jumps.
#include <array>
#include <chrono>
#include <poll.h>
#include <random>
#include <signal.h>

#include "tests/faults/disk/shim_disk.h"
#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

constexpr int kPauseMsMin = 2'000;
constexpr int kPauseMsMax = 12'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::array<std::int64_t, 4> kJumpsMs = {kHourMs, -kHourMs, 24 * 365 * kHourMs,
                                                  -24 * kHourMs};

void after_it(Ground& ground, const std::string& when) {
  ground.crowd().work_until_acknowledged(50);
  ground.check(ground.crowd().settle(), when + ": not everything was settled in time");
  ground.check_served(when);
  ground.server().end(SIGKILL);
  ground.crowd().wait_cut();
  ground.check_disk(when + ", after a kill");
}

}  // namespace

// The first round is short, so that it fits into every run of the tests.
std::uint64_t pause_rounds(const Task& task) {
  std::uint64_t failed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    const int pause_ms =
        round == 0 ? kPauseMsMin
                   : kPauseMsMin + static_cast<int>(random() % (kPauseMsMax - kPauseMsMin + 1));
    Ground ground(task.tools, "pause", seed);
    ground.start();
    ground.gather({});
    ground.crowd().work_until_acknowledged(1 + random() % 100);
    ground.server().child().send(SIGSTOP);
    ::poll(nullptr, 0, pause_ms);
    ground.server().child().send(SIGCONT);
    after_it(ground, "after the pause");
    failed += report("pause", seed, std::to_string(pause_ms) + " ms", ground);
  }
  return failed;
}

std::uint64_t clock_jump_rounds(const Task& task) {
  std::uint64_t failed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    Ground ground(task.tools, "clock-jump", seed);
    ShimDisk disk(task.tools.disk_shim, ground.disk(), ground.folder());
    ground.start({}, disk.environment());
    ground.gather({});
    const std::int64_t jump_ms = kJumpsMs[seed % kJumpsMs.size()];
    ground.crowd().work_until_acknowledged(1 + random() % 100);
    disk.control().wall_ms_ahead = jump_ms;
    after_it(ground, "after the jump");
    failed += report("clock-jump", seed, std::to_string(jump_ms / 1000) + " s", ground);
  }
  return failed;
}

}  // namespace swarmboard::faults
