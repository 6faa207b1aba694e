#include "server/app/backup/checkpoint_service.h"

#include <filesystem>
#include <utility>

#include "server/base/log.h"

namespace swarmboard::app {

// The one checkpoint there may be; its end removes the folder and makes room for the next.
class CheckpointService::Lease {
 public:
  Lease(std::string folder, std::shared_ptr<std::atomic<bool>> busy)
      : folder_(std::move(folder)), busy_(std::move(busy)) {}

  ~Lease() {
    std::error_code error;
    // The caller has removed it already, unless it was killed.
    std::filesystem::remove_all(folder_, error);
    if (error) {
      log::warn("a checkpoint could not be removed", {{"why", error.message()}});
    }
    *busy_ = false;
  }

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  std::string folder_;
  std::shared_ptr<std::atomic<bool>> busy_;
};

CheckpointService::CheckpointService(persistence::Journal& journal,
                                     persistence::Checkpoints& checkpoints, std::string data)
    : journal_(journal), checkpoints_(checkpoints), data_(std::move(data)) {
  std::error_code left_behind;  // The next checkpoint says why its folder cannot be made.
  std::filesystem::remove_all(data_ + '/' + kCheckpointFolder, left_behind);
}

void CheckpointService::answer(const std::string& request,
                               const std::function<void(net::DoorAnswer)>& done) {
  const auto refuse = [&done](const std::string& why) { done({"error " + why, nullptr}); };
  if (request != kCheckpointRequest) {
    refuse("this server does not know that request; use the program of the same version");
    return;
  }
  const persistence::Health health = journal_.health();
  if (!health.writable) {
    refuse("the server only reads now: " + health.why_not);
    return;
  }
  if (busy_->exchange(true)) {
    refuse("another backup of this server is being taken; try again when it is done");
    return;
  }
  const std::string folder = data_ + '/' + kCheckpointFolder;
  auto lease = std::make_shared<Lease>(folder, busy_);
  checkpoints_.checkpoint(folder, [done, lease](boost::system::error_code error) {
    if (error) {
      log::error("a checkpoint for a backup failed", {{"why", error.message()}});
      done({"error the checkpoint could not be made: " + error.message(), nullptr});
    } else {
      log::info("checkpoint made for a backup");
      done({std::string("ok ") + kCheckpointFolder, lease});
    }
  });
}

}  // namespace swarmboard::app
