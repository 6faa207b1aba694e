// Power loss: the disk forgets what was not synced. And the same on a disk that lies about its
// syncs, which must be found out: the proof that this check can fail.
#include <iostream>
#include <memory>
#include <random>
#include <signal.h>

#include "tests/faults/disk/shim_disk.h"
#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

constexpr std::uint64_t kRoundsOnOneFolder = 5;
constexpr std::uint64_t kAcknowledgedMax = 300;  // Before the loss.

// A ground on a disk of its own.
struct Site {
  Site(const Tools& tools, const std::string& kind, std::uint64_t seed)
      : ground(tools, kind, seed), disk(tools.disk_shim, ground.disk(), ground.folder()) {
    ground.start({}, disk.environment());
    ground.gather({});
  }

  Ground ground;
  ShimDisk disk;
};

PowerLoss some_loss(std::mt19937_64& random) {
  PowerLoss loss;
  loss.names = random() % 2 == 0 ? PowerLoss::Names::Synced : PowerLoss::Names::All;
  loss.bytes = random() % 2 == 0 ? PowerLoss::Bytes::Synced : PowerLoss::Bytes::Front;
  return loss;
}

std::string power_round(Site& site, std::mt19937_64& random) {
  Ground& ground = site.ground;
  Crowd& crowd = ground.crowd();
  crowd.work_until_acknowledged(1 + random() % kAcknowledgedMax);
  ground.server().end(SIGKILL);
  crowd.wait_cut();
  const PowerLoss loss = some_loss(random);
  const std::uint64_t gone = site.disk.platter().lose_power(loss, random);
  ground.check_disk("after the power loss");
  if (ground.findings().empty()) {
    ground.start({}, site.disk.environment());
    ground.check(crowd.settle(), "after the restart: not everything was settled in time");
    ground.check_served("after the restart");
  }
  return describe(loss) + ", " + std::to_string(gone) + " bytes gone, " +
         std::to_string(crowd.ended(Ending::Ok)) + " acknowledged";
}

}  // namespace

std::uint64_t power_rounds(const Task& task) {
  std::uint64_t failed = 0;
  std::unique_ptr<Site> site;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    if (site == nullptr || round % kRoundsOnOneFolder == 0 || !site->ground.findings().empty()) {
      site.reset();
      site = std::make_unique<Site>(task.tools, "power", seed);
    }
    const std::string figures = power_round(*site, random);
    failed += report("power", seed, figures, site->ground);
  }
  return failed;
}

std::uint64_t lying_disk_rounds(const Task& task) {
  std::uint64_t missed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    Site site(task.tools, "lying-disk", seed);
    site.disk.control().lie = 1;
    const std::string figures = power_round(site, random);
    const bool found = !site.ground.findings().empty();
    missed += found ? 0 : 1;
    std::cout << "lying-disk seed " << seed << ": " << figures
              << (found ? "; found out, as it must be: " + site.ground.findings().front()
                        : "; MISSED")
              << std::endl;
    site.ground.expect_findings();
  }
  return missed;
}

}  // namespace swarmboard::faults
