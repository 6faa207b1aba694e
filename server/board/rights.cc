#include "server/board/rights.h"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/repeated_field.h>

#include "server/board/lanes.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

using Checked = std::optional<Refusal>;
using WhoList = google::protobuf::RepeatedField<int>;

const WhoList& list_for(const v1::RecordPolicy& policy, Deed deed) {
  switch (deed) {
    case Deed::Create:
      return policy.create();
    case Deed::Edit:
      return policy.edit();
    case Deed::Remove:
      break;
  }
  return policy.remove();
}

bool is_one(const View& view, v1::Who who, const v1::Record* existing, const std::string& actor) {
  switch (who) {
    case v1::WHO_PARTICIPANT:
      return participant(view.session, actor) != nullptr;
    case v1::WHO_FACILITATOR:
      return is_facilitator(view.session, actor);
    case v1::WHO_AUTHOR:
      return existing != nullptr && author_of(*existing) == actor;
    case v1::WHO_ASK_OWNER:
      return has_role(view.session, actor, v1::SESSION_ROLE_CLIENT);
    case v1::WHO_SCRIBE:
      return has_role(view.session, actor, v1::SESSION_ROLE_SCRIBE);
    case v1::WHO_REP:
      return member_role(view.library, actor) == v1::MEMBER_ROLE_REP;
    case v1::WHO_MANAGER:
      return member_role(view.library, actor) == v1::MEMBER_ROLE_MANAGER;
    case v1::WHO_MEMBER:
      return is_active_member(view.library, actor);
    case v1::WHO_DRILLER: {
      const Found<v1::Stage> stage = stage_running(view.session);
      return stage && stage->practice() && participant(view.session, actor) != nullptr;
    }
    default:
      return false;
  }
}

// By kind; null where records have no author.
std::vector<const google::protobuf::FieldDescriptor*> list_author_fields() {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  for (const Kind kind : all_kinds()) {
    fields.resize(kind + 1);
    fields.back() = v1::Record::descriptor()
                        ->FindFieldByNumber(static_cast<int>(kind))
                        ->message_type()
                        ->FindFieldByName("author");
  }
  return fields;
}

bool lists(const WhoList& list, v1::Who who) {
  return std::find(list.begin(), list.end(), static_cast<int>(who)) != list.end();
}

bool listens_only(const State& session, const v1::Stage& stage, const std::string& actor) {
  return std::any_of(
      stage.listen_only().items().begin(), stage.listen_only().items().end(),
      [&](int role) { return has_role(session, actor, static_cast<v1::SessionRole>(role)); });
}

// What a new contribution needs of the stage beyond the right to write.
Checked check_fits_stage(const v1::Stage& stage, const v1::Record& record) {
  const v1::RecordPolicy& policy = record_policy(kind_of_record(record));
  const bool named = policy.lane() == v1::LANE_RULE_STAGE;
  if (stage.visibility() == v1::VISIBILITY_OFF_RECORD && policy.content()) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "This stage is off the record.");
  }
  if (stage.visibility() == v1::VISIBILITY_ANONYMOUS && !stage.has_revealed_at_ms() && named) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "This stage takes cards without names.");
  }
  if (record.has_note() && !contains(stage.allowed_notes(), record.note().kind())) {
    return refuse(v1::REJECT_REASON_KIND_NOT_ALLOWED_IN_STAGE,
                  "This kind of card does not fit the stage.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_who(const View& view, Kind kind, Deed deed, const v1::Record* existing,
                                 const std::string& actor) {
  const WhoList& list = list_for(record_policy(kind), deed);
  for (const int who : list) {
    if (is_one(view, static_cast<v1::Who>(who), existing, actor)) {
      return std::nullopt;
    }
  }
  if (lists(list, v1::WHO_AUTHOR)) {
    return refuse(v1::REJECT_REASON_NOT_YOUR_CARD, "Only its author may change this.");
  }
  if (lists(list, v1::WHO_FACILITATOR)) {
    return refuse(v1::REJECT_REASON_NOT_FACILITATOR, "Only the facilitator may do this.");
  }
  return refuse(v1::REJECT_REASON_NOT_ALLOWED, "You may not do this here.");
}

std::optional<Refusal> check_stage(const View& view, const v1::Record& record, Deed deed,
                                   const std::string& actor) {
  if (view.stream.empty() || deed == Deed::Remove) {
    return std::nullopt;
  }
  const v1::RecordPolicy& policy = record_policy(kind_of_record(record));
  const Found<v1::Stage> stage =
      deed == Deed::Create ? stage_for(view.session, record) : stage_running(view.session);
  if (!stage) {
    if (policy.content() && deed == Deed::Create) {
      return refuse(v1::REJECT_REASON_WRONG_STAGE, "No stage is running yet.");
    }
    return std::nullopt;
  }
  if (policy.content() && listens_only(view.session, *stage, actor)) {
    return refuse(v1::REJECT_REASON_LISTEN_ONLY, "In this stage you listen.");
  }
  const bool observes = has_role(view.session, actor, v1::SESSION_ROLE_OBSERVER);
  if (observes && !stage->observer_writes() && !policy.observer_anytime()) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Observers do not write in this stage.");
  }
  return deed == Deed::Create ? check_fits_stage(*stage, record) : std::nullopt;
}

std::string author_of(const v1::Record& record) {
  static const std::vector<const google::protobuf::FieldDescriptor*> fields = list_author_fields();
  const Kind kind = kind_of_record(record);
  const auto* field = kind < fields.size() ? fields[kind] : nullptr;
  const auto& body = body_message(record);
  return field == nullptr ? std::string() : body.GetReflection()->GetString(body, field);
}

}  // namespace swarmboard::board
