// One stream of a team (its library or one session): the speculative head that commands are judged
// on, and the durable state behind it that everybody may see.
//
// Owner: TeamCore. The team's thread; no I/O. It knows its subscriptions but sends nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "server/board/apply.h"
#include "server/board/state.h"
#include "server/room/dedupe.h"
#include "server/room/off_record.h"
#include "server/room/presence.h"
#include "server/room/ring.h"
#include "server/room/sealed.h"
#include "server/room/text_window.h"

namespace swarmboard::room {

struct Subscription;

// A position with what belongs to it.
struct Position {
  persistence::Head head;
  std::int64_t last_at_ms = 0;
};

// An event that is decided but not yet durable.
struct PendingEvent {
  RingEvent encoded;
  std::vector<board::RecordChange> changes;
  std::int64_t at_ms = 0;
  Dedupe::Ref author;  // cmd_no 0: not from a client.
  std::vector<std::string> drop_sealed;
  std::string ends_off_record;
  bool changes_access = false;
};

// The encoded records of a moment, shared by all who join around it.
struct SnapshotCache {
  board::State state;
  std::uint64_t seq = 0;
  std::uint64_t chain = 0;
  std::int64_t last_at_ms = 0;
  std::int64_t made_us = 0;
  std::string public_records;
};

class Stream {
 public:
  enum class Phase { Loading, Ready, Failed };

  Stream(std::string name, std::uint32_t stream_ref) : id(std::move(name)), ref(stream_ref) {}

  // Takes over what was loaded; everything is durable then.
  void become_ready(board::State state, Position position);
  // Moves durable state and ring on by one event.
  void advance(PendingEvent event);
  // Forgets what did not become durable.
  void roll_back();

  [[nodiscard]] bool is_ahead() const { return speculative.head != durable.head; }

  [[nodiscard]] bool is_library() const { return id.empty(); }

  // A session that was opened and not closed, on the speculative head.
  [[nodiscard]] bool is_live() const;
  // Nobody is shown to be writing from the moment that a stage without names is decided until its
  // end is durable.
  void update_quiet();

  const std::string id;
  const std::uint32_t ref;
  Phase phase = Phase::Loading;
  std::vector<std::function<void(Stream*)>> waiters;  // For the load; null = there is no such.

  board::State head_state;
  Position speculative;
  board::State durable_state;
  Position durable;

  Ring ring;
  TextWindow texts;
  Dedupe dedupe;
  SealedCards sealed;          // Speculative.
  SealedCards sealed_durable;  // What SealedCount tells.
  OffRecord off_record;
  Presence presence;

  // Passing frames: receivers compare versions, the newest frame wins.
  std::uint64_t sealed_version = 0;
  std::uint64_t off_record_version = 0;
  Block sealed_block;
  Block off_record_block;

  std::vector<Subscription*> subs;  // In the order of joining.

  // How many connections of a member follow, and how many of them do not answer.
  struct Connections {
    std::size_t all = 0;
    std::size_t suspect = 0;
  };

  std::map<std::string, Connections> connected;

  // Blocks of this turn, by where they start.
  struct CachedBlock {
    std::uint64_t cursor = 0;
    std::uint64_t scanned = 0;
    std::uint64_t to = 0;
    std::size_t events = 0;
    Block block;  // Null: nothing visible.
  };

  std::vector<CachedBlock> blocks;
  std::shared_ptr<const SnapshotCache> snapshot;

  // Keyframes.
  std::uint64_t keyframe_seq = 0;
  std::size_t keyframe_bytes = 0;
  std::size_t log_bytes = 0;  // Since the last keyframe.
  bool keyframe_wanted = false;

  // Members who were present and have no connection, and when the server says so.
  std::map<std::string, std::int64_t> away;
  std::map<std::string, std::int64_t> gone_at;  // When presence forgets them.
  std::int64_t vacate_again_us = 0;
  std::int64_t ask_again_us = 0;
  std::int64_t used_us = 0;
  // Its copies of library records have to be compared as soon as something can be written.
  bool behind_library = false;
  std::uint64_t events_unchecked = 0;
  bool dirty = false;  // In the list of streams to pump.
};

}  // namespace swarmboard::room
