// A unit of the log with whatever bytes got past the disk's own check: folded or called damaged,
// the same each time, and never half accepted without a word.
#include <cstdint>
#include <memory>
#include <string>

#include "server/board/snapshot.h"
#include "server/room/fold.h"
#include "server/room/unit_codec.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {
namespace {

using fuzz::require;

// As the journal hands it over, with a chain that fits: damage that a chain does not show.
persistence::Unit unit_of(const UnitView& view, std::string_view bytes) {
  persistence::Unit unit;
  unit.first_seq = 1;
  unit.count = static_cast<std::uint32_t>(view.events.size());
  for (const std::string_view event : view.events) {
    unit.chain_after = next_chain(unit.chain_after, event);
  }
  unit.payload = std::make_shared<const std::string>(bytes);
  return unit;
}

void check_chain_matters(persistence::Unit unit) {
  ++unit.chain_after;
  require(!check_unit(unit), "a wrong chain is damage");
}

void check_fold(const persistence::Unit& unit) {
  Fold fold;
  std::size_t events = 0;
  FoldWatch watch;
  watch.on_event = [&](const v1::StoredEvent& event, std::uint64_t) {
    require(event.seq() == ++events, "events are told in order, each once");
  };
  const auto folded = fold_unit(fold, unit, watch);
  require(fold.seq == events, "the fold stands behind the last event told");
  Fold again;
  const auto folded_again = fold_unit(again, unit);
  require(folded.has_value() == folded_again.has_value() && fold.seq == again.seq &&
              fold.chain == again.chain &&
              board::state_hash(fold.state) == board::state_hash(again.state),
          "the same unit folds to the same state");
  if (!folded) {
    require(!folded.error().what.empty(), "damage is described");
    return;
  }
  require(fold.seq == unit.count && fold.chain == unit.chain_after,
          "an accepted unit is folded whole");
  // A unit that is there already is only proved.
  require(fold_unit(again, unit).has_value() && again.seq == fold.seq, "a unit is folded once");
}

void check(std::string_view bytes) {
  const auto view = view_unit(bytes);
  if (!view) {
    require(!view.error().what.empty(), "damage is described");
    return;
  }
  const persistence::Unit unit = unit_of(*view, bytes);
  std::string again;
  for (const std::string_view event : view->events) {
    append_stored_event(again, event);
  }
  for (const v1::ClientMark& mark : view->marks) {
    append_mark(again, mark);
  }
  const auto viewed = view_unit(again);
  require(viewed && viewed->events == view->events && viewed->marks.size() == view->marks.size(),
          "a unit that is written again holds the same");
  check_fold(unit);
  if (!view->events.empty()) {
    check_chain_matters(unit);
  }
}

}  // namespace
}  // namespace swarmboard::room

SWARMBOARD_MUTATES(swarmboard::v1::StoredUnit)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::room::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
