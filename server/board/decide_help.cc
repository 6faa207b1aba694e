// Who is free, and the team's shared number. A person's own figures go to that person and the
// managers alone. PURE.
#include <string>
#include <vector>

#include "server/base/ids.h"
#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/record_check.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

std::optional<Refusal> check_manager(const View& view, const Context& context) {
  if (member_role(view.library, context.actor) != v1::MEMBER_ROLE_MANAGER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "A manager sets the targets.");
  }
  return std::nullopt;
}

// Sorted: the member and all managers.
std::vector<std::string> readers_of(const State& library, const std::string& member) {
  std::vector<std::string> readers;
  library.each<v1::Member>([&](const std::string& id, const v1::Member& one) {
    if (id == member || one.role() == v1::MEMBER_ROLE_MANAGER) {
      readers.push_back(id);
    }
  });
  return readers;
}

}  // namespace

Decided decide_set_lobby_status(const View&, const v1::SetLobbyStatus& command,
                                const Context& context) {
  if (command.state() == v1::LOBBY_STATE_UNSPECIFIED || !v1::LobbyState_IsValid(command.state())) {
    return refuse(v1::REJECT_REASON_INVALID, "Say whether you are free.");
  }
  Decision decision;
  auto& status = create<v1::LobbyStatus>(decision.patch, context.actor);
  status.set_state(command.state());
  if (!is_blank(command.topic())) {
    status.set_topic(command.topic());
  }
  status.set_at_ms(context.now_ms);
  if (auto refusal = check_values(status)) {
    return *std::move(refusal);
  }
  return decision;
}

// What is not said stays as it was.
Decided decide_set_target(const View& view, const v1::SetTarget& command, const Context& context) {
  if (auto refusal = check_manager(view, context)) {
    return *std::move(refusal);
  }
  const auto* before = lookup<v1::TargetPeriod>(view, command.id());
  if (before == nullptr && !is_valid_id(command.id())) {
    return refuse(v1::REJECT_REASON_INVALID, "This is not a valid id.");
  }
  Decision decision;
  v1::TargetPeriod after = before == nullptr ? v1::TargetPeriod() : *before;
  if (!command.starts().empty()) {
    after.set_starts(command.starts());
  }
  if (!command.ends().empty()) {
    after.set_ends(command.ends());
  }
  if (command.team_target() != 0) {
    after.set_team_target(command.team_target());
  }
  if (command.team_to_date() != 0) {
    after.set_team_to_date(command.team_to_date());
  }
  if (!is_blank(command.why_it_matters())) {
    after.set_why_it_matters(command.why_it_matters());
  }
  if (auto refusal = check_values(after)) {
    return *std::move(refusal);
  }
  if (after.starts().empty() || after.ends() < after.starts()) {
    return refuse(v1::REJECT_REASON_INVALID, "A period has a first and a last day.");
  }
  create<v1::TargetPeriod>(decision.patch, command.id()) = std::move(after);
  return decision;
}

Decided decide_set_progress(const View& view, const v1::SetProgress& command,
                            const Context& context) {
  if (auto refusal = check_manager(view, context)) {
    return *std::move(refusal);
  }
  if (view.library.get<v1::TargetPeriod>(command.period()) == nullptr ||
      !is_active_member(view.library, command.member())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such period or member.");
  }
  Decision decision;
  decision.private_act = true;
  const std::vector<std::string> readers = readers_of(view.library, command.member());
  v1::Patch& patch = lane_patch(decision, readers);
  auto& progress = create<v1::MemberProgress>(patch, command.period() + "/" + command.member());
  progress.set_member(command.member());
  progress.set_period(command.period());
  progress.set_target(command.target());
  progress.set_to_date(command.to_date());
  only_for(*patch.mutable_upsert()->rbegin(), readers);
  return decision;
}

}  // namespace swarmboard::board
