// What a disk holds, from the side of the test: begins with everything durable, and after a power
// loss leaves the folder as a disk may leave it.
//
//   platter/inode/N   durable content of the file with inode number N
//   platter/folder/N  durable names in the folder with inode number N: hard links to those
//                     contents, symbolic links to other folders here
//
// One thread; the program under the shim does not run. Errors: std::filesystem::filesystem_error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

namespace swarmboard::faults {

// How a power loss treats what was not synced.
struct PowerLoss {
  // Names: only those whose folder was synced, or all of them, as a file system with a journal of
  // its own may keep them.
  enum class Names { Synced, All };
  // Bytes: none of them, a part from the front, or any sectors.
  enum class Bytes { Synced, Front, Sectors };

  Names names = Names::Synced;
  Bytes bytes = Bytes::Synced;
};

[[nodiscard]] std::string describe(const PowerLoss& loss);

class Platter {
 public:
  // `root` is the folder that the shim watches.
  Platter(std::filesystem::path root, std::filesystem::path platter);

  // Everything in the root is durable from now on.
  void begin();
  // Replaces the root by what the disk kept, and begins again. Returns how many bytes of files that
  // were there are gone.
  std::uint64_t lose_power(const PowerLoss& loss, std::mt19937_64& random);

 private:
  std::filesystem::path root_;
  std::filesystem::path platter_;
};

}  // namespace swarmboard::faults
