// Swarms: several people helping on one deal for a limited time, one at a time for each deal. And
// the blockers that a swarm takes out of the way. PURE.
#include <string>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/record_check.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr Kind kSwarm = kind_of<v1::Swarm>();

std::string member_id(const std::string& swarm, const std::string& member) {
  return swarm + "/" + member;
}

bool has_open_swarm(const State& state, const std::string& deal_id) {
  bool found = false;
  state.each<v1::Swarm>([&](const std::string&, const v1::Swarm& swarm) {
    found = found || (swarm.deal_id() == deal_id && swarm.status() != v1::SWARM_STATUS_CLOSED);
  });
  return found;
}

std::optional<Refusal> check_open_swarm(const View& view, const std::string& id,
                                        const Context& context) {
  if (auto refusal = check_target(view, kSwarm, id, context)) {
    return refusal;
  }
  if (lookup<v1::Swarm>(view, id)->status() == v1::SWARM_STATUS_CLOSED) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This swarm is closed.");
  }
  return std::nullopt;
}

const v1::SwarmMember* membership(const View& view, const std::string& swarm,
                                  const std::string& member) {
  return lookup<v1::SwarmMember>(view, member_id(swarm, member));
}

void put_member(v1::Patch& patch, const std::string& swarm, const std::string& who,
                v1::SwarmRole role, std::int64_t now_ms) {
  auto& member = create<v1::SwarmMember>(patch, member_id(swarm, who));
  member.set_swarm(swarm);
  member.set_member(who);
  member.set_role(role);
  member.set_joined_at_ms(now_ms);
}

// Whoever asks is the owner of the ask in this session, unless somebody is already: the stages in
// which the owner listens then hold without anybody having to say so.
void make_owner_of_ask(v1::Patch& patch, const View& view, const std::string& member) {
  bool has_owner = false;
  view.session.each<v1::Participant>([&](const std::string& id, const v1::Participant&) {
    has_owner = has_owner || has_role(view.session, id, v1::SESSION_ROLE_CLIENT);
  });
  const v1::Participant* body = participant(view.session, member);
  if (has_owner || body == nullptr || has_role(view.session, member, v1::SESSION_ROLE_REVIEWER) ||
      has_role(view.session, member, v1::SESSION_ROLE_OBSERVER)) {
    return;
  }
  v1::SessionRoles assigned = body->assigned();
  assigned.add_items(v1::SESSION_ROLE_CLIENT);
  *change<v1::Participant>(patch, member).mutable_assigned() = std::move(assigned);
}

void mark_helping(v1::Patch& patch, const View& view, const std::string& swarm) {
  if (lookup<v1::Swarm>(view, swarm)->status() == v1::SWARM_STATUS_OPEN) {
    change<v1::Swarm>(patch, swarm).set_status(v1::SWARM_STATUS_HELPING);
  }
}

}  // namespace

Decided decide_open_swarm(const View& view, const v1::OpenSwarm& command, const Context& context) {
  if (auto refusal = check_deal_right(view, command.deal_id(), DealRight::Owner, context)) {
    return *std::move(refusal);
  }
  if (!lookup<v1::Deal>(view, command.deal_id())->is_open()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This deal is closed.");
  }
  if (has_open_swarm(view.session, command.deal_id()) ||
      has_open_swarm(view.library, command.deal_id())) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "A swarm is open for this deal already.");
  }
  if (is_blank(command.ask())) {
    return refuse(v1::REJECT_REASON_INVALID, "Write the question that help can answer.");
  }
  auto id = take_id(view, kSwarm, command.id(), context);
  if (!id) {
    return id.error();
  }
  Decision decision;
  auto& swarm = create<v1::Swarm>(decision.patch, *id);
  swarm.set_deal_id(command.deal_id());
  swarm.set_owner(context.actor);
  swarm.set_ask_kind(command.ask_kind() == v1::ASK_KIND_UNSPECIFIED ? v1::ASK_KIND_OTHER
                                                                    : command.ask_kind());
  swarm.set_ask(command.ask());
  swarm.set_opened_at_ms(context.now_ms);
  if (!view.stream.empty()) {
    swarm.set_session_id(view.stream);
  }
  swarm.set_status(v1::SWARM_STATUS_OPEN);
  if (auto refusal = check_values(swarm)) {
    return *std::move(refusal);
  }
  put_member(decision.patch, *id, context.actor, v1::SWARM_ROLE_OWNER, context.now_ms);
  make_owner_of_ask(decision.patch, view, context.actor);
  return decision;
}

