#include "server/app/backup/folder_copy.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include "server/base/random.h"
#include "server/base/sha256.h"

namespace swarmboard::app {
namespace {

namespace fs = std::filesystem;
using boost::system::error_code;

constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr mode_t kOnlyOwner = 0600;

error_code last_error() {
  return {errno, boost::system::system_category()};
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, kOnlyOwner)) {}

  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

error_code write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return last_error();
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return {};
}

// Reads to the end; with `to`, writes what was read there.
boost::system::result<FileDigest> digest_stream(int from, const int* to) {
  Sha256 hash;
  FileDigest digest;
  std::string piece(kPieceBytes, '\0');
  while (true) {
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return last_error();
    }
    if (got == 0) {
      break;
    }
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    hash.add(bytes);
    digest.bytes += bytes.size();
    if (to != nullptr) {
      if (const auto failed = write_all(*to, bytes)) {
        return failed;
      }
    }
  }
  digest.sha256 = to_hex(hash.finish());
  return digest;
}

}  // namespace

boost::system::result<FileDigest> copy_synced(const std::string& from, const std::string& to) {
  const Descriptor source(from, O_RDONLY);
  const Descriptor target(to, O_WRONLY | O_CREAT | O_EXCL);
  if (source.number() < 0 || target.number() < 0) {
    return last_error();
  }
  const int out = target.number();
  auto digest = digest_stream(source.number(), &out);
  if (digest && ::fsync(out) != 0) {
    return last_error();
  }
  return digest;
}

boost::system::result<FileDigest> digest_of(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0) {
    return last_error();
  }
  return digest_stream(file.number(), nullptr);
}

error_code write_synced(const std::string& path, const std::string& text) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (file.number() < 0) {
    return last_error();
  }
  if (const auto failed = write_all(file.number(), text)) {
    return failed;
  }
  return ::fsync(file.number()) == 0 ? error_code() : last_error();
}

error_code sync_path(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0 || ::fsync(file.number()) != 0) {
    return last_error();
  }
  // Only advice: a system that keeps the pages reads them again from memory.
  static_cast<void>(::posix_fadvise(file.number(), 0, 0, POSIX_FADV_DONTNEED));
  return {};
}

boost::system::result<std::vector<std::string>> files_below(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::file_status status = entry->symlink_status(error);
    if (!error && status.type() == fs::file_type::regular) {
      found.push_back(entry->path().lexically_relative(folder).string());
    } else if (!error && status.type() != fs::file_type::directory) {
      return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    }
    if (error) {
      break;
    }
  }
  if (error) {
    return error_code(error);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace swarmboard::app
