// The server process as the simulator runs it: a journal on the simulated disk, one team, and the
// links of its connections. Killing it loses everything but the disk.
//
// Owner: World. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "persistence/sim_disk.h"
#include "persistence/sim_journal.h"
#include "server/room/counters.h"
#include "server/room/team.h"
#include "tests/sim/sim_network.h"
#include "tests/sim/virtual_time.h"

namespace swarmboard::sim {

struct ServerDeps {
  Scheduler& scheduler;
  Random& random;
  const VirtualClock& clock;
  persistence::SimDisk& disk;
  const persistence::SimFaults& disk_faults;
  std::string team;
  // Stands between the team and the journal; the identity in honest worlds.
  std::function<persistence::Journal&(persistence::Journal&)> wrap_journal;
  std::function<void(std::string why)> on_fatal;
  std::function<void(std::string line)> note;
};

class SimServer {
 public:
  explicit SimServer(ServerDeps deps);
  // SIGKILL: links, team and journal are gone at once; connections break.
  ~SimServer();
  SimServer(const SimServer&) = delete;
  SimServer& operator=(const SimServer&) = delete;

  // Makes the server end of a new connection.
  void accept(const std::shared_ptr<SimConnection>& connection);

  [[nodiscard]] room::Team& team() { return *team_; }

  [[nodiscard]] persistence::Health health() const { return journal_->health(); }

  [[nodiscard]] const room::Counters& counters() const { return counters_; }

  [[nodiscard]] const std::vector<std::shared_ptr<SimConnection>>& connections() const {
    return connections_;
  }

  // Another owner takes the team and gives it up again.
  void fence();

 private:
  void post(std::function<void()> task);
  void tick();

  ServerDeps deps_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Channel thread_;
  room::Counters counters_;
  std::unique_ptr<persistence::SimJournal> journal_;
  std::unique_ptr<room::Team> team_;
  std::vector<std::shared_ptr<SimConnection>> connections_;
};

}  // namespace swarmboard::sim
