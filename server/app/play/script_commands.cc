#include "server/app/play/script_commands.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <boost/json/value.hpp>
#include <google/protobuf/descriptor.h>

#include "server/app/play/json_message.h"
#include "server/app/play/script_fixture.h"

#include "swarmboard/v1/policy.pb.h"

namespace swarmboard::play {
namespace {

namespace json = boost::json;
using boost::system::result;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Done = result<void, ScriptError>;

// An action that is a command of its own: the field of v1::Command, and the arguments without which
// it says nothing.
struct CommandRow {
  std::string_view action;
  std::string_view field;
  std::array<std::string_view, 3> required = {};
  bool in_library = false;  // Not an act of the session that is played.
};

constexpr CommandRow kCommands[] = {
    {"session.join", "join_session", {"role", "accepts_replay_audience"}},
    {"session.leave", "leave_session", {"reason"}},
    {"session.rejoin", "rejoin_session"},
    {"session.close", "close_session"},
    {"audience.narrow", "narrow_audience", {"replay_audience"}},
    {"audience.widen", "widen_audience", {"replay_audience"}},
    {"role.assign", "assign_role", {"role", "member"}},
    {"stage.start", "start_stage", {"stage"}},
    {"stage.extend", "extend_stage", {"add_min"}},
    {"clock.pause", "pause_clock"},
    {"clock.resume", "resume_clock"},
    {"time.ask", "open_time_poll"},
    {"time.answer", "answer_time_poll", {"poll", "answer"}},
    {"power.share", "share_power", {"member", "power"}},
    {"door.answer", "answer_knock", {"knock", "answer"}},
    {"reveal.show", "reveal_stage", {"stage"}},
    {"facilitator.handover", "hand_over_seat", {"to"}},
    {"facilitator.claim", "claim_seat"},
    {"facilitator.feedback", "give_feedback", {"to", "rating"}},
    {"rota.nominate", "nominate_next", {"member"}},
    {"session.worth", "answer_worth", {"worth"}},
    {"note.group", "group_cards", {"ids"}},
    {"vote.open", "open_vote", {"id", "targets", "per_person"}},
    {"vote.cast", "cast_vote", {"vote", "on"}},
    {"vote.close", "close_vote", {"vote"}},
    {"objection.merge", "merge_objection", {"source", "into"}},
    {"objection.link", "link_objection", {"id", "library_id"}},
    {"objection.concern", "name_concern", {"id", "real_concern"}},
    {"response.publish", "publish_response", {"id", "library_id", "status"}},
    {"swarm.open", "open_swarm", {"id", "deal_id", "ask"}},
    {"swarm.join", "join_swarm", {"swarm"}},
    {"swarm.leave", "leave_swarm", {"swarm"}},
    {"swarm.part", "give_part", {"swarm", "member", "role"}},
    {"swarm.close", "close_swarm", {"swarm", "outcome"}},
    {"blocker.resolve", "resolve_blocker", {"id"}},
    {"commitment.make", "make_commitment", {"id", "text"}},
    {"commitment.renegotiate", "renegotiate_commitment", {"id", "due"}},
    {"commitment.done", "complete_commitment", {"id"}},
    {"commitment.miss", "miss_commitment", {"id"}},
    {"commitment.drop", "drop_commitment", {"id"}},
    {"journey.set", "set_journey_stage", {"deal_id", "stage"}},
    {"score.set", "set_score", {"deal_id", "element", "level"}},
    {"strategy.set", "set_strategy", {"deal_id", "competitor_id", "strategy"}},
    {"nextstep.set", "set_next_step", {"deal_id", "buyer_action"}},
    {"nextstep.resolve", "resolve_next_step", {"id", "status"}},
    {"target.set", "set_target", {"id"}},
    {"target.progress", "set_progress", {"period", "member"}, true},
    {"lobby.set", "set_lobby_status", {"state"}, true},
};

enum class Edit { Create, Change, Remove };

// A name by which scripts call an argument, and the record's own; applied where the first is there.
struct Alias {
  std::string_view name;
  std::string_view as;
};

// An action on one record. `renamed` is the argument that the record calls otherwise, and `as` its
// name there; `preset` is a value that the action implies.
struct RecordRow {
  std::string_view action;
  std::string_view body;
  Edit edit = Edit::Create;
  std::string_view renamed = {};
  std::string_view as = {};
  std::string_view preset_field = {};
  std::string_view preset = {};
  std::array<Alias, 2> aliases = {};
  bool in_library = false;  // Not an act of the session that is played.
};

constexpr RecordRow kRecords[] = {
    {"note.add", "note"},
    {"note.edit", "note", Edit::Change},
    {"note.remove", "note", Edit::Remove},
    {"note.build", "note", Edit::Create, "on", "builds_on"},
    {"note.answer", "note", Edit::Create, "on", "answers", "kind", "ANSWER"},
    {"objection.add", "objection"},
    {"objection.edit", "objection", Edit::Change},
    {"objection.remove", "objection", Edit::Remove},
    {"response.add", "response"},
    {"response.edit", "response", Edit::Change},
    {"response.remove", "response", Edit::Remove},
    {"evidence.add", "evidence"},
    {"evidence.edit", "evidence", Edit::Change},
    {"evidence.remove", "evidence", Edit::Remove},
    {"outcome.log", "response_outcome"},
    {"drill.run", "drill"},
    {"drill.edit", "drill", Edit::Change},
    {"blocker.add", "blocker"},
    {"blocker.edit", "blocker", Edit::Change},
    {"blocker.remove", "blocker", Edit::Remove},
    {"learning.add", "learning"},
    {"learning.edit", "learning", Edit::Change},
    {"learning.remove", "learning", Edit::Remove},
    {"block.add", "block"},
    {"block.edit", "block", Edit::Change},
    {"block.close", "block", Edit::Change, "", "", "status", "CLOSED"},
    {"topic.park", "parked_topic"},
    {"topic.drop", "parked_topic", Edit::Remove},
    {"recognition.give", "recognition"},
    {"recognition.remove", "recognition", Edit::Remove},
    {.action = "message.draft", .body = "value_message"},
    {.action = "message.edit", .body = "value_message", .edit = Edit::Change},
    {.action = "message.score", .body = "swap_mark"},
    {.action = "message.publish",
     .body = "value_message",
     .edit = Edit::Change,
     .preset_field = "status",
     .preset = "TRIAL"},
    {.action = "tactic.add", .body = "tactic", .aliases = {{{"competitor", "competitor_id"}}}},
    {.action = "answer.add",
     .body = "competitor_point",
     .aliases = {{{"tactic", "on"}, {"competitor_id", "on"}}}},
    {.action = "stuck.add", .body = "stuck_deal"},
    {.action = "stuck.classify", .body = "stuck_deal", .edit = Edit::Change},
    {.action = "review.open", .body = "win_loss_review"},
    {.action = "review.agree",
     .body = "win_loss_review",
     .edit = Edit::Change,
     .aliases = {{{"review", "id"}}}},
    {.action = "review.publish",
     .body = "win_loss_review",
     .edit = Edit::Change,
     .preset_field = "status",
     .preset = "PUBLISHED",
     .aliases = {{{"review", "id"}}}},
    {.action = "review.voice", .body = "customer_voice"},
    {.action = "review.finding", .body = "finding"},
    {.action = "timeline.add", .body = "timeline_entry"},
    {.action = "reason.tag", .body = "reason_tag"},
    {.action = "block.cause", .body = "block_cause"},
    {.action = "experiment.open", .body = "experiment"},
    {.action = "experiment.review",
     .body = "experiment",
     .edit = Edit::Change,
     .aliases = {{{"experiment", "id"}}}},
    {.action = "playbook.publish", .body = "playbook_item"},
    {.action = "playbook.use", .body = "playbook_use"},
    {.action = "ask.post", .body = "help_ask"},
    {.action = "offer.post", .body = "help_offer"},
    {.action = "match.make", .body = "help_match"},
    {.action = "handover.open", .body = "handover"},
    {.action = "handover.accept",
     .body = "handover",
     .edit = Edit::Change,
     .preset_field = "status",
     .preset = "ACCEPTED",
     .aliases = {{{"handover", "id"}}}},
    {.action = "handover.refuse",
     .body = "handover",
     .edit = Edit::Change,
     .preset_field = "status",
     .preset = "REFUSED",
     .aliases = {{{"handover", "id"}}}},
    {.action = "promise.add", .body = "handover_promise"},
    {.action = "promise.set", .body = "handover_promise", .edit = Edit::Change},
    {.action = "risk.add", .body = "handover_risk"},
    {.action = "buddy.pair", .body = "buddy_pair", .in_library = true},
    {.action = "buddy.checkin", .body = "buddy_check_in", .in_library = true},
    {.action = "oneonone.log", .body = "one_to_one", .in_library = true},
    {.action = "update.post", .body = "update", .in_library = true},
    {.action = "update.read", .body = "update_read", .in_library = true},
};

ScriptError missing(std::string_view argument) {
  return ScriptError{"argument \"" + std::string(argument) + "\" is missing"};
}

Done need(const json::object& args, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (!name.empty() && !args.contains(name)) {
      return missing(name);
    }
  }
  return {};
}

result<Deed, ScriptError> command_deed(const CommandRow& row, const json::object& args) {
  if (auto needed = need(args, row.required); !needed) {
    return needed.error();
  }
  Deed deed;
  deed.in_library = row.in_library;
  const FieldDescriptor* field = v1::Command::descriptor()->FindFieldByName(std::string(row.field));
  Message* body = deed.command.GetReflection()->MutableMessage(&deed.command, field);
  if (auto filled = fill_message(args, *body); !filled) {
    return filled.error();
  }
  return deed;
}

// What the record's own policy requires of a new one.
Done need_required_fields(const Message& body) {
  const auto& reflection = *body.GetReflection();
  const auto* type = body.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->options().GetExtension(v1::field).required() && !reflection.HasField(body, field)) {
      return missing(field->name());
    }
  }
  return {};
}

