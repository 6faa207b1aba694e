// What a member's board shows, as a few lines of text and as figures that a test can check: stage,
// seat, counts, tallies, swarm, promises, next step. PURE.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/board/state.h"

namespace swarmboard::play {

struct BoardSummary {
  std::string stage;                            // Key of the running stage, or empty.
  std::string seat;                             // "held by greta", "reserved for greta", "vacant".
  std::map<std::string, int> counts;            // Records by kind, content only.
  std::map<std::string, std::uint32_t> hidden;  // Cards that wait for the reveal, by stage.
  std::map<std::string, std::map<std::string, std::uint32_t>> tallies;  // Closed votes.
  std::map<std::string, std::uint32_t> voters;                          // By vote, also open ones.
  std::vector<std::string> swarms;              // "sw1 open: 2 helpers, 1 promise"
  std::vector<std::string> next_steps;          // "d_x: ADVANCE by 2025-05-20"
  std::map<std::string, std::int64_t> seat_ms;  // Led for so long, by member; "" while vacant.
};

// As the board stands at this time: a seat whose reservation has run out counts as vacant.
[[nodiscard]] BoardSummary summarize(const board::State& state, std::int64_t now_ms);
[[nodiscard]] std::string to_text(const BoardSummary& summary, const std::string& indent);

}  // namespace swarmboard::play
