#include "server/board/links.h"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/groups.h"
#include "server/board/kinds.h"
#include "server/board/policy.h"
#include "server/board/queries.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Whether a field keeps its record from standing without the one it links to: a link that must be
// there, or one that the server made.
bool holds_on_to(const FieldDescriptor& field, Kind kind) {
  const v1::FieldPolicy& policy = field_policy(field);
  if (policy.ref().empty() || (!policy.required() && !policy.server_set())) {
    return false;
  }
  const std::vector<Kind> kinds = ref_kinds(policy.ref());
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Whether a record of this kind links to the key by this field. Such fields hold one id.
bool is_linked_by(const State& state, Kind kind, const FieldDescriptor& field,
                  const RecordKey& key) {
  const auto end = state.records().lower_bound(RecordRef{kind + 1, {}});
  for (auto it = state.records().lower_bound(RecordRef{kind, {}}); it != end; ++it) {
    const Message& body = body_message(*it->second);
    if (it->first != key && body.GetReflection()->GetString(body, &field) == key.id) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_needed(const State& state, const RecordKey& key) {
  for (const Kind kind : all_kinds()) {
    const auto* body = v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(kind));
    for (int i = 0; i < body->message_type()->field_count(); ++i) {
      const FieldDescriptor& field = *body->message_type()->field(i);
      if (field.type() == FieldDescriptor::TYPE_STRING && holds_on_to(field, key.kind) &&
          is_linked_by(state, kind, field, key)) {
        return true;
      }
    }
  }
  bool voted_on = false;
  state.each<v1::Vote>([&](const std::string&, const v1::Vote& vote) {
    voted_on = voted_on || (!vote.has_closed_at_ms() && contains(vote.targets(), key.id));
  });
  return voted_on;
}

bool is_grouped(const State& state, const RecordKey& key) {
  bool grouped = false;
  if (group_field_number(key.kind) != 0) {
    state.each<v1::NoteGroup>([&](const std::string&, const v1::NoteGroup& group) {
      grouped = grouped || contains(group.members(), key.id);
    });
  }
  return grouped;
}

}  // namespace swarmboard::board
