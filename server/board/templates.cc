#include "server/board/templates.h"

#include <string>

#include "server/board/template_rows.h"

namespace swarmboard::board {
namespace {

v1::Stage stage_of(const StageRow& row, std::uint32_t position) {
  v1::Stage stage;
  stage.set_name(std::string(row.name));
  stage.set_position(position);
  stage.set_minutes(row.minutes);
  stage.set_visibility(row.visibility);
  if (!row.private_kinds.empty()) {
    stage.mutable_private_kinds()->add_items(std::string(row.private_kinds));
  }
  // Set even when it is empty: then no note fits the stage.
  v1::NoteKinds& notes = *stage.mutable_allowed_notes();
  for (int kind = v1::NoteKind_MIN; kind <= v1::NoteKind_MAX; ++kind) {
    if (v1::NoteKind_IsValid(kind) && (row.notes & note_bit(static_cast<v1::NoteKind>(kind)))) {
      notes.add_items(static_cast<v1::NoteKind>(kind));
    }
  }
  if (row.owner_listens) {
    stage.mutable_listen_only()->add_items(v1::SESSION_ROLE_CLIENT);
  }
  stage.set_observer_writes(row.observer_writes);
  stage.set_dots(row.dots);
  stage.set_script(std::string(row.script));
  stage.set_prompt(std::string(row.prompt));
  stage.set_practice(row.practice);
  return stage;
}

Template template_of(const TemplateRow& row) {
  Template made;
  made.id = row.id;
  made.name = row.name;
  made.minutes = row.minutes;
  made.topic_kind = row.topic_kind;
  made.default_audience = row.audience;
  made.owner_votes = row.owner_votes;
  std::uint32_t position = 0;
  for (const StageRow& stage : row.stages) {
    made.stages.push_back({stage.key, stage_of(stage, ++position)});
  }
  return made;
}

std::vector<Template> make_all() {
  std::vector<Template> all;
  for (const auto rows : {deal_templates(), market_templates(), practice_templates(),
                          review_templates(), team_templates(), people_templates()}) {
    for (const TemplateRow& row : rows) {
      all.push_back(template_of(row));
    }
  }
  return all;
}

}  // namespace

std::span<const Template> all_templates() {
  static const std::vector<Template> all = make_all();
  return all;
}

const Template* find_template(std::string_view id) {
  for (const Template& candidate : all_templates()) {
    if (candidate.id == id) {
      return &candidate;
    }
  }
  return nullptr;
}

}  // namespace swarmboard::board
