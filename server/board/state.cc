#include "server/board/state.h"

#include "server/board/kinds.h"

namespace swarmboard::board {

RecordPtr State::find(Kind kind, std::string_view id) const {
  const auto it = records_.find(RecordKey{kind, std::string(id)});
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
  RecordKey key = key_of(*record);
  // At the end, if it belongs there: a stored state is read in the order of its keys.
  records_.insert_or_assign(records_.end(), std::move(key), std::move(record));
}

void State::erase(const RecordKey& key) {
  records_.erase(key);
}

}  // namespace swarmboard::board
