#include "persistence/ballast.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace swarmboard::persistence {

Ballast::Ballast(std::string path) : path_(std::move(path)) {
  ::unlink(path_.c_str());  // Of a process that was killed.
}

Ballast::~Ballast() {
  drop();
}

void Ballast::keep(std::uint64_t bytes) {
  if (is_kept_ || bytes == 0) {
    return;
  }
  const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return;
  }
  is_kept_ = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes)) == 0;
  ::close(descriptor);
  if (!is_kept_) {
    ::unlink(path_.c_str());
  }
}

void Ballast::drop() {
  if (is_kept_) {
    ::unlink(path_.c_str());
    is_kept_ = false;
  }
}

}  // namespace swarmboard::persistence
