// EditRecord and RemoveRecord: most of what people do, decided by the policies of the proto files
// alone. The functions are declared in decide_families.h.
#include <optional>
#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/base/ids.h"
#include "server/base/limits.h"
#include "server/board/apply.h"
#include "server/board/decide_families.h"
#include "server/board/groups.h"
#include "server/board/lanes.h"
#include "server/board/links.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/record_check.h"
#include "server/board/record_rules.h"
#include "server/board/refusal.h"
#include "server/board/rights.h"
#include "server/board/snapshot.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Checked = std::optional<Refusal>;

// What the server knows about a new record, wherever its kind has a field for it.
void stamp(v1::Record& record, const View& view, const Found<v1::Stage>& stage,
           const Context& context) {
  Message& body = mutable_body_message(record);
  stamp_text(body, "author", context.actor);
  stamp_text(body, "session_id", view.stream);
  if (stage) {
    stamp_text(body, "stage", stage.id);
  }
  if (const auto* field = body.GetDescriptor()->FindFieldByName("at_ms")) {
    body.GetReflection()->SetInt64(&body, field, context.now_ms);
  }
  for (int i = 0; i < body.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = body.GetDescriptor()->field(i);
    const v1::FieldPolicy& policy = field_policy(*field);
    if (policy.has_initial() && !body.GetReflection()->HasField(body, field)) {
      body.GetReflection()->SetEnumValue(&body, field, static_cast<int>(policy.initial()));
    }
  }
}

// What only a decision has.
Checked check_decision(const v1::Note& note, v1::NoteKind kind) {
  const bool decides = note.has_rejected() || note.has_agreed() || note.has_revisit_on();
  if (decides && kind != v1::NOTE_KIND_DECISION) {
    return refuse(v1::REJECT_REASON_INVALID,
                  "Only a decision says what was rejected, who agreed and when to look again.");
  }
  return std::nullopt;
}

Checked check_room(const View& view, Kind kind) {
  const State& state = view.stream.empty() ? view.library : view.session;
  if (state.size() >= limits::kRecordsPerStreamMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "The board is full.");
  }
  const std::uint32_t most = record_policy(kind).board_max();
  const auto first = state.records().lower_bound(RecordRef{kind, {}});
  const auto end = state.records().lower_bound(RecordRef{kind + 1, {}});
  if (!view.stream.empty() && most != 0 && std::distance(first, end) >= most) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "There are too many of these on the board.");
  }
  return std::nullopt;
}

Decided create_record(const View& view, const v1::EditRecord& command, const Context& context) {
  v1::Record record = command.record();
  const Kind kind = kind_of_record(record);
  if (!command.clear().empty()) {
    return refuse(v1::REJECT_REASON_INVALID, "A new record has nothing to clear.");
  }
  if (record.id().empty()) {
    record.set_id(context.new_id());
  }
  if (!is_valid_id(record.id())) {
    return refuse(v1::REJECT_REASON_INVALID, "This is not a valid id.");
  }
  if (Checked no = check_who(view, kind, Deed::Create, nullptr, context.actor)) {
    return *no;
  }
  if (Checked no = check_stage(view, record, Deed::Create, context.actor)) {
    return *no;
  }
  if (lookup(view, kind, record.id()) != nullptr) {
    return refuse(v1::REJECT_REASON_ALREADY_EXISTS, "A record with this id is there already.");
  }
  if (Checked no = check_room(view, kind)) {
    return *no;
  }
  const Found<v1::Stage> stage = stage_for(view.session, record);
  const bool by_stage = stage && record_policy(kind).lane() == v1::LANE_RULE_STAGE;
  const bool hidden = by_stage && stage_lane(*stage, record) == StageLane::Hidden;
  if (Checked no = check_new(view, record, hidden ? context.actor : std::string())) {
    return *no;
  }
  if (Checked no = check_decision(record.note(), record.note().kind())) {
    return *no;
  }
  stamp(record, view, stage, context);

  Decision decision;
  if (has_record_rule(kind)) {
    const v1::Record after = record;
    if (Checked no = apply_record_rule({view, context, nullptr, after, record, decision.patch})) {
      return *no;
    }
  }
  if (by_stage) {
    place_content(decision, view, std::move(record), stage.id, context.actor);
  } else {
    put_whole(decision.patch, record);
  }
  return decision;
}

