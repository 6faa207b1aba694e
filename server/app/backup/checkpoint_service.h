// What the running server does for `swarmboard backup`: makes a checkpoint of the journal inside
// the data folder when it is asked at the operator's door, and removes it when the caller is gone.
// Copying and checking are the caller's: they cost the server nothing.
//
//   checkpoint   ->  ok FOLDER            (a name inside the data folder)
//                    error SENTENCE
//
// Owner: app/server. answer() is called on the door's thread; answers come from the journal's.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "persistence/checkpoints.h"
#include "server/net/operator_door.h"

namespace swarmboard::app {

// Inside the data folder. Only ours: what is found there is left from a killed server.
inline constexpr const char* kCheckpointFolder = "checkpoint";
inline constexpr const char* kCheckpointRequest = "checkpoint";

class CheckpointService {
 public:
  // Precondition: the journal is the open one of this data folder. It must outlive this object.
  CheckpointService(persistence::Journal& journal, persistence::Checkpoints& checkpoints,
                    std::string data);

  void answer(const std::string& request, const std::function<void(net::DoorAnswer)>& done);

 private:
  class Lease;

  persistence::Journal& journal_;
  persistence::Checkpoints& checkpoints_;
  std::string data_;
  std::shared_ptr<std::atomic<bool>> busy_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace swarmboard::app
