// Where `swarmboard backup` gets a consistent copy from: the running server through the operator's
// door, or, when none runs, the stopped store itself. The checkpoint exists as long as this object.
//
// Owner: the subcommand; one thread, which it blocks.
#pragma once

#include <memory>
#include <string>

#include <boost/system/result.hpp>

#include "server/app/backup/flaw.h"

namespace swarmboard::app {

class CheckpointSource {
 public:
  // Fails with a sentence.
  [[nodiscard]] static boost::system::result<CheckpointSource, Flaw> open(const std::string& data);
  CheckpointSource(CheckpointSource&& other) noexcept;
  CheckpointSource& operator=(CheckpointSource&&) = delete;
  CheckpointSource(const CheckpointSource&) = delete;
  CheckpointSource& operator=(const CheckpointSource&) = delete;
  ~CheckpointSource();

  // A data folder of its own, of files that do not change.
  [[nodiscard]] const std::string& folder() const { return folder_; }

  [[nodiscard]] bool is_online() const { return socket_ >= 0; }

 private:
  CheckpointSource(std::string folder, int socket);

  std::string folder_;  // Empty: moved from.
  int socket_ = -1;     // To the server, which removes the checkpoint when it closes.
};

}  // namespace swarmboard::app
