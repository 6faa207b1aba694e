// The shim's bookkeeping: which bytes of which file were written and not synced, and what a sync
// brings to the platter. A file's content becomes durable when it is synced, a name when its folder
// is. A durable name is a hard link to the content of its inode, or a symbolic link to the names of
// its folder, so that what is synced after its name, or renamed, stays one thing.
//
// Owner: the shim, under its lock. Never throws: what fails here ends the program with a message,
// because a test on a wrong platter proves nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace swarmboard::faults {

class PlatterWriter {
 public:
  // `platter` empty: nothing is kept.
  PlatterWriter(std::string root, std::string platter);

  [[nodiscard]] bool watches(const std::string& path) const;

  // A file or folder that was not there before.
  void created(ino_t inode);
  void created_folder(ino_t inode);
  // A file of that size was opened for writing: what others wrote may not be synced.
  void opened(ino_t inode, std::int64_t bytes);
  void wrote(ino_t inode, std::int64_t from, std::int64_t to);
  void resized(ino_t inode);
  // Its last name is gone.
  void removed(ino_t inode);

  void sync_file(int descriptor, ino_t inode);
  void sync_folder(const std::string& path);
  // The sync failed: what was written is gone, and the next one will not notice.
  void forget(ino_t inode);

 private:
  struct Unsynced {
    std::vector<std::pair<std::int64_t, std::int64_t>> extents;
    bool resized = false;
  };

  [[nodiscard]] std::string content_of(ino_t inode) const;
  [[nodiscard]] std::string names_of(ino_t folder) const;
  void keep_name(const std::string& place, const std::string& folder, const std::string& name);
  void put_name(const std::string& fresh, const std::string& kept) const;

  std::string root_;
  std::string platter_;
  std::map<ino_t, Unsynced> unsynced_;
};

}  // namespace swarmboard::faults
