// A disk that fills up: read-only at once, nothing lost, and back by itself when there is space.
// On a file system of its own in memory, which only root can mount.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <poll.h>
#include <random>
#include <signal.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

#include "server/app/play/http_client.h"
#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kDiskMiB = 160;
constexpr std::uint64_t kFreeMiBMin = 32;  // Below it the server only reads.
constexpr std::uint64_t kLeftMiB = 16;     // By a ballast that is not everything.
constexpr std::int64_t kReadOnlyUsMax = 1'000'000;
constexpr std::int64_t kBackUsMax = 10'000'000;
constexpr int kStillMs = 500;
constexpr int kPollMs = 10;
constexpr int kExitJournalFailed = 70;

class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
    const std::string size = "size=" + std::to_string(kDiskMiB) + "m";
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) {
      throw Skipped("a file system cannot be mounted here: " + std::string(std::strerror(errno)));
    }
  }

  ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Leaves so much free. Piece by piece: the server goes on writing meanwhile.
  void fill(std::uint64_t left_bytes) {
    const std::string ballast = (folder_ / "ballast").string();
    const int descriptor = ::open(ballast.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    off_t size = 0;
    for (const std::uint64_t piece : {kMiB, kPageBytes}) {
      while (free_bytes() >= left_bytes + piece &&
             ::posix_fallocate(descriptor, size, static_cast<off_t>(piece)) == 0) {
        size += static_cast<off_t>(piece);
      }
    }
    ::close(descriptor);
    if (size == 0) {
      throw std::system_error(ENOSPC, std::generic_category(), "filling the disk");
    }
  }

  void free() { std::filesystem::remove(folder_ / "ballast"); }

 private:
  [[nodiscard]] std::uint64_t free_bytes() const {
    struct statvfs space {};

    ::statvfs(folder_.c_str(), &space);
    return space.f_bavail * space.f_frsize;
  }

  std::filesystem::path folder_;
};

bool is_ready(Ground& ground) {
  return play::HttpClient(ground.server().url()).get("/readyz").ok();
}

// Until /readyz says so; microseconds, or nothing in that time.
bool wait_ready(Ground& ground, bool wanted, std::int64_t us_max) {
  const std::int64_t deadline_us = now_us() + us_max;
  while (is_ready(ground) != wanted) {
    if (now_us() > deadline_us) {
      return false;
    }
    ::poll(nullptr, 0, kPollMs);
  }
  return true;
}

std::string milliseconds_since(std::int64_t began_us) {
  return std::to_string((now_us() - began_us) / 1000) + " ms";
}

std::string low_space_round(Ground& ground, SmallDisk& disk) {
  Crowd& crowd = ground.crowd();
  std::int64_t began_us = now_us();
  disk.fill(kLeftMiB * kMiB);
  ground.check(wait_ready(ground, false, kReadOnlyUsMax), "not read-only within a second");
  std::string figures = "read-only after " + milliseconds_since(began_us);
  const std::uint64_t before = crowd.acknowledged();
  ::poll(nullptr, 0, kStillMs);
  ground.check(crowd.acknowledged() == before, "acknowledged while it was read-only");
  began_us = now_us();
  disk.free();
  ground.check(wait_ready(ground, true, kBackUsMax), "not back within ten seconds");
  crowd.work_until_acknowledged(1);
  figures += ", back after " + milliseconds_since(began_us);
  ground.check(now_us() - began_us < kBackUsMax, "nothing acknowledged within ten seconds");
  return figures;
}

// Not a byte is left, all at once: the write itself may fail, which ends the server.
std::string no_space_round(Ground& ground, SmallDisk& disk) {
  Crowd& crowd = ground.crowd();
  disk.fill(0);
  const auto code = ground.server().child().wait_for(3'000);
  if (!code) {
    ground.check(!is_ready(ground), "ready without space");
    disk.free();
    ground.check(wait_ready(ground, true, kBackUsMax), "not back within ten seconds");
    return "no space: read-only";
  }
  ground.check(*code == kExitJournalFailed,
               "without space it ended with code " + std::to_string(*code));
  crowd.wait_cut();
  disk.free();
  ground.check_disk("without space");
  ground.start({"--free-mb-min", std::to_string(kFreeMiBMin)});
  return "no space: ended, started again";
}

}  // namespace

std::uint64_t disk_full_rounds(const Task& task) {
  std::uint64_t failed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    Ground ground(task.tools, "disk-full", seed);
    SmallDisk disk(ground.disk());
    ground.start({"--free-mb-min", std::to_string(kFreeMiBMin)});
    ground.gather({});
    ground.crowd().work_until_acknowledged(1 + random() % 200);
    const std::string figures =
        round % 2 == 0 ? low_space_round(ground, disk) : no_space_round(ground, disk);
    ground.check(ground.crowd().settle(), "not everything was settled in time");
    ground.check_served("with space again");
    ground.server().end(SIGKILL);
    ground.crowd().wait_cut();
    ground.check_disk("after a kill");
    failed += report("disk-full", seed, figures, ground);
  }
  return failed;
}

}  // namespace swarmboard::faults
