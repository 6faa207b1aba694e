// Makes a data folder with a past: a team, its boards and their events, decided, routed, encoded
// and journaled by the same room that serves people, only without pauses. So the files are what a
// server would have left: small units, keyframes at their distances, the dedupe memory, a
// watermark, and a write-ahead log that still has to be read at the next start.
//
// The same plan gives the same events. One thread besides those of the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "persistence/journal.h"

namespace swarmboard::bench {

struct HistoryPlan {
  std::string folder;  // Must not exist yet.
  std::string team = "team";
  std::size_t members = 9;
  // Events of each board, at least kBoardEventsMin. The boards are called b00, b01, ...
  std::vector<std::size_t> board_events;
  std::size_t cards = 2'000;  // On each board; what comes after them are edits of their texts.
  std::size_t events_per_unit = 2;  // What one commit holds of the longest board.
  std::uint64_t seed = 1;
};

inline constexpr std::size_t kBoardEventsMin = 16;

[[nodiscard]] std::string board_id(std::size_t at);
[[nodiscard]] std::string member_id(std::size_t at);

struct History {
  std::unique_ptr<persistence::Journal> journal;  // Still open. Null: `problem` says why.
  std::string problem;
};

[[nodiscard]] History make_history(const HistoryPlan& plan);

}  // namespace swarmboard::bench
