// What the kernel says of a running server: its CPU time and its memory. Errors:
// std::runtime_error when there is no such process.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace swarmboard::bench {

[[nodiscard]] std::int64_t mono_us();

[[nodiscard]] std::int64_t cpu_us_of(
    pid_t pid);  // User and system time so far, of all its threads.
[[nodiscard]] std::uint64_t rss_bytes_of(pid_t pid);

}  // namespace swarmboard::bench
