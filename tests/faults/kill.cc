// kill -9 under load: the disk as the kill left it, then the server as it comes back.
#include <memory>
#include <random>
#include <signal.h>

#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

constexpr std::uint64_t kRoundsOnOneFolder = 10;
constexpr std::uint64_t kAcknowledgedMax = 400;  // Before the kill.

void kill_round(Ground& ground, std::mt19937_64& random) {
  Crowd& crowd = ground.crowd();
  crowd.work_until_acknowledged(1 + random() % kAcknowledgedMax);
  ground.server().end(SIGKILL);
  crowd.wait_cut();
  ground.check_disk("after the kill");
  ground.start();
  ground.check(crowd.settle(), "after the restart: not everything was settled in time");
  ground.check_served("after the restart");
}

}  // namespace

std::uint64_t kill_rounds(const Task& task) {
  std::uint64_t failed = 0;
  std::unique_ptr<Ground> ground;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    if (ground == nullptr || round % kRoundsOnOneFolder == 0 || !ground->findings().empty()) {
      ground = std::make_unique<Ground>(task.tools, "kill", seed);
      ground->start();
      ground->gather({});
    }
    const std::int64_t began_us = now_us();
    kill_round(*ground, random);
    const Crowd& crowd = ground->crowd();
    failed += report("kill", seed,
                     std::to_string(crowd.ended(Ending::Ok)) + " acknowledged, " +
                         std::to_string(crowd.ended(Ending::Refused)) + " refused, " +
                         std::to_string((now_us() - began_us) / 1000) + " ms",
                     *ground);
  }
  return failed;
}

}  // namespace swarmboard::faults
