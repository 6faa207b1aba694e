// A disk of a test's own under a program: where the shim is told what to do, and what the program
// must be started with.
//
// One thread. Errors: std::system_error, std::filesystem::filesystem_error.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/faults/disk/disk_control.h"
#include "tests/faults/disk/platter.h"

namespace swarmboard::faults {

class ShimDisk {
 public:
  // `root` is the disk; `beside` is a folder for what is kept of it.
  ShimDisk(std::filesystem::path shim, std::filesystem::path root, std::filesystem::path beside);
  ~ShimDisk();
  ShimDisk(const ShimDisk&) = delete;
  ShimDisk& operator=(const ShimDisk&) = delete;

  [[nodiscard]] std::vector<std::string> environment() const;

  [[nodiscard]] DiskControl& control() { return *control_; }

  [[nodiscard]] Platter& platter() { return platter_; }

 private:
  std::filesystem::path shim_;
  std::filesystem::path root_;
  std::filesystem::path platter_folder_;
  std::filesystem::path control_file_;
  DiskControl* control_ = nullptr;
  Platter platter_;
};

}  // namespace swarmboard::faults
