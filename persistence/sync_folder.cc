#include "persistence/sync_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace swarmboard::persistence {

boost::system::error_code sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return {errno, boost::system::system_category()};
  }
  const bool synced = ::fsync(descriptor) == 0;
  const boost::system::error_code error(errno, boost::system::system_category());
  ::close(descriptor);
  return synced ? boost::system::error_code() : error;
}

std::string folder_of(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  const auto name = whole.has_filename() ? whole : whole.parent_path();  // "data/"
  return name.parent_path().string();
}

}  // namespace swarmboard::persistence
