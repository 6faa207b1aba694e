// The truth: every stream as the synced part of the disk tells it, folded independently of the
// server, with the rules that every log must keep. Clients and deliveries are compared with it.
//
// Owner: Checker. Single-threaded. Broken rules go to Findings.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/sim_disk.h"
#include "server/board/state.h"
#include "tests/sim/findings.h"
#include "tests/sim/tokens.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::sim {

struct OracleStream {
  struct Entry {
    v1::StoredEvent stored;
    std::uint64_t chain = 0;  // After it.
  };

  std::vector<Entry> events;  // events[i] has seq i + 1.
  board::State state;
  std::vector<board::State> checkpoints;             // State after every kCheckpointEvery-th event.
  std::map<std::string, std::uint64_t> last_number;  // By client id.
  std::map<std::string, std::map<std::string, std::string>> sealed;
  std::int64_t last_at_ms = 0;

  static constexpr std::size_t kCheckpointEvery = 16;

  [[nodiscard]] std::uint64_t head() const { return events.size(); }

  [[nodiscard]] std::uint64_t chain_at(std::uint64_t seq) const {
    return seq == 0 ? 0 : events[seq - 1].chain;
  }

  [[nodiscard]] board::State state_at(std::uint64_t seq) const;
  // The serialized parts of one event that a member receives, in order.
  [[nodiscard]] std::vector<const std::string*> parts_for(std::uint64_t seq,
                                                          const std::string& member) const;
};

class Oracle {
 public:
  Oracle(std::string team, Findings& findings) : team_(std::move(team)), findings_(findings) {}

  // Reads what became durable since the last call. After a restore it starts again.
  void catch_up(const persistence::SimDisk& disk);

  [[nodiscard]] const OracleStream* find(const std::string& stream) const;

  [[nodiscard]] const std::map<std::string, OracleStream>& streams() const { return streams_; }

  // Whether the member may have this text now. A token that is in no durable event is nobody's.
  [[nodiscard]] bool may_have(const Token& token, const std::string& member) const;
  // An anonymous card waits for its reveal or was revealed.
  [[nodiscard]] bool holds_card(const std::string& stream, const std::string& note_id) const;
  // P10: what a live board and the library both hold is the same. Only true of boards that are
  // loaded: the others follow when they are.
  void check_copies(const std::string& stream) const;
  // It was there once; a session drops at its close what it never revealed.
  [[nodiscard]] bool knows_card(const std::string& note_id) const;

 private:
  struct Secrecy {
    bool is_public = false;
    std::set<std::string> readers;
  };

  void judge_mirrors();
  void read_entry(const persistence::SimEntry& entry);
  void read_unit(const persistence::Unit& unit);
  void read_event(OracleStream& stream, const std::string& name, const v1::StoredEvent& stored);
  void read_public(const OracleStream& stream, const std::string& name,
                   const v1::StoredEvent& stored);
  void read_lanes(const v1::StoredEvent& stored);
  void check_reveal(const OracleStream& stream, const std::string& name, const v1::Event& event);
  void check_revealed_buckets();
  void check_private_act(const v1::StoredEvent& stored, const v1::Event& open);
  void check_numbers(OracleStream& stream, const v1::StoredUnit& unit);

  std::string team_;
  Findings& findings_;
  std::map<std::string, OracleStream> streams_;
  std::map<Token, Secrecy> secrecy_;
  std::vector<std::pair<Token, std::string>> mirrored_;        // By the group that is being read.
  std::vector<std::pair<std::string, std::string>> revealed_;  // Stream and stage, by that group.
  std::set<std::string> cards_;
  std::size_t entries_read_ = 0;
  std::uint64_t epoch_ = 0;
};

}  // namespace swarmboard::sim
