// Syncs that fail, and syncs that are slow; a program that stands still, and a clock that jumps.
#include <algorithm>
#include <iostream>
#include <poll.h>
#include <random>
#include <signal.h>

#include "tests/faults/disk/shim_disk.h"
#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

constexpr int kExitJournalFailed = 70;
constexpr int kExitPatienceMs = 10'000;
constexpr std::uint32_t kSlowSyncMs = 200;
constexpr std::int64_t kReadUsMax = 1'000'000;  // While the disk is slow.

std::string acknowledged(const Crowd& crowd) {
  return std::to_string(crowd.ended(Ending::Ok)) + " acknowledged";
}

void start_again(Ground& ground, const std::vector<std::string>& environment) {
  ground.start({}, environment);
  ground.check(ground.crowd().settle(), "after the restart: not everything was settled in time");
  ground.check_served("after the restart");
}

// What the sync did not bring to the disk is gone, whatever memory still shows of it.
void failing_sync_round(Ground& ground, ShimDisk& disk, std::mt19937_64& random) {
  Crowd& crowd = ground.crowd();
  crowd.work_until_acknowledged(1 + random() % 200);
  disk.control().failing_syncs = 1;
  const auto code = ground.server().child().wait_for(kExitPatienceMs);
  disk.control().failing_syncs = 0;
  ground.check(code == kExitJournalFailed,
               "after a failed sync the server " +
                   (code ? "ended with code " + std::to_string(*code) : "goes on"));
  if (!code) {
    ground.server().end(SIGKILL);
  }
  crowd.wait_cut();
  if (random() % 2 == 0) {
    disk.platter().lose_power({}, random);
  }
  ground.check_disk("after the failed sync");
  start_again(ground, disk.environment());
}

void slow_sync_round(Ground& ground, ShimDisk& disk, std::mt19937_64& random) {
  Crowd& crowd = ground.crowd();
  disk.control().sync_delay_ms = kSlowSyncMs;
  crowd.work_until_acknowledged(50 + random() % 50);
  crowd.freeze();
  const std::int64_t began_us = now_us();
  for (const std::string& session : crowd.sessions()) {
    static_cast<void>(read_replay(crowd.of(session).front()->person(), session));
  }
  const std::int64_t read_us = now_us() - began_us;
  ground.check(read_us < kReadUsMax,
               "a replay took " + std::to_string(read_us / 1000) + " ms on a slow disk");
  ground.check(crowd.settle(), "on a slow disk: not everything was settled in time");
  ground.check_served("on a slow disk");
  crowd.work_until_acknowledged(1 + random() % 50);
  ground.server().end(SIGKILL);
  disk.control().sync_delay_ms = 0;
  crowd.wait_cut();
  disk.platter().lose_power({}, random);
  ground.check_disk("after a power loss on a slow disk");
  start_again(ground, disk.environment());
}

using Round = void (*)(Ground&, ShimDisk&, std::mt19937_64&);

std::uint64_t run_rounds(const Task& task, const std::string& kind, Round round_of_kind) {
  std::uint64_t failed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    Ground ground(task.tools, kind, seed);
    ShimDisk disk(task.tools.disk_shim, ground.disk(), ground.folder());
    ground.start({}, disk.environment());
    ground.gather({});
    round_of_kind(ground, disk, random);
    failed += report(kind, seed, acknowledged(ground.crowd()), ground);
  }
  return failed;
}

}  // namespace

std::uint64_t failing_sync_rounds(const Task& task) {
  return run_rounds(task, "failing-sync", failing_sync_round);
}

std::uint64_t slow_disk_rounds(const Task& task) {
  return run_rounds(task, "slow-disk", slow_sync_round);
}

}  // namespace swarmboard::faults
