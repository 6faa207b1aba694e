// The rules of helping one another: matches, handovers, buddies.
#include <string>

#include "server/board/kinds.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/record_rules.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

using Checked = std::optional<Refusal>;

bool is_matched(const View& view, const std::string& ask) {
  bool matched = false;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::HelpMatch>([&](const std::string&, const v1::HelpMatch& match) {
      matched = matched || match.ask() == ask;
    });
  }
  return matched;
}

// Id of the swarm that is open for a deal; empty when there is none.
std::string open_swarm(const View& view, const std::string& deal_id) {
  std::string open;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::Swarm>([&](const std::string& id, const v1::Swarm& swarm) {
      if (swarm.deal_id() == deal_id && swarm.status() != v1::SWARM_STATUS_CLOSED) {
        open = id;
      }
    });
  }
  return open;
}

void put_member(const RecordEdit& edit, const std::string& swarm, const std::string& member,
                v1::SwarmRole role) {
  auto& body = create<v1::SwarmMember>(edit.more, swarm + "/" + member);
  body.set_swarm(swarm);
  body.set_member(member);
  body.set_role(role);
  body.set_joined_at_ms(edit.context.now_ms);
}

// The one who asked gets a swarm with the one who offered in it; where a swarm is open for the
// deal, the one who offered joins that.
void call_swarm(const RecordEdit& edit, const v1::HelpAsk& ask, const v1::HelpOffer& offer) {
  std::string swarm = open_swarm(edit.view, ask.deal_id());
  if (swarm.empty()) {
    swarm = edit.context.new_id();
    auto& body = create<v1::Swarm>(edit.more, swarm);
    body.set_deal_id(ask.deal_id());
    body.set_owner(ask.author());
    body.set_ask_kind(ask.has_kind() ? ask.kind() : v1::ASK_KIND_OTHER);
    body.set_ask(ask.text());
    body.set_opened_at_ms(edit.context.now_ms);
    if (!edit.view.stream.empty()) {
      body.set_session_id(edit.view.stream);
    }
    body.set_status(v1::SWARM_STATUS_HELPING);
    put_member(edit, swarm, ask.author(), v1::SWARM_ROLE_OWNER);
    put_member(edit, swarm, offer.author(), v1::SWARM_ROLE_HELPER);
  } else if (lookup<v1::SwarmMember>(edit.view, swarm + "/" + offer.author()) == nullptr) {
    put_member(edit, swarm, offer.author(), v1::SWARM_ROLE_HELPER);
    if (lookup<v1::Swarm>(edit.view, swarm)->status() == v1::SWARM_STATUS_OPEN) {
      change<v1::Swarm>(edit.more, swarm).set_status(v1::SWARM_STATUS_HELPING);
    }
  }
  edit.written.mutable_help_match()->set_swarm(swarm);
}

}  // namespace

Checked rule_of_match(const RecordEdit& edit) {
  const v1::HelpMatch& match = edit.after.help_match();
  const auto* ask = lookup<v1::HelpAsk>(edit.view, match.ask());
  const auto* offer = lookup<v1::HelpOffer>(edit.view, match.offer());
  if (ask == nullptr || offer == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "The ask or the offer is not there any more.");
  }
  if (ask->author() == offer->author()) {
    return refuse(v1::REJECT_REASON_INVALID, "Somebody else helps, not the one who asks.");
  }
  if (is_matched(edit.view, match.ask())) {
    return refuse(v1::REJECT_REASON_ALREADY_EXISTS, "This ask has found help already.");
  }
  if (match.becomes() != v1::MATCH_BECOMES_SWARM) {
    return std::nullopt;
  }
  const auto* deal = lookup<v1::Deal>(edit.view, ask->deal_id());
  if (deal == nullptr || !deal->is_open()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "A swarm needs an ask about an open deal.");
  }
  call_swarm(edit, *ask, *offer);
  return std::nullopt;
}

// The owner of the deal or of the ask hands over; the partner who takes the customer answers.
Checked rule_of_handover(const RecordEdit& edit) {
  const v1::Handover& handover = edit.after.handover();
  const auto status =
      edit.before == nullptr ? v1::HANDOVER_STATUS_OPEN : edit.before->handover().status();
  if (edit.before == nullptr) {
    if (auto refusal =
            check_deal_right(edit.view, handover.deal_id(), DealRight::Owner, edit.context)) {
      return refusal;
    }
  }
  if (handover.status() == status) {
    return std::nullopt;
  }
  if (status == v1::HANDOVER_STATUS_ACCEPTED || handover.status() == v1::HANDOVER_STATUS_OPEN) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This handover has been answered.");
  }
  if (member_role(edit.view.library, edit.context.actor) != v1::MEMBER_ROLE_PARTNER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "The partner team accepts or refuses a handover.");
  }
  edit.written.mutable_handover()->set_answered_by(edit.context.actor);
  edit.written.mutable_handover()->set_answered_on(date_of(edit.context.now_ms));
  return std::nullopt;
}

Checked rule_of_pair(const RecordEdit& edit) {
  if (edit.after.buddy_pair().a() == edit.after.buddy_pair().b()) {
    return refuse(v1::REJECT_REASON_INVALID, "A pair is two people.");
  }
  return std::nullopt;
}

Checked rule_of_check_in(const RecordEdit& edit) {
  const auto* pair = lookup<v1::BuddyPair>(edit.view, edit.after.buddy_check_in().pair());
  if (pair == nullptr || (pair->a() != edit.context.actor && pair->b() != edit.context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Only the two of the pair log their check-in.");
  }
  return std::nullopt;
}

}  // namespace swarmboard::board
