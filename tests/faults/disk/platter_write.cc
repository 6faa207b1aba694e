#include "tests/faults/disk/platter_write.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/disk/disk_control.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBytes = 64 * 1024;

void must(bool good, const char* what, const std::string& path) {
  if (!good) {
    std::fprintf(stderr, "disk shim: %s %s: %s\n", what, path.c_str(), std::strerror(errno));
    std::abort();
  }
}

void copy_extent(int from, int to, std::int64_t at, std::int64_t end, const std::string& name) {
  std::string buffer(kCopyBytes, '\0');
  while (at < end) {
    const auto wanted = std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(end - at));
    const ssize_t got = ::pread(from, buffer.data(), wanted, at);
    must(got >= 0, "reading", name);
    if (got == 0) {
      return;  // Cut shorter in the meantime.
    }
    must(::pwrite(to, buffer.data(), static_cast<std::size_t>(got), at) == got, "writing", name);
    at += got;
  }
}

}  // namespace

PlatterWriter::PlatterWriter(std::string root, std::string platter)
    : root_(std::move(root)), platter_(std::move(platter)) {}

bool PlatterWriter::watches(const std::string& path) const {
  return path == root_ || path.starts_with(root_ + "/");
}

std::string PlatterWriter::content_of(ino_t inode) const {
  return platter_ + "/" + kPlatterInodes + "/" + std::to_string(inode);
}

std::string PlatterWriter::names_of(ino_t folder) const {
  return platter_ + "/" + kPlatterFolders + "/" + std::to_string(folder);
}

void PlatterWriter::created_folder(ino_t inode) {
  if (!platter_.empty()) {
    // The number may have been another folder's.
    fs::remove_all(names_of(inode));
    must(::mkdir(names_of(inode).c_str(), 0700) == 0, "making", names_of(inode));
  }
}

void PlatterWriter::created(ino_t inode) {
  if (platter_.empty()) {
    return;
  }
  // The number may have been another file's.
  ::unlink(content_of(inode).c_str());
  const int fresh = ::open(content_of(inode).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  must(fresh >= 0, "making", content_of(inode));
  ::close(fresh);
  unsynced_.erase(inode);
}

void PlatterWriter::opened(ino_t inode, std::int64_t bytes) {
  wrote(inode, 0, bytes);
}

void PlatterWriter::wrote(ino_t inode, std::int64_t from, std::int64_t to) {
  if (platter_.empty() || from >= to) {
    return;
  }
  auto& extents = unsynced_[inode].extents;
  if (!extents.empty() && extents.back().second == from) {
    extents.back().second = to;
  } else {
    extents.emplace_back(from, to);
  }
}

void PlatterWriter::resized(ino_t inode) {
  unsynced_[inode].resized = true;
}

void PlatterWriter::removed(ino_t inode) {
  if (!platter_.empty()) {
    ::unlink(content_of(inode).c_str());
    unsynced_.erase(inode);
  }
}

void PlatterWriter::forget(ino_t inode) {
  unsynced_.erase(inode);
}

void PlatterWriter::sync_file(int descriptor, ino_t inode) {
  const auto found = unsynced_.find(inode);
  if (platter_.empty() || found == unsynced_.end()) {
    return;
  }
  const Unsynced unsynced = std::move(found->second);
  unsynced_.erase(found);
  const std::string name = content_of(inode);
  const int to = ::open(name.c_str(), O_WRONLY);
  if (to < 0 && errno == ENOENT) {
    return;  // It has no name any more.
  }
  must(to >= 0, "opening", name);
  // Opened again, because the descriptor may be for writing only.
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
  const int from = ::open(self.c_str(), O_RDONLY);
  must(from >= 0, "opening", self);

  struct stat status {};

  must(::fstat(from, &status) == 0, "looking at", self);
  if (unsynced.resized) {
    must(::ftruncate(to, status.st_size) == 0, "cutting", name);
  }
  for (const auto& [begin, end] : unsynced.extents) {
    copy_extent(from, to, begin, std::min<std::int64_t>(end, status.st_size), name);
  }
  ::close(from);
  ::close(to);
}

void PlatterWriter::put_name(const std::string& fresh, const std::string& kept) const {
  must(::rename(fresh.c_str(), kept.c_str()) == 0, "renaming", kept);
}

void PlatterWriter::keep_name(const std::string& place, const std::string& folder,
                              const std::string& name) {
  const std::string real = folder + "/" + name;
  const std::string kept = place + "/" + name;
  const std::string fresh = platter_ + "/fresh";

  struct stat status {};

  if (::lstat(real.c_str(), &status) != 0) {
    return;  // Gone in the meantime.
  }
  ::unlink(fresh.c_str());
  if (S_ISDIR(status.st_mode)) {
    ::mkdir(names_of(status.st_ino).c_str(), 0700);  // Unless it is there.
    must(::symlink(names_of(status.st_ino).c_str(), fresh.c_str()) == 0, "linking", kept);
    return put_name(fresh, kept);
  }
  const std::string content = content_of(status.st_ino);

  struct stat content_status {};

  if (::stat(content.c_str(), &content_status) != 0) {
    created(status.st_ino);  // Made by a way that the shim does not see: never synced.
    must(::stat(content.c_str(), &content_status) == 0, "looking at", content);
  }

  struct stat kept_status {};

  if (::stat(kept.c_str(), &kept_status) == 0 && kept_status.st_ino == content_status.st_ino) {
    return;
  }
  must(::link(content.c_str(), fresh.c_str()) == 0, "linking", content);
  put_name(fresh, kept);
}

void PlatterWriter::sync_folder(const std::string& path) {
  if (platter_.empty()) {
    return;
  }

  struct stat status {};

  must(::stat(path.c_str(), &status) == 0, "looking at", path);
  const std::string place = names_of(status.st_ino);
  ::mkdir(place.c_str(), 0700);  // Unless it is there.
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) {
    names.insert(entry.path().filename());
  }
  for (const std::string& name : names) {
    keep_name(place, path, name);
  }
  for (const auto& entry : fs::directory_iterator(place)) {
    if (!names.contains(entry.path().filename())) {
      fs::remove(entry.path());  // The name alone: what it stands for may have another.
    }
  }
}

}  // namespace swarmboard::faults
