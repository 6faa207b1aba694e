// What a journal that lives in a folder can do for a backup: a consistent copy of itself while it
// goes on. Apart from Journal, because a journal on other machines has no folder to copy.
#pragma once

#include <string>

#include "persistence/journal.h"

namespace swarmboard::persistence {

class Checkpoints {
 public:
  virtual ~Checkpoints() = default;

  // Makes the new folder `folder`: a data folder of its own, which open() accepts, with everything
  // that was durable when this was called and perhaps some of what came after, whole groups only.
  // Files that never change again are shared with the running store by hard links, so a backup
  // copies them; nothing in the folder is synced. Commits and reads go on meanwhile. One at a time
  // (JournalErrc::Overloaded). What a failure leaves of the folder is the caller's to remove.
  // Any thread; `done` is called on a thread of the journal's choice and must not call the journal.
  virtual void checkpoint(std::string folder, Callback<boost::system::error_code> done) = 0;
};

// Reads every block of the store in a data folder that nobody has open and checks its checksum,
// also of what no read of the journal would touch.
[[nodiscard]] boost::system::error_code scrub_store(const std::string& folder);

}  // namespace swarmboard::persistence
