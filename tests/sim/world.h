// A whole team in one thread: the real rooms and links on a simulated disk and network, people with
// model clients, faults from a seed, and a checker that watches. The same seed gives the same
// world.
//
// Owner: sim_main and the tests. Single-threaded; it never waits and touches nothing outside.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/checker.h"
#include "tests/sim/faults.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_server.h"
#include "tests/sim/workload.h"

namespace swarmboard::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  int steps = 300;
  bool verbose = false;
  // A planted fault: changes what the server or the wire does. Honest worlds have none.
  std::function<persistence::Journal&(persistence::Journal&)> wrap_journal;
  std::function<std::string(const std::string& member, std::string message)> spoil_message;
};

struct WorldReport {
  bool ok = true;
  std::string property;
  std::string what;
  std::uint64_t trace_hash = 0;
  std::uint64_t commands = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;
  std::uint64_t cards_saved = 0;
  std::uint64_t texts_checked = 0;
  std::uint64_t events = 0;
  std::uint64_t crashes = 0;
  std::uint64_t deliveries = 0;
  std::int64_t virtual_us = 0;
  std::string faults;
  std::deque<std::string> last_lines;
};

class World {
 public:
  explicit World(WorldOptions options);
  ~World();

  [[nodiscard]] WorldReport run();

 private:
  void open_library();
  void start_clients();
  void step();
  void misfortune();
  void strike_connection();
  void restore_backup();
  void stop_gracefully();
  void kill_server(std::int64_t down_us);
  void start_server();
  void kill_tab();
  void come_to_rest();
  [[nodiscard]] bool is_at_rest() const;
  void run_for(std::int64_t us);
  bool run_task(std::int64_t until_us);
  [[nodiscard]] std::shared_ptr<SimConnection> connect(const std::string& member);
  void add_client(const std::string& member, std::shared_ptr<ClientStore> store);
  [[nodiscard]] SimClient& any_client();
  void note(const std::string& line);
  [[nodiscard]] WorldReport report();

  WorldOptions options_;
  Random random_;
  Trace trace_;
  Scheduler scheduler_{random_};
  VirtualClock clock_{scheduler_};
  Findings findings_;
  FaultPlan plan_;
  persistence::SimFaults disk_faults_;  // As they are now.
  NetworkFaults network_faults_;
  persistence::SimDisk disk_;
  Checker checker_;
  Workload workload_{random_};
  std::unique_ptr<SimServer> server_;
  std::uint64_t server_generation_ = 0;
  std::vector<std::unique_ptr<SimClient>> clients_;
  std::vector<std::weak_ptr<SimConnection>> connections_;  // All that may still carry something.
  std::vector<persistence::SimDisk::Backup> backups_;
  std::uint64_t last_epoch_ = 1;
  std::uint64_t last_ticket_ = 0;
  std::optional<std::uint64_t> kill_after_tasks_;
  std::uint64_t crashes_ = 0;
  std::uint64_t deliveries_ = 0;
  bool faults_on_ = false;
  bool stopping_ = false;
  std::deque<std::string> lines_;
};

}  // namespace swarmboard::sim
