// What one turn of the loop decided, on its way to the disk as one atomic group. Plain values; the
// flow is in commit.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "server/board/decide.h"
#include "server/room/stream.h"

namespace swarmboard::room {

struct GroupUnit {
  Stream* stream = nullptr;
  std::uint64_t first_seq = 0;
  std::uint64_t chain_before = 0;
  std::string payload;            // Until it is handed to the journal.
  std::size_t payload_bytes = 0;  // Since then.
  std::vector<PendingEvent> events;
  std::vector<Dedupe::Ref> marks;
};

struct SealedChange {
  Stream* stream = nullptr;
  std::string stage;
  std::string id;
  v1::SealedNote note;
};

// Somebody who is told when what was judged before is durable: a refused command of a link, or a
// call.
struct Waiter {
  std::uint64_t link = 0;
  std::uint32_t sub = 0;
  Stream* stream = nullptr;
  Dedupe::Ref author;
  board::Refusal refusal;
  std::function<void(bool durable)> call;  // When set, the rest is not used.
  bool wrote = false;  // Something of the group is its own; false: it was only judged before it.
};

struct CommitGroup {
  std::vector<GroupUnit> units;
  std::vector<SealedChange> sealed_puts;
  std::vector<persistence::SealedDrop> sealed_drops;
  std::vector<Waiter> waiters;
  std::size_t bytes = 0;
  std::size_t commands = 0;
  std::int64_t sent_us = 0;
  std::uint64_t serial = 0;  // Matches the journal's answer.

  [[nodiscard]] bool empty() const { return units.empty() && sealed_puts.empty(); }

  // The unit of this stream, begun if there is none.
  GroupUnit& unit_of(Stream& stream);
};

}  // namespace swarmboard::room
