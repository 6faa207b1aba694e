#include "server/room/fold.h"

namespace swarmboard::room {

boost::system::result<std::vector<CheckedEvent>, Damage> check_unit(const persistence::Unit& unit) {
  const auto view = view_unit(*unit.payload);
  if (!view) {
    return view.error();
  }
  if (view->events.size() != unit.count) {
    return Damage{"a unit does not hold as many events as it says"};
  }
  std::vector<CheckedEvent> events(view->events.size());
  std::uint64_t chain = unit.chain_before;
  std::uint64_t seq = unit.first_seq;
  for (std::size_t at = 0; at < events.size(); ++at) {
    const std::string_view bytes = view->events[at];
    chain = next_chain(chain, bytes);
    events[at].chain = chain;
    if (!events[at].event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Damage{"a stored event does not parse"};
    }
    if (events[at].event.seq() != seq++) {
      return Damage{"a stored event has the wrong sequence number"};
    }
  }
  if (chain != unit.chain_after) {
    return Damage{"the chain of a unit does not match its events"};
  }
  return events;
}

boost::system::result<void, Damage> fold_unit(Fold& fold, const persistence::Unit& unit,
                                              const FoldWatch& watch, std::uint64_t seq_max) {
  if (unit.first_seq > fold.seq + 1) {
    return Damage{"a unit is missing"};
  }
  auto events = check_unit(unit);
  if (!events) {
    return events.error();
  }
  if (unit.first_seq == fold.seq + 1 && unit.chain_before != fold.chain) {
    return Damage{"a unit does not continue the one before it"};
  }
  std::int64_t unit_at_ms = fold.last_at_ms;
  for (const CheckedEvent& checked : *events) {
    const v1::StoredEvent& event = checked.event;
    unit_at_ms = event.at_ms();
    if (event.seq() == fold.seq && checked.chain != fold.chain) {
      return Damage{"the log and what was folded from it differ"};
    }
    if (event.seq() <= fold.seq || event.seq() > seq_max) {
      continue;
    }
    std::vector<board::RecordChange> changes;
    if (const auto applied = board::apply_stored(fold.state, event, watch.before_patch,
                                                 watch.on_changes ? &changes : nullptr);
        !applied) {
      return Damage{applied.error().what};
    }
    fold.seq = event.seq();
    fold.chain = checked.chain;
    fold.last_at_ms = event.at_ms();
    if (watch.on_event) {
      watch.on_event(event, checked.chain);
    }
    if (watch.on_changes) {
      watch.on_changes(event.seq(), changes);
    }
  }
  if (watch.on_mark) {
    const auto view = view_unit(*unit.payload);
    for (const v1::ClientMark& mark : view->marks) {
      watch.on_mark(mark, unit_at_ms);
    }
  }
  return {};
}

}  // namespace swarmboard::room