std::string take_id(json::object& args) {
  const json::value* id = args.if_contains("id");
  std::string text = id != nullptr && id->is_string() ? std::string(id->get_string()) : "";
  if (!text.empty()) {
    args.erase("id");
  }
  return text;
}

void apply_row_names(const RecordRow& row, json::object& args) {
  if (!row.renamed.empty()) {
    if (const json::value* value = args.if_contains(row.renamed)) {
      json::value moved = *value;
      args.erase(row.renamed);
      args[row.as] = std::move(moved);
    }
  }
  if (!row.preset_field.empty() && !args.contains(row.preset_field)) {
    args[row.preset_field] = row.preset;
  }
}

void apply_aliases(const RecordRow& row, json::object& args) {
  for (const Alias& alias : row.aliases) {
    const json::value* value = alias.name.empty() ? nullptr : args.if_contains(alias.name);
    if (value != nullptr && !args.contains(alias.as)) {
      json::value moved = *value;
      args.erase(alias.name);
      args[alias.as] = std::move(moved);
    }
  }
}

result<Deed, ScriptError> record_deed(const RecordRow& row, json::object args) {
  Deed deed;
  deed.in_library = row.in_library;
  apply_aliases(row, args);
  if (row.action == "note.add") {
    if (const json::value* anonymous = args.if_contains("anonymous")) {
      if (!anonymous->is_bool()) {
        return ScriptError{"\"anonymous\" must be true or false"};
      }
      deed.anonymous = anonymous->get_bool();
      args.erase("anonymous");
    }
  }
  const std::string id = take_id(args);
  if (id.empty() && row.edit != Edit::Create) {
    return missing("id");
  }
  if (!row.renamed.empty() && !args.contains(row.renamed)) {
    return missing(row.renamed);
  }
  apply_row_names(row, args);
  const FieldDescriptor* field = v1::Record::descriptor()->FindFieldByName(std::string(row.body));
  if (row.edit == Edit::Remove) {
    if (!args.empty()) {
      return ScriptError{"unknown argument \"" + std::string(args.begin()->key()) + "\""};
    }
    auto* target = deed.command.mutable_remove_record()->mutable_target();
    target->set_kind(static_cast<std::uint32_t>(field->number()));
    target->set_id(id);
    return deed;
  }
  auto* edit = deed.command.mutable_edit_record();
  edit->set_create(row.edit == Edit::Create);
  edit->mutable_record()->set_id(id);
  Message* body = v1::Record::GetReflection()->MutableMessage(edit->mutable_record(), field);
  if (auto filled = fill_message(args, *body); !filled) {
    return filled.error();
  }
  if (edit->create() && row.action != "note.build") {
    if (auto needed = need_required_fields(*body); !needed) {
      return needed.error();
    }
  }
  return deed;
}

