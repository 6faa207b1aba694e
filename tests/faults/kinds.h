// The kinds of faults. Each runs its rounds, prints a line for each, and returns how many rounds
// found something.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/faults/ground.h"

namespace swarmboard::faults {

// A kind that this machine does not allow.
struct Skipped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Task {
  Tools tools;
  std::uint64_t rounds = 1;
  std::uint64_t seed = 1;  // Of the first round; each has the next.
};

// kill -9 under load, start, resume.
[[nodiscard]] std::uint64_t kill_rounds(const Task& task);

// The power goes under load, and what was not synced with it.
[[nodiscard]] std::uint64_t power_rounds(const Task& task);
// The same on a disk whose syncs do nothing. Returns the rounds in which that was not found out.
[[nodiscard]] std::uint64_t lying_disk_rounds(const Task& task);
// A sync fails under load.
[[nodiscard]] std::uint64_t failing_sync_rounds(const Task& task);
// Every sync takes 200 ms longer.
[[nodiscard]] std::uint64_t slow_disk_rounds(const Task& task);
// The server stands still for seconds.
[[nodiscard]] std::uint64_t pause_rounds(const Task& task);
// The wall clock jumps by an hour, a day or a year.
[[nodiscard]] std::uint64_t clock_jump_rounds(const Task& task);

// A disk fills up and is freed again. Throws Skipped where nothing can be mounted.
[[nodiscard]] std::uint64_t disk_full_rounds(const Task& task);
// One file of the journal is damaged, then looked at by `verify` and served.
[[nodiscard]] std::uint64_t flip_rounds(const Task& task);
// A scripted session ends at one operation on its disk. `rounds` 0: at each of them, before and
// after.
[[nodiscard]] std::uint64_t crash_point_rounds(const Task& task);

// Members that never read, while others work.
[[nodiscard]] std::uint64_t slow_reader_rounds(const Task& task);
// A member whose connection says nothing any more.
[[nodiscard]] std::uint64_t silent_peer_rounds(const Task& task);

// Prints the line of a round, and what was found. Returns 1 if anything was.
std::uint64_t report(const std::string& kind, std::uint64_t seed, const std::string& figures,
                     const Ground& ground);

}  // namespace swarmboard::faults
