// The sixteen meeting templates, as data (templates.cc and template_*.cc). PURE.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "swarmboard/v1/board_records.pb.h"

namespace swarmboard::board {

struct Template {
  std::string_view id;
  std::string_view name;
  std::uint32_t version = 1;
  std::uint32_t minutes = 0;  // As in the name; equals the sum of the stages.
  v1::TopicKind topic_kind = v1::TOPIC_KIND_UNSPECIFIED;
  v1::ReplayAudience default_audience = v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER;
  bool owner_votes = true;  // False in swarms: the owner of the ask does not vote.

  struct KeyedStage {
    std::string_view key;
    v1::Stage stage;
  };

  std::vector<KeyedStage> stages;
};

[[nodiscard]] std::span<const Template> all_templates();
[[nodiscard]] const Template* find_template(std::string_view id);

}  // namespace swarmboard::board
