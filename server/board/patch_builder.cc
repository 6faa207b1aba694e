#include "server/board/patch_builder.h"

#include <algorithm>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/policy.h"

namespace swarmboard::board {

v1::Record& change(v1::Patch& patch, Kind kind, std::string_view id,
                   std::initializer_list<int> cleared) {
  v1::Upsert& upsert = *patch.add_upsert();
  for (const int number : cleared) {
    upsert.add_clear(static_cast<std::uint32_t>(number));
  }
  v1::Record& record = *upsert.mutable_record();
  record.set_id(std::string(id));
  const auto* body = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
  v1::Record::GetReflection()->MutableMessage(&record, body);
  return record;
}

void stamp_text(google::protobuf::Message& body, const char* field, const std::string& value) {
  const auto* known = body.GetDescriptor()->FindFieldByName(field);
  if (known != nullptr && field_policy(*known).server_set() && !value.empty()) {
    body.GetReflection()->SetString(&body, known, value);
  }
}

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
