// The properties P1 to P11 of the world, checked at every delivery, after every crash and when the
// world has come to rest.
//
// Owner: World. Single-threaded. It sees what the server wrote to disk and what every client
// received, and nothing of the server's insides.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/sim_disk.h"
#include "tests/sim/findings.h"
#include "tests/sim/ledger.h"
#include "tests/sim/oracle.h"
#include "tests/sim/refusal_judge.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_network.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::sim {

class Checker {
 public:
  Checker(std::string team, const persistence::SimDisk& disk, Findings& findings)
      : team_(std::move(team)), disk_(disk), findings_(findings), oracle_(team_, findings) {}

  // P4: what the server is told and says, at the moment it does.
  void on_arrival(const SimConnection& connection, std::string_view message, std::int64_t wall_ms);
  void on_send(const SimConnection& connection, std::string_view message, std::int64_t wall_ms);
  // P8.
  void on_send_unready(const SimConnection& connection);
  // P4, P6, P7: what this client receives at this moment.
  void on_delivery(SimConnection& connection, std::string_view message);
  // P3: what was acknowledged is on disk.
  void on_restart();
  // What a restore took away is marked, so that nobody misses it.
  void on_restore();
  // P8.
  void check_bounds(const persistence::Health& health);
  // Every client has received or is told of everything that is on disk.
  [[nodiscard]] bool is_covered(const std::vector<std::unique_ptr<SimClient>>& clients) const;
  // P1, P2, P3 once nothing happens any more.
  void at_rest(const std::vector<std::unique_ptr<SimClient>>& clients);

  [[nodiscard]] Ledger& ledger() { return ledger_; }

  [[nodiscard]] Oracle& oracle() { return oracle_; }

  // Accepted changes of texts whose words were looked for at the end.
  [[nodiscard]] std::uint64_t texts_checked() const { return texts_checked_; }

 private:
  struct Reception {
    // A stream on this connection: how far the client is covered.
    struct Position {
      std::string stream;
      std::uint64_t covered = 0;
      bool waits_for_snapshot = false;
    };

    std::map<std::uint32_t, Position> by_ref;
    std::map<std::uint32_t, std::string> snapshot_by_sub;
    std::weak_ptr<SimConnection> owner;
  };

  void check_tokens(const SimConnection& connection, std::string_view message);
  void check_frame(SimConnection& connection, Reception& reception, const v1::ServerFrame& frame);
  void check_joined(SimConnection& connection, Reception& reception, const v1::Joined& joined);
  void check_batch(const SimConnection& connection, Reception& reception,
                   const v1::EventBatch& batch);
  void check_part(SimConnection& connection, Reception& reception, const v1::SnapshotPart& part);
  void check_snapshot(const SimConnection& connection, Reception& reception,
                      const std::string& stream, const std::string& bytes);
  void check_tick(const SimConnection& connection, Reception& reception, const v1::Tick& tick);
  void check_acknowledged();
  void check_ops_at_rest();
  void check_cards_at_rest();
  void check_texts_at_rest();
  void check_client(const SimClient& client);

  std::string team_;
  const persistence::SimDisk& disk_;
  Findings& findings_;
  Ledger ledger_;
  Oracle oracle_;
  RefusalJudge refusal_judge_{oracle_, findings_};
  std::map<const SimConnection*, Reception> receptions_;
  std::uint64_t texts_checked_ = 0;
};

}  // namespace swarmboard::sim
