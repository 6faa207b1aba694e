// Judges the server's refusals again: what somebody is refused must follow from something that was
// durable when the refusal was sent, never from a change that the disk could still lose.
//
// Owner: Checker. Single-threaded. The rules are the server's own; the states are the oracle's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "tests/sim/findings.h"
#include "tests/sim/oracle.h"
#include "tests/sim/sim_network.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::sim {

class RefusalJudge {
 public:
  RefusalJudge(const Oracle& oracle, Findings& findings) : oracle_(oracle), findings_(findings) {}

  // The server receives this submission. Streams are as durable as the oracle knows them.
  void on_arrival(const SimConnection& connection, const v1::Submit& submit, std::int64_t wall_ms);
  // The server sends this refusal.
  void on_refusal(const SimConnection& connection, const v1::Nack& nack, std::int64_t wall_ms);

  // History is another one now.
  void forget() { arrivals_.clear(); }

 private:
  struct Arrival {
    std::string command;
    std::uint64_t session_seq = 0;
    std::uint64_t library_seq = 0;
    std::int64_t wall_ms = 0;
    std::int64_t last_wall_ms = 0;  // When it came again: it may have been judged only then.
  };

  // Member, client, stream, number: a repeat is judged by its first arrival.
  using Key = std::tuple<std::string, std::string, std::string, std::uint64_t>;

  [[nodiscard]] bool follows(const Arrival& arrival, const std::string& stream,
                             const std::string& member, v1::RejectReason reason,
                             std::int64_t wall_ms) const;

  const Oracle& oracle_;
  Findings& findings_;
  std::map<Key, Arrival> arrivals_;
};

}  // namespace swarmboard::sim
