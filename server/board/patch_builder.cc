#include "server/board/patch_builder.h"

#include <algorithm>

namespace swarmboard::board {

void only_for(v1::Upsert& upsert, std::vector<std::string> members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  upsert.set_set_only_for(true);
  *upsert.mutable_record()->mutable_only_for() = ids_of(members);
}

v1::Ids ids_of(const std::vector<std::string>& items) {
  v1::Ids ids;
  for (const std::string& item : items) {
    ids.add_items(item);
  }
  return ids;
}

}  // namespace swarmboard::board
