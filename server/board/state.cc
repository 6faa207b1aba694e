#include "server/board/state.h"

#include "server/board/kinds.h"

namespace swarmboard::board {

RecordPtr State::find(Kind kind, std::string_view id) const {
  const auto it = records_.find(RecordRef{kind, id});
  return it == records_.end() ? nullptr : it->second;
}

RecordPtr State::find_any(std::string_view id) const {
  // One look per kind: there are a few dozen, and a board has thousands of records.
  for (const Kind kind : all_kinds()) {
    if (RecordPtr record = find(kind, id)) {
      return record;
    }
  }
  return nullptr;
}

void State::put(RecordPtr record) {
  const RecordRef key{kind_of_record(*record), record->id()};
  // At the end, if it belongs there: a stored state is read in the order of its keys.
  const bool is_last = records_.empty() || RecordKeyLess()(records_.rbegin()->first, key);
  const auto place = is_last ? records_.end() : records_.lower_bound(key);
  if (place != records_.end() && !RecordKeyLess()(key, place->first)) {
    place->second = std::move(record);
  } else {
    records_.emplace_hint(place, key_of(*record), record);
  }
}

void State::set(const RecordKey& key, RecordPtr record) {
  if (record == nullptr) {
    erase(key);
  } else {
    put(std::move(record));
  }
}

void State::erase(const RecordKey& key) {
  records_.erase(key);
}

}  // namespace swarmboard::board
