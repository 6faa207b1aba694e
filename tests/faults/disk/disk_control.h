// What a fault test tells the disk shim while a program runs on it: one page of memory, mapped by
// both from a file.
#pragma once

#include <atomic>
#include <cstdint>

namespace swarmboard::faults {

struct DiskControl {
  std::atomic<std::uint32_t> sync_delay_ms{0};
  std::atomic<std::uint32_t> failing_syncs{0};  // So many of the next answer EIO and reach nothing.
  std::atomic<std::uint32_t> lie{0};            // Not 0: syncs answer success and reach nothing.
  std::atomic<std::uint32_t> stop_after{0};     // Not 0: `stop_at` ends the program behind it.
  std::atomic<std::uint64_t> stop_at{0};  // The program ends at this operation; 0: it does not.
  std::atomic<std::int64_t> wall_ms_ahead{
      0};                                    // Of the wall clock; the monotonic one is left alone.
  std::atomic<std::uint64_t> operations{0};  // Writes, syncs, renames, removals ... so far.
};

// The environment of a program under the shim.
inline constexpr const char* kDiskRoot = "DISK_SHIM_ROOT";        // The folder watched.
inline constexpr const char* kDiskPlatter = "DISK_SHIM_PLATTER";  // What is durable: platter.h.
inline constexpr const char* kDiskControl = "DISK_SHIM_CONTROL";  // The file of DiskControl.

inline constexpr int kExitAtDiskOperation = 99;

// What lies in a platter.
inline constexpr const char* kPlatterFolders = "folder";  // Durable names by inode number.
inline constexpr const char* kPlatterInodes = "inode";    // Durable content by inode number.

}  // namespace swarmboard::faults
