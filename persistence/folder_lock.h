// One process at a time in a journal's folder. The system gives the lock back when the process
// ends, however it ends.
#pragma once

#include <string>

#include "persistence/journal.h"

namespace swarmboard::persistence {

class FolderLock {
 public:
  // JournalErrc::InUse when somebody else holds it; otherwise the system's error.
  [[nodiscard]] static Result<std::unique_ptr<FolderLock>> take(const std::string& path);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace swarmboard::persistence
