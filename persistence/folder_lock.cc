#include "persistence/folder_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "persistence/errc.h"

namespace swarmboard::persistence {

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return boost::system::error_code(errno, boost::system::system_category());
  }
  std::unique_ptr<FolderLock> lock(new FolderLock(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK
               ? make_error_code(JournalErrc::InUse)
               : boost::system::error_code(errno, boost::system::system_category());
  }
  return lock;
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

}  // namespace swarmboard::persistence