result<Deed, ScriptError> open_deed(json::object args) {
  static constexpr std::string_view kRequired[] = {"session_id", "started_at", "template_id",
                                                   "topic", "replay_audience"};
  if (auto needed = need(args, kRequired); !needed) {
    return needed.error();
  }
  Deed deed;
  deed.kind = Deed::Kind::OpenSession;
  const json::value& started = args.at("started_at");
  auto at = parse_utc(started.is_string() ? std::string_view(started.get_string()) : "");
  if (!at) {
    return at.error();
  }
  deed.started_at_ms = *at;
  args.erase("started_at");
  args.erase("team_id");  // The stream belongs to the team of the member who opens it.
  if (auto filled = fill_message(args, *deed.command.mutable_open_session()); !filled) {
    return filled.error();
  }
  return deed;
}

result<Deed, ScriptError> stakeholder_deed(json::object args) {
  static constexpr std::string_view kRequired[] = {"id", "deal_id", "name"};
  if (auto needed = need(args, kRequired); !needed) {
    return needed.error();
  }
  Deed deed;
  auto* set = deed.command.mutable_set_stakeholder();
  set->set_id(take_id(args));
  const json::value& deal = args.at("deal_id");
  if (set->id().empty() || !deal.is_string()) {
    return ScriptError{"\"id\" and \"deal_id\" must be texts"};
  }
  set->set_deal_id(std::string(deal.get_string()));
  args.erase("deal_id");
  if (auto filled = fill_message(args, *set->mutable_stakeholder()); !filled) {
    return filled.error();
  }
  return deed;
}