Decided change_record(const View& view, const v1::EditRecord& command, const Context& context) {
  const v1::Record& wanted = command.record();
  const Kind kind = kind_of_record(wanted);
  const RecordPtr existing = lookup(view, kind, wanted.id());
  if (existing == nullptr || !is_visible(*existing, context.actor)) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This record is not there any more.");
  }
  if (Checked no = check_who(view, kind, Deed::Edit, existing.get(), context.actor)) {
    return *no;
  }
  if (Checked no = check_stage(view, *existing, Deed::Edit, context.actor)) {
    return *no;
  }
  const bool hidden = is_hidden(*existing);
  if (Checked no = check_change(view, command, hidden ? context.actor : std::string())) {
    return *no;
  }
  if (Checked no = check_decision(wanted.note(), existing->note().kind())) {
    return *no;
  }
  v1::Upsert upsert;
  *upsert.mutable_record() = wanted;
  *upsert.mutable_clear() = command.clear();
  if (!would_change(*existing, upsert)) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Nothing would change.");
  }
  if (author_of(*existing) != context.actor) {
    stamp_text(mutable_body_message(*upsert.mutable_record()), "edited_by", context.actor);
  }
  Decision decision;
  if (has_record_rule(kind)) {
    v1::Record after = *existing;
    apply_upsert(after, upsert);
    if (Checked no = apply_record_rule(
            {view, context, existing.get(), after, *upsert.mutable_record(), decision.patch})) {
      return *no;
    }
  }
  *patch_for(decision, *existing).add_upsert() = std::move(upsert);
  return decision;
}

void leave_group(Decision& decision, const View& view, const v1::Record& record) {
  const std::string group_id = group_of(record);
  const v1::NoteGroup* group = view.session.get<v1::NoteGroup>(group_id);
  if (group == nullptr) {
    return;
  }
  v1::Ids left;
  for (const std::string& id : group->members().items()) {
    if (id != record.id()) {
      left.add_items(id);
    }
  }
  if (left.items().empty()) {
    remove<v1::NoteGroup>(decision.patch, group_id);
  } else {
    *change<v1::NoteGroup>(decision.patch, group_id).mutable_members() = std::move(left);
  }
}

// The checks that both commands begin with.
Checked check_named(const Context& context, Kind kind) {
  if (kind_name(kind).empty()) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such kind of record.");
  }
  if (context.actor.empty()) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Records are edited by people.");
  }
  return std::nullopt;
}

}  // namespace

Decided decide_edit_record(const View& view, const v1::EditRecord& command,
                           const Context& context) {
  if (Checked no = check_named(context, kind_of_record(command.record()))) {
    return *no;
  }
  if (command.record().has_only_for()) {
    return refuse(v1::REJECT_REASON_INVALID, "Who sees a record is decided by the stage.");
  }
  return command.create() ? create_record(view, command, context)
                          : change_record(view, command, context);
}

Decided decide_remove_record(const View& view, const v1::RemoveRecord& command,
                             const Context& context) {
  const v1::RecordId& target = command.target();
  if (Checked no = check_named(context, target.kind())) {
    return *no;
  }
  const RecordPtr existing = lookup(view, target.kind(), target.id());
  if (existing == nullptr || !is_visible(*existing, context.actor)) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This record is not there any more.");
  }
  if (Checked no = check_who(view, target.kind(), Deed::Remove, existing.get(), context.actor)) {
    return *no;
  }
  const RecordKey key = key_of(*existing);
  if (is_needed(view.session, key) || is_needed(view.library, key)) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "Something else on the board stands on this.");
  }
  Decision decision;
  leave_group(decision, view, *existing);
  remove_content(decision, view, *existing);
  return decision;
}

}  // namespace swarmboard::board
