#include "server/board/lanes.h"

#include <utility>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"

namespace swarmboard::board {
namespace {

// Names in Stage.private_kinds that mean this record: its kind and, for a note, its note kind.
bool is_listed(const v1::Texts& private_kinds, const v1::Record& record) {
  const v1::RecordPolicy& policy = record_policy(kind_of_record(record));
  if (contains(private_kinds, policy.stage_kind())) {
    return true;
  }
  if (!record.has_note()) {
    return false;
  }
  constexpr std::string_view kPrefix = "NOTE_KIND_";
  const std::string name = v1::NoteKind_Name(record.note().kind());
  return name.size() > kPrefix.size() &&
         contains(private_kinds, std::string_view(name).substr(kPrefix.size()));
}

void mark_late(v1::Record& record) {
  auto& body = mutable_body_message(record);
  if (const auto* field = body.GetDescriptor()->FindFieldByName("late")) {
    body.GetReflection()->SetBool(&body, field, true);
  }
}

void set_hidden_count(Decision& decision, const std::string& stage_id, std::uint32_t count) {
  change<v1::Stage>(decision.patch, stage_id).set_hidden_count(count);
}

}  // namespace

bool hides(const v1::Stage& stage, const v1::Record& record) {
  switch (stage.visibility()) {
    case v1::VISIBILITY_PRIVATE_UNTIL_REVEAL:
      return stage.private_kinds().items().empty() || is_listed(stage.private_kinds(), record);
    case v1::VISIBILITY_OPEN:
      return is_listed(stage.private_kinds(), record);
    default:
      return false;
  }
}

StageLane stage_lane(const v1::Stage& stage, const v1::Record& record) {
  if (hides(stage, record)) {
    return stage.has_revealed_at_ms() ? StageLane::Late : StageLane::Hidden;
  }
  // Signed cards after the reveal of an anonymous stage are late as well.
  const bool revealed_anonymous =
      stage.visibility() == v1::VISIBILITY_ANONYMOUS && stage.has_revealed_at_ms();
  return revealed_anonymous ? StageLane::Late : StageLane::Open;
}

Found<v1::Stage> stage_for(const State& session, const v1::Record& record) {
  if (const Found<v1::Stage> running = stage_running(session)) {
    return running;
  }
  Found<v1::Stage> first;
  if (record_policy(kind_of_record(record)).lane() != v1::LANE_RULE_STAGE) {
    return first;  // Seen by everybody at once, whatever the stage hides.
  }
  session.each<v1::Stage>([&](const std::string& id, const v1::Stage& stage) {
    const bool takes =
        !stage.has_started_at_ms() && hides(stage, record) &&
        (!record.has_note() || contains(stage.allowed_notes(), record.note().kind()));
    if (takes && (!first || stage.position() < first->position())) {
      first = {id, &stage};
    }
  });
  return first;
}

std::string stage_of(const v1::Record& record) {
  const auto& body = body_message(record);
  const auto* field = body.GetDescriptor()->FindFieldByName("stage");
  if (field == nullptr || field->type() != google::protobuf::FieldDescriptor::TYPE_STRING) {
    return {};
  }
  return body.GetReflection()->GetString(body, field);
}

void place_content(Decision& decision, const View& view, v1::Record record,
                   const std::string& stage_id, const std::string& author) {
  const v1::Stage& stage = *view.session.get<v1::Stage>(stage_id);
  const StageLane lane = stage_lane(stage, record);
  if (lane == StageLane::Late) {
    mark_late(record);
  }
  if (lane != StageLane::Hidden) {
    put_whole(decision.patch, record);
    return;
  }
  put_whole(lane_patch(decision, {author}), record);
  only_for(*lane_patch(decision, {author}).mutable_upsert()->rbegin(), {author});
  set_hidden_count(decision, stage_id, stage.hidden_count() + 1);
  decision.private_act = true;
}

v1::Patch& patch_for(Decision& decision, const v1::Record& existing) {
  if (!is_hidden(existing)) {
    return decision.patch;
  }
  decision.private_act = true;
  return lane_patch(decision,
                    {existing.only_for().items().begin(), existing.only_for().items().end()});
}

v1::Patch& lane_patch(Decision& decision, const std::vector<std::string>& members) {
  for (Decision::Lane& lane : decision.lanes) {
    if (lane.members == members) {
      return lane.patch;
    }
  }
  return decision.lanes.emplace_back(Decision::Lane{members, {}}).patch;
}

void remove_content(Decision& decision, const View& view, const v1::Record& existing) {
  remove(patch_for(decision, existing), kind_of_record(existing), existing.id());
  if (!is_hidden(existing)) {
    return;
  }
  const std::string stage_id = stage_of(existing);
  const v1::Stage* stage = view.session.get<v1::Stage>(stage_id);
  if (stage != nullptr && stage->hidden_count() > 0) {
    set_hidden_count(decision, stage_id, stage->hidden_count() - 1);
  }
}

}  // namespace swarmboard::board
