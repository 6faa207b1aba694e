#include "server/board/fold.h"

namespace swarmboard::board {
namespace {

using Fit = boost::system::result<void, Misfit>;

Fit check_next(const Folded& onto, const v1::StoredEvent& event) {
  if (event.seq() != onto.seq + 1) {
    return Misfit{"event " + std::to_string(event.seq()) + " after event " +
                  std::to_string(onto.seq)};
  }
  if (event.at_ms() < onto.last_at_ms) {
    return Misfit{"the time of event " + std::to_string(event.seq()) + " is before the last one"};
  }
  return boost::system::in_place_value;
}

template <class Apply>
Fit fold(Folded& onto, const v1::StoredEvent& event, Apply apply) {
  if (Fit fit = check_next(onto, event); fit.has_error()) {
    return fit;
  }
  if (Fit fit = apply(onto.state); fit.has_error()) {
    return Misfit{"event " + std::to_string(event.seq()) + ": " + fit.error().what};
  }
  onto.seq = event.seq();
  onto.last_at_ms = event.at_ms();
  return boost::system::in_place_value;
}

}  // namespace

Fit fold_unit(Folded& onto, const v1::StoredUnit& unit, std::uint64_t to) {
  for (const v1::StoredEvent& event : unit.events()) {
    if (event.seq() > to) {
      break;
    }
    if (Fit fit = fold_event(onto, event); fit.has_error()) {
      return fit;
    }
  }
  return boost::system::in_place_value;
}

Fit fold_event(Folded& onto, const v1::StoredEvent& event) {
  return fold(onto, event, [&](State& state) { return apply_stored(state, event); });
}

Fit fold_event_for(Folded& onto, const v1::StoredEvent& event, const std::string& member) {
  return fold(onto, event, [&](State& state) { return apply_for(state, event, member); });
}

}  // namespace swarmboard::board