Decided decide_join_swarm(const View& view, const v1::JoinSwarm& command, const Context& context) {
  if (auto refusal = check_open_swarm(view, command.swarm(), context)) {
    return *std::move(refusal);
  }
  const v1::SwarmRole role =
      command.role() == v1::SWARM_ROLE_UNSPECIFIED ? v1::SWARM_ROLE_HELPER : command.role();
  if (role == v1::SWARM_ROLE_OWNER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "A swarm has one owner: the one who asked.");
  }
  const v1::SwarmMember* before = membership(view, command.swarm(), context.actor);
  if (before != nullptr && !before->has_left_at_ms()) {
    if (before->role() == v1::SWARM_ROLE_OWNER || before->role() == role) {
      return refuse(v1::REJECT_REASON_NO_EFFECT, "You are in this swarm already.");
    }
  }
  Decision decision;
  put_member(decision.patch, command.swarm(), context.actor, role, context.now_ms);
  mark_helping(decision.patch, view, command.swarm());
  return decision;
}

Decided decide_give_part(const View& view, const v1::GivePart& command, const Context& context) {
  if (auto refusal = check_open_swarm(view, command.swarm(), context)) {
    return *std::move(refusal);
  }
  const bool is_owner = lookup<v1::Swarm>(view, command.swarm())->owner() == context.actor;
  if (!is_owner && !is_facilitator(view.session, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_FACILITATOR,
                  "Whoever leads or asks hands out the parts of a swarm.");
  }
  if (participant(view.session, command.member()) == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person is not in the session.");
  }
  const bool is_part = command.role() != v1::SWARM_ROLE_UNSPECIFIED &&
                       command.role() != v1::SWARM_ROLE_OWNER &&
                       v1::SwarmRole_IsValid(command.role());
  if (!is_part) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such part to give.");
  }
  const v1::SwarmMember* before = membership(view, command.swarm(), command.member());
  if (before != nullptr && before->role() == v1::SWARM_ROLE_OWNER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "The owner of the swarm stays its owner.");
  }
  if (before != nullptr && !before->has_left_at_ms() && before->role() == command.role()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This person has the part already.");
  }
  Decision decision;
  put_member(decision.patch, command.swarm(), command.member(), command.role(), context.now_ms);
  mark_helping(decision.patch, view, command.swarm());
  return decision;
}

Decided decide_leave_swarm(const View& view, const v1::LeaveSwarm& command,
                           const Context& context) {
  if (auto refusal = check_open_swarm(view, command.swarm(), context)) {
    return *std::move(refusal);
  }
  const v1::SwarmMember* member = membership(view, command.swarm(), context.actor);
  if (member == nullptr || member->has_left_at_ms()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You are not in this swarm.");
  }
  if (member->role() == v1::SWARM_ROLE_OWNER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "The owner closes the swarm instead.");
  }
  Decision decision;
  change<v1::SwarmMember>(decision.patch, member_id(command.swarm(), context.actor))
      .set_left_at_ms(context.now_ms);
  return decision;
}

Decided decide_close_swarm(const View& view, const v1::CloseSwarm& command,
                           const Context& context) {
  if (auto refusal = check_open_swarm(view, command.swarm(), context)) {
    return *std::move(refusal);
  }
  const auto& before = *lookup<v1::Swarm>(view, command.swarm());
  if (before.owner() != context.actor) {
    if (auto refusal = check_deal_right(view, before.deal_id(), DealRight::Owner, context)) {
      return *std::move(refusal);
    }
  }
  if (command.outcome() == v1::SWARM_OUTCOME_UNSPECIFIED) {
    return refuse(v1::REJECT_REASON_INVALID, "Say how it went.");
  }
  Decision decision;
  auto& swarm = change<v1::Swarm>(decision.patch, command.swarm());
  swarm.set_status(v1::SWARM_STATUS_CLOSED);
  swarm.set_closed_at_ms(context.now_ms);
  swarm.set_outcome(command.outcome());
  if (!command.what_helped().empty()) {
    swarm.set_what_helped(command.what_helped());
  }
  if (auto refusal = check_values(swarm)) {
    return *std::move(refusal);
  }
  return decision;
}

Decided decide_resolve_blocker(const View& view, const v1::ResolveBlocker& command,
                               const Context& context) {
  if (auto refusal = check_contributor(view, context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_target(view, kind_of<v1::Blocker>(), command.id(), context)) {
    return *std::move(refusal);
  }
  if (lookup<v1::Blocker>(view, command.id())->has_resolved_on()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "It is resolved already.");
  }
  Decision decision;
  auto& blocker = change<v1::Blocker>(decision.patch, command.id());
  blocker.set_resolved_on(command.on().empty() ? date_of(context.now_ms) : command.on());
  if (auto refusal = check_values(blocker)) {
    return *std::move(refusal);
  }
  return decision;
}

}  // namespace swarmboard::board
