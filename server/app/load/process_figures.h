// What the kernel says of another process of this machine: the CPU time it has used and the memory
// it holds. Linux's /proc; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace swarmboard::load {

struct ProcessFigures {
  std::uint64_t cpu_ns = 0;  // Of all threads that live, user and system.
  std::uint64_t resident_bytes = 0;
};

// Nothing when there is no such process, or it is not ours to read.
[[nodiscard]] std::optional<ProcessFigures> read_process(pid_t pid);

}  // namespace swarmboard::load
