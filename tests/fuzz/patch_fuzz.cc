// The fold step on any records and any patch: all of it or nothing, the same each time.
//
// Input: a StoredEvent; the patch in its public part makes the records, those in its lanes change
// them.
#include <cstdint>

#include "server/board/apply.h"
#include "server/board/snapshot.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::board {
namespace {

using fuzz::require;

void check_patch(State& state, const v1::Patch& patch) {
  const std::uint64_t before = state_hash(state);
  State copy = state;
  const auto applied = apply_patch(state, patch);
  const auto again = apply_patch(copy, patch);
  require(applied.has_value() == again.has_value() && state_hash(state) == state_hash(copy),
          "the same patch on the same state gives the same state");
  if (!applied) {
    require(!applied.error().what.empty(), "a misfit is described");
    require(state_hash(state) == before, "a patch that does not fit changes nothing");
  }
}

// What an audience is sent, put together again, is what it may see.
void check_snapshot(const State& state, const std::string& member) {
  v1::Snapshot snapshot;
  require(snapshot.ParseFromString(encode_public_records(state) +
                                   encode_private_records(state, member)),
          "a snapshot parses");
  require(state_hash(state_of(snapshot.records())) == state_hash(visible_to(state, member)),
          "a snapshot is what its receiver may see");
}

void check(const v1::StoredEvent& input) {
  State state;
  v1::Event event;
  if (event.ParseFromString(input.public_part())) {
    check_patch(state, event.patch());
  }
  for (const v1::LanePart& lane : input.lanes()) {
    if (event.ParseFromString(lane.event())) {
      check_patch(state, event.patch());
    }
  }
  check_snapshot(state, "");
  check_snapshot(state, "ben");
  State whole = state;
  State folded = state;
  require(apply_stored(whole, input).has_value() == apply_stored(folded, input).has_value() &&
              state_hash(whole) == state_hash(folded),
          "the same event on the same state gives the same state");
}

}  // namespace
}  // namespace swarmboard::board

SWARMBOARD_MUTATES(swarmboard::v1::StoredEvent)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::v1::StoredEvent input;
  if (input.ParseFromArray(data, static_cast<int>(size))) {
    swarmboard::board::check(input);
  }
  return 0;
}