result<Deed, ScriptError> fixture_deed(const json::object& args) {
  Deed deed;
  deed.kind = Deed::Kind::Fixture;
  auto fixture = to_fixture(args);
  if (!fixture) {
    return fixture.error();
  }
  *deed.command.mutable_load_fixture() = std::move(*fixture);
  return deed;
}

}  // namespace

result<Deed, ScriptError> to_deed(const Action& action) {
  if (action.name == "fixture.load") {
    return fixture_deed(action.args);
  }
  if (action.name == "session.open") {
    return open_deed(action.args);
  }
  if (action.name == "stakeholder.set") {
    return stakeholder_deed(action.args);
  }
  for (const CommandRow& row : kCommands) {
    if (row.action == action.name) {
      return command_deed(row, action.args);
    }
  }
  for (const RecordRow& row : kRecords) {
    if (row.action == action.name) {
      return record_deed(row, action.args);
    }
  }
  return ScriptError{"unknown action \"" + action.name + "\""};
}

std::vector<std::string> known_actions() {
  std::vector<std::string> names{"fixture.load", "session.open", "stakeholder.set"};
  for (const CommandRow& row : kCommands) {
    names.emplace_back(row.action);
  }
  for (const RecordRow& row : kRecords) {
    names.emplace_back(row.action);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace swarmboard::play
