// What every simulated person ever asked for, and what they were told became of it. The promise
// "exactly once or visibly refused" is checked against it.
//
// Owner: Checker; clients write to it. Single-threaded. A command keeps its entry when it gets
// another number after a restore.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/tokens.h"

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::sim {

enum class OpState {
  Pending,
  Acked,    // Its author was told that it is on disk.
  Refused,  // Its author was told why not.
  Lost,     // Acknowledged, then removed by a restore from a backup; the operator knows.
};

// What the author of a change of a text wanted to be there, and not to be there any more.
struct TextAsk {
  std::uint32_t kind = 0;
  std::string record;
  std::uint32_t field = 0;
  std::vector<Token> inserted;
  std::vector<Token> removed;
};

struct Op {
  std::string member;
  std::string log_key;  // The name of its client in the log.
  std::string stream;
  std::uint64_t number = 0;
  std::uint32_t body_hash = 0;
  OpState state = OpState::Pending;
  std::uint64_t seq = 0;  // Of its event, when the author saw it.
  v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
  std::int64_t born_us = 0;
  std::optional<TextAsk> text;
};

enum class CardState { Pending, Saved, Refused, Lost };

// An anonymous card, as only its writer's device knows it.
struct Card {
  std::string note_id;
  std::string stream;
  std::string text;
  CardState state = CardState::Pending;
};

struct Ledger {
  std::deque<Op> ops;  // References stay valid.
  std::deque<Card> cards;
};

}  // namespace swarmboard::sim
