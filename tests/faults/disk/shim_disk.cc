#include "tests/faults/disk/shim_disk.h"

#include <cerrno>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace swarmboard::faults {

ShimDisk::ShimDisk(std::filesystem::path shim, std::filesystem::path root,
                   std::filesystem::path beside)
    : shim_(std::move(shim)),
      root_(std::move(root)),
      platter_folder_(beside / "platter"),
      control_file_(beside / "control"),
      platter_(root_, platter_folder_) {
  const int descriptor =
      ::open(control_file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  void* page = MAP_FAILED;
  if (descriptor >= 0 && ::ftruncate(descriptor, sizeof(DiskControl)) == 0) {
    page = ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  }
  const int error = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (page == MAP_FAILED) {
    throw std::system_error(error, std::generic_category(), control_file_.string());
  }
  control_ = new (page) DiskControl;
  platter_.begin();
}

ShimDisk::~ShimDisk() {
  ::munmap(control_, sizeof(DiskControl));
}

std::vector<std::string> ShimDisk::environment() const {
  return {"LD_PRELOAD=" + shim_.string(), std::string(kDiskRoot) + "=" + root_.string(),
          std::string(kDiskPlatter) + "=" + platter_folder_.string(),
          std::string(kDiskControl) + "=" + control_file_.string()};
}

}  // namespace swarmboard::faults
