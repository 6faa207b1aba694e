// The rules that stand beside the records in the proto files, read from their descriptors: who may
// create, edit and remove a kind, where it lives, and what each field may hold.
//
// PURE. The references live as long as the program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/board/kinds.h"

#include "swarmboard/v1/policy.pb.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace swarmboard::board {

// Of a kind in use; an empty policy (nobody may do anything) for any other.
[[nodiscard]] const v1::RecordPolicy& record_policy(Kind kind);
[[nodiscard]] const v1::FieldPolicy& field_policy(const google::protobuf::FieldDescriptor& field);
// The fields of a kind in which several people may write at once (MERGE_TEXT).
[[nodiscard]] const std::vector<const google::protobuf::FieldDescriptor*>& text_fields(Kind kind);

// Whether records of the kind are part of the team's library.
[[nodiscard]] inline bool lives_in_library(Kind kind) {
  return record_policy(kind).home() == v1::HOME_LIBRARY;
}

[[nodiscard]] inline bool is_shared(Kind kind) {
  return record_policy(kind).home() == v1::HOME_SHARED;
}

// The kinds that FieldPolicy.ref names; all kinds for "*".
[[nodiscard]] std::vector<Kind> ref_kinds(const std::string& ref);

}  // namespace swarmboard::board
