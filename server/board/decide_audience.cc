// Who may replay, and who is what in the session.
#include <optional>
#include <string>
#include <utility>

#include "server/board/access.h"
#include "server/board/card_title.h"
#include "server/board/decide_families.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

// Both the session and its card in the team room say it. A wish to widen is settled by this.
void set_audience(v1::Patch& patch, const View& view, v1::ReplayAudience audience) {
  change<v1::Session>(patch, view.stream).set_replay_audience(audience);
  if (view.library.get<v1::SessionCard>(view.stream) != nullptr) {
    auto& card = change<v1::SessionCard>(patch, view.stream);
    card.set_replay_audience(audience);
    card.set_title(card_title(*session_of(view.session), audience));
  }
  if (view.session.get<v1::AudienceWidening>(kWideningId) != nullptr) {
    remove<v1::AudienceWidening>(patch, kWideningId);
  }
}

bool everybody_agrees(const State& session, const v1::Ids& agreed) {
  bool all = true;
  session.each<v1::Participant>([&](const std::string& member, const v1::Participant&) {
    all = all && contains(agreed, member);
  });
  return all;
}

// Roles that one person has at a time: given to another, they leave the first.
bool is_single(v1::SessionRole role) {
  return role == v1::SESSION_ROLE_CLIENT || role == v1::SESSION_ROLE_SCRIBE ||
         role == v1::SESSION_ROLE_TIMEKEEPER || role == v1::SESSION_ROLE_REVIEWER;
}

bool owns_topic(const View& view, const std::string& member) {
  const auto* deal = view.library.get<v1::Deal>(session_of(view.session)->topic().deal_id());
  return (deal != nullptr && deal->owner() == member) ||
         has_role(view.session, member, v1::SESSION_ROLE_CLIENT);
}

v1::SessionRoles without(const v1::SessionRoles& roles, v1::SessionRole role) {
  v1::SessionRoles kept;
  for (const int each : roles.items()) {
    if (each != role) {
      kept.add_items(static_cast<v1::SessionRole>(each));
    }
  }
  return kept;
}

std::optional<Refusal> check_role(const View& view, const v1::AssignRole& command) {
  const v1::Participant* body = participant(view.session, command.member());
  if (body == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person is not in the session.");
  }
  if (command.role() == v1::SESSION_ROLE_UNSPECIFIED || !v1::SessionRole_IsValid(command.role())) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such role.");
  }
  const v1::MemberRole member = member_role(view.library, command.member());
  const bool manager_takes_part = member == v1::MEMBER_ROLE_MANAGER &&
                                  command.role() != v1::SESSION_ROLE_OBSERVER &&
                                  command.role() != v1::SESSION_ROLE_TIMEKEEPER;
  const bool partner_as_rep =
      member == v1::MEMBER_ROLE_PARTNER && command.role() == v1::SESSION_ROLE_REP;
  const bool rep_as_guest =
      member == v1::MEMBER_ROLE_REP && command.role() == v1::SESSION_ROLE_GUEST;
  if (manager_takes_part || partner_as_rep || rep_as_guest) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "This person cannot have this role.");
  }
  const bool reviews_own =
      (command.role() == v1::SESSION_ROLE_REVIEWER && owns_topic(view, command.member())) ||
      (command.role() == v1::SESSION_ROLE_CLIENT &&
       has_role(view.session, command.member(), v1::SESSION_ROLE_REVIEWER));
  if (reviews_own) {
    return refuse(v1::REJECT_REASON_OWNER_CANNOT_REVIEW, "The owner of a deal does not review it.");
  }
  const bool has_it = is_single(command.role())
                          ? has_role(view.session, command.member(), command.role())
                          : body->role() == command.role() && body->assigned().items().empty();
  if (has_it) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This person has the role already.");
  }
  return std::nullopt;
}

// Takes a single role away from whoever has it, also from one who came in it.
void take_away(v1::Patch& patch, const View& view, v1::SessionRole role) {
  view.session.each<v1::Participant>([&](const std::string& id, const v1::Participant& body) {
    if (!has_role(view.session, id, role)) {
      return;
    }
    auto& changed = change<v1::Participant>(patch, id);
    *changed.mutable_assigned() = without(body.assigned(), role);
    if (body.role() == role) {
      changed.set_role(v1::SESSION_ROLE_REP);
    }
  });
}

Decided take_role_back(const View& view, const v1::AssignRole& command) {
  if (!is_single(command.role())) {
    return refuse(v1::REJECT_REASON_INVALID, "Give this person another role instead.");
  }
  if (!has_role(view.session, command.member(), command.role())) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This person does not have the role.");
  }
  Decision decision;
  take_away(decision.patch, view, command.role());
  return decision;
}

}  // namespace

Decided decide_narrow_audience(const View& view, const v1::NarrowAudience& command,
                               const Context&) {
  const int now = audience_rank(session_of(view.session)->replay_audience());
  const int asked = audience_rank(command.replay_audience());
  if (asked == 0) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such replay audience.");
  }
  if (asked == now) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "These are the people who may replay already.");
  }
  if (asked > now) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                  "More people may only replay when every participant agrees.");
  }
  Decision decision;
  set_audience(decision.patch, view, command.replay_audience());
  return decision;
}

Decided decide_widen_audience(const View& view, const v1::WidenAudience& command,
                              const Context& context) {
  const int now = audience_rank(session_of(view.session)->replay_audience());
  const int asked = audience_rank(command.replay_audience());
  if (asked == 0) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such replay audience.");
  }
  if (asked <= now) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "These people may replay already.");
  }
  const auto* pending = view.session.get<v1::AudienceWidening>(kWideningId);
  const bool same_wish = pending != nullptr && pending->to() == command.replay_audience();
  v1::Ids agreed;
  if (same_wish) {
    agreed = pending->agreed();
  }
  if (contains(agreed, context.actor)) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You have agreed already; others have not yet.");
  }
  agreed.add_items(context.actor);
  Decision decision;
  if (everybody_agrees(view.session, agreed)) {
    set_audience(decision.patch, view, command.replay_audience());
    return decision;
  }
  if (same_wish) {
    *change<v1::AudienceWidening>(decision.patch, kWideningId).mutable_agreed() = std::move(agreed);
    return decision;
  }
  auto& wish = create<v1::AudienceWidening>(decision.patch, kWideningId);
  wish.set_to(command.replay_audience());
  wish.set_asked_by(context.actor);
  *wish.mutable_agreed() = std::move(agreed);
  return decision;
}

Decided decide_assign_role(const View& view, const v1::AssignRole& command, const Context&) {
  if (command.take_back()) {
    return take_role_back(view, command);
  }
  if (auto refusal = check_role(view, command)) {
    return *std::move(refusal);
  }
  Decision decision;
  if (!is_single(command.role())) {  // REP, GUEST, OBSERVER: what somebody is, and nothing else.
    change<v1::Participant>(decision.patch, command.member(),
                            {v1::Participant::kAssignedFieldNumber})
        .set_role(command.role());
    return decision;
  }
  take_away(decision.patch, view, command.role());
  v1::SessionRoles assigned = participant(view.session, command.member())->assigned();
  assigned.add_items(command.role());
  *change<v1::Participant>(decision.patch, command.member()).mutable_assigned() =
      std::move(assigned);
  return decision;
}

}  // namespace swarmboard::board
