// Building patches in typed words: make a record, change some fields of one, move one between
// lanes, remove one. Each adds one entry to the patch.
//
// PURE. The references returned live as long as the patch has no other upsert added: fill in the
// body before the next call.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/board/kinds.h"

namespace swarmboard::board {

// A new record (or one replaced as a whole); fill in the body that is returned.
template <class Body>
Body& create(v1::Patch& patch, std::string_view id) {
  v1::Upsert& upsert = *patch.add_upsert();
  upsert.set_create(true);
  upsert.mutable_record()->set_id(std::string(id));
  return mutable_body_of<Body>(*upsert.mutable_record());
}

// A change of an existing record: set the new values in the body that is returned. `cleared` are
// field numbers of the body, as in v1::Stage::kHiddenCountFieldNumber.
template <class Body>
Body& change(v1::Patch& patch, std::string_view id, std::initializer_list<int> cleared = {}) {
  v1::Upsert& upsert = *patch.add_upsert();
  upsert.mutable_record()->set_id(std::string(id));
  for (const int number : cleared) {
    upsert.add_clear(static_cast<std::uint32_t>(number));
  }
  return mutable_body_of<Body>(*upsert.mutable_record());
}

// The same of a kind that is known only when the program runs: the record whose body takes the new
// values.
v1::Record& change(v1::Patch& patch, Kind kind, std::string_view id,
                   std::initializer_list<int> cleared = {});

// A record as it is, whole: to pull it into a stream that has no copy, or to reveal it. Its lane is
// that of the record given.
inline v1::Record& put_whole(v1::Patch& patch, const v1::Record& record) {
  v1::Upsert& upsert = *patch.add_upsert();
  upsert.set_create(true);
  upsert.set_set_only_for(true);
  *upsert.mutable_record() = record;
  return *upsert.mutable_record();
}

// Sets what the server knows, where a body has a field of that name for it.
void stamp_text(google::protobuf::Message& body, const char* field, const std::string& value);

inline void remove(v1::Patch& patch, Kind kind, std::string_view id) {
  v1::RecordId& target = *patch.add_remove();
  target.set_kind(kind);
  target.set_id(std::string(id));
}

template <class Body>
void remove(v1::Patch& patch, std::string_view id) {
  remove(patch, kind_of<Body>(), id);
}

// Makes an upsert private to these members. They are sorted here, because equal
// audiences must be equal bytes.
void only_for(v1::Upsert& upsert, std::vector<std::string> members);

[[nodiscard]] v1::Ids ids_of(const std::vector<std::string>& items);

}  // namespace swarmboard::board
