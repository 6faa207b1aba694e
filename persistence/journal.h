// The journal: an append-only store of bytes under (team, stream, sequence), and what hangs on it
// (keyframes, sealed buckets, small settings). It knows nothing of records or protobuf.
//
// Owner: app/server, one journal per process. Implementations own their threads.
// Threads: every function may be called from any thread. Callbacks run on a thread of the journal's
// choice, in the order of the calls for one team's appends; the caller posts them where it wants
// them. Everything read is durable.
//
// The contract, tested for every implementation by tests/persistence/journal_contract.h:
//   J1  Durable means synced: after AppendState::Durable the group survives kill and power loss.
//   J2  Append is all or nothing: all units and sealed changes of a group, or none, after any
//   crash. J3  Appends of a tenure are ordered; results come in that order; they may be pipelined.
//   J4  A unit must continue its stream: first_seq = head.seq + 1 and chain_before = head.chain,
//   where
//       head includes appends in flight. Otherwise the result is Failed and nothing is written.
//   J5  After a result that is not Durable, every later append of that tenure has the same result
//       until the team is acquired again (ReadOnly excepted: it heals by itself).
//   J6  Acquiring a team fences the tenure before it: its appends become Fenced.
//   J7  Reads return whole units, contiguous, each checked by CRC; damage is an error, never a gap.
//   J8  keyframe_at(seq) returns the newest keyframe at or below seq; keyframes may vanish at any
//   time. J9  Sealed entries lie in key order of their random ids; nothing of their arrival is kept
//   with them.
//       Dropping a bucket with the group that replaces it is atomic with that group.
//   J10 Opening after damage never shows less than was acknowledged without saying so.
//   J11 Below the free-space limit appends answer ReadOnly; reads go on; it heals when space is
//   back. J12 commit_no rises by one with every durable group of the process-wide log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

namespace swarmboard::persistence {

using SharedBytes = std::shared_ptr<const std::string>;

template <class T>
using Result = boost::system::result<T>;

// Called exactly once.
template <class T>
using Callback = std::function<void(T)>;

// Names are 1 to 64 characters of [A-Za-z0-9_.-]; `stream` may be empty: the team's library.
struct StreamName {
  std::string team;
  std::string stream;
  auto operator<=>(const StreamName&) const = default;
};

// Where a stream ends. A stream that was never written has seq 0 and chain 0; one whose epoch was
// never raised has epoch 1.
struct Head {
  std::uint64_t epoch = 1;
  std::uint64_t seq = 0;
  std::uint64_t chain = 0;
  bool operator==(const Head&) const = default;
};

// What one stream contributes to one group: `count` (at least 1) events from `first_seq`.
struct Unit {
  std::string stream;
  std::uint64_t first_seq = 0;
  std::uint32_t count = 0;
  std::uint64_t chain_before = 0;
  std::uint64_t chain_after = 0;
  SharedBytes payload;
};

struct SealedPut {
  std::string stream;
  std::string bucket;
  std::string id;  // Random; the key.
  std::string value;
};

struct SealedDrop {
  std::string stream;
  std::string bucket;
};

// One atomic group of one team. Drops are carried out before puts.
struct Group {
  std::vector<Unit> units;
  std::vector<SealedDrop> sealed_drops;
  std::vector<SealedPut> sealed_puts;
};

enum class AppendState {
  Durable,
  Fenced,    // Somebody else owns the team now: drop speculative state.
  Unknown,   // May or may not be in the log: resolve() before going on.
  ReadOnly,  // Nothing written; no space. Try again later.
  Failed,    // Nothing may be assumed. The process must stop and restart from disk.
};

struct AppendResult {
  AppendState state = AppendState::Failed;
  std::uint64_t commit_no = 0;
};

// The right to append to a team. A value; copies are the same right.
struct Tenure {
  std::string team;
  std::uint64_t token = 0;
};

struct ReadLimits {
  std::size_t bytes_max = 256 * 1024;  // At least one unit is returned whatever its size.
  std::size_t units_max = 4096;
  std::uint64_t seq_max = UINT64_MAX;  // No unit that begins behind it.
};

// Units that cover `from`, in order; the first may begin before it. Empty: nothing at or after
// `from`.
struct UnitPage {
  std::vector<Unit> units;
  Head head;
};

struct KeyframeBytes {
  std::string stream;
  std::uint64_t seq = 0;
  std::uint32_t state_version = 0;
  SharedBytes bytes;
};

struct SealedEntry {
  std::string id;
  std::string value;
};

// A rise of epochs after a restore or an accepted loss (epochs.h). Kept for ever.
struct EpochChange {
  std::uint64_t epoch = 0;          // Given by the journal.
  std::int64_t at_ms = 0;           // Wall clock.
  std::string why;                  // Sentences for the operator.
  std::vector<StreamName> streams;  // Empty: every stream.
};

struct Health {
  bool writable = true;
  bool quarantined = false;  // Opened to read only, because of damage. Does not end by itself.
  std::string why_not;       // A sentence for the operator.
  std::uint64_t free_bytes = 0;
  std::uint64_t commits = 0;
  std::uint64_t groups = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t last_sync_us = 0;
  std::uint64_t pending_bytes = 0;
};

// Ends the following when destroyed.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // The right to append. Fences the one before (J6).
  virtual void acquire(std::string team, Callback<Result<Tenure>> done) = 0;
  virtual void release(Tenure tenure) = 0;

  virtual void append(const Tenure& tenure, Group group, Callback<AppendResult> done) = 0;
  // After Unknown: where the stream really ends.
  virtual void resolve(const Tenure& tenure, std::string stream, Callback<Result<Head>> done) = 0;

  virtual void head(StreamName name, Callback<Result<Head>> done) = 0;
  virtual void read(StreamName name, std::uint64_t from, ReadLimits limits,
                    Callback<Result<UnitPage>> done) = 0;
  // Newest keyframe with seq <= seq_max and this state version.
  virtual void keyframe_at(StreamName name, std::uint64_t seq_max, std::uint32_t state_version,
                           Callback<Result<std::optional<KeyframeBytes>>> done) = 0;
  virtual void put_keyframe(std::string team, KeyframeBytes keyframe,
                            Callback<boost::system::error_code> done) = 0;
  virtual void read_sealed(StreamName name, std::string bucket,
                           Callback<Result<std::vector<SealedEntry>>> done) = 0;

  virtual void teams(Callback<Result<std::vector<std::string>>> done) = 0;
  virtual void streams(std::string team, Callback<Result<std::vector<std::string>>> done) = 0;

  // Small durable settings outside any stream (sign-in data, format). Synced before `done`.
  virtual void put_setting(std::string key, std::optional<std::string> value,
                           Callback<boost::system::error_code> done) = 0;
  virtual void settings(std::string prefix, Callback<Result<std::vector<SealedEntry>>> done) = 0;

  // A new epoch for the streams that `change` names (J13); the number. Synced before `done`.
  virtual void raise_epoch(EpochChange change, Callback<Result<std::uint64_t>> done) = 0;
  // All changes, the oldest first.
  virtual void epochs(Callback<Result<std::vector<EpochChange>>> done) = 0;

  // Durable units of a stream from `from` on, then as they become durable.
  [[nodiscard]] virtual std::unique_ptr<Subscription> follow(
      StreamName name, std::uint64_t from, std::function<void(const Unit&)> on_unit) = 0;

  [[nodiscard]] virtual Health health() const = 0;

  // Finishes what was accepted, syncs, writes the watermark. No calls after it.
  virtual void close() = 0;
};

}  // namespace swarmboard::persistence
