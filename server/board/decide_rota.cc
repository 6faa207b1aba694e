#include "server/board/decide_rota.h"

#include <algorithm>
#include <map>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/templates.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr int kSwapsKept = 20;

bool takes_turns(const State& library, const std::string& member) {
  return member_role(library, member) == v1::MEMBER_ROLE_REP;
}

const v1::Rota* rota_of(const State& library) {
  return library.get<v1::Rota>(kRotaId);
}

// The rota to change; it is made when the team has none yet.
v1::Rota& touch_rota(v1::Patch& patch, const State& library,
                     std::initializer_list<int> cleared = {}) {
  return rota_of(library) == nullptr ? create<v1::Rota>(patch, kRotaId)
                                     : change<v1::Rota>(patch, kRotaId, cleared);
}

void set_order(v1::Rota& rota, const std::vector<std::string>& order) {
  rota.mutable_order()->clear_items();
  for (const std::string& member : order) {
    rota.mutable_order()->add_items(member);
  }
}

// Whoever had the seat longest; empty when nobody led.
std::string leader_of(const State& session, std::int64_t now_ms) {
  std::map<std::string, std::int64_t> led;
  session.each<v1::FacilitationTurn>([&](const std::string&, const v1::FacilitationTurn& turn) {
    led[turn.member()] += (turn.has_to_ms() ? turn.to_ms() : now_ms) - turn.from_ms();
  });
  const auto most = std::max_element(
      led.begin(), led.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == led.end() ? std::string() : most->first;
}

std::optional<Refusal> check_turn(const View& view, const std::string& member) {
  if (!takes_turns(view.library, member)) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person has no turn to lead.");
  }
  return std::nullopt;
}

bool is_manager(const View& view, const std::string& member) {
  return member_role(view.library, member) == v1::MEMBER_ROLE_MANAGER;
}

}  // namespace

std::vector<std::string> turn_order(const State& library) {
  std::vector<std::string> order;
  const v1::Rota* rota = rota_of(library);
  if (rota != nullptr) {
    for (const std::string& member : rota->order().items()) {
      const bool fresh = std::find(order.begin(), order.end(), member) == order.end();
      if (fresh && takes_turns(library, member)) {
        order.push_back(member);
      }
    }
  }
  std::map<std::string, std::int64_t> led;
  library.each<v1::SessionCard>([&](const std::string&, const v1::SessionCard& card) {
    led[card.facilitator()] = std::max(led[card.facilitator()], card.started_at_ms());
  });
  std::vector<std::pair<std::int64_t, std::string>> rest;
  library.each<v1::Member>([&](const std::string& id, const v1::Member&) {
    if (takes_turns(library, id) && std::find(order.begin(), order.end(), id) == order.end()) {
      rest.emplace_back(led[id], id);
    }
  });
  std::sort(rest.begin(), rest.end());
  for (auto& [at_ms, member] : rest) {
    order.push_back(std::move(member));
  }
  return order;
}

void end_turn_of_leader(v1::Patch& patch, const View& view, std::int64_t now_ms) {
  const std::string leader = leader_of(view.session, now_ms);
  if (leader.empty()) {
    return;
  }
  const auto* card = view.library.get<v1::SessionCard>(view.stream);
  if (card != nullptr && card->facilitator() != leader) {
    change<v1::SessionCard>(patch, view.stream).set_facilitator(leader);
  }
  // A talk of two is nobody's turn to lead the team.
  const bool is_turn = session_of(view.session)->replay_audience() != v1::REPLAY_AUDIENCE_PAIR &&
                       takes_turns(view.library, leader);
  if (!is_turn) {
    return;
  }
  std::vector<std::string> order = turn_order(view.library);
  order.erase(std::remove(order.begin(), order.end(), leader), order.end());
  order.push_back(leader);
  const v1::Rota* rota = rota_of(view.library);
  const bool was_named = rota != nullptr && rota->nominated() == leader;
  auto& changed =
      was_named
          ? touch_rota(patch, view.library,
                       {v1::Rota::kNominatedFieldNumber, v1::Rota::kNominatedTemplateFieldNumber,
                        v1::Rota::kNominatedByFieldNumber})
          : touch_rota(patch, view.library);
  set_order(changed, order);
}

Decided decide_nominate_next(const View& view, const v1::NominateNext& command,
                             const Context& context) {
  if (!is_active_member(view.library, command.member())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This person is not in the team.");
  }
  if (!command.template_id().empty() && find_template(command.template_id()) == nullptr) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such template.");
  }
  Decision decision;
  // Named anew as a whole: a template of an earlier nomination does not stay.
  auto& rota = touch_rota(decision.patch, view.library, {v1::Rota::kNominatedTemplateFieldNumber});
  rota.set_nominated(command.member());
  rota.set_nominated_by(context.actor);
  if (!command.template_id().empty()) {
    rota.set_nominated_template(command.template_id());
  }
  return decision;
}

Decided decide_swap_turns(const View& view, const v1::SwapTurns& command, const Context& context) {
  for (const std::string& member : {command.a(), command.b()}) {
    if (auto refusal = check_turn(view, member)) {
      return *std::move(refusal);
    }
  }
  if (command.a() == command.b()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Swap with somebody else.");
  }
  const bool is_own = command.a() == context.actor || command.b() == context.actor;
  if (!is_own && !is_manager(view, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Swap your own turn with somebody's.");
  }
  std::vector<std::string> order = turn_order(view.library);
  std::iter_swap(std::find(order.begin(), order.end(), command.a()),
                 std::find(order.begin(), order.end(), command.b()));
  const v1::Rota* before = rota_of(view.library);
  Decision decision;
  auto& rota = touch_rota(decision.patch, view.library);
  set_order(rota, order);
  if (before != nullptr) {
    *rota.mutable_swaps() = before->swaps();
    // Whoever was named has swapped that, too.
    if (before->nominated() == command.a()) {
      rota.set_nominated(command.b());
    } else if (before->nominated() == command.b()) {
      rota.set_nominated(command.a());
    }
  }
  auto& swaps = *rota.mutable_swaps()->mutable_items();
  if (swaps.size() >= kSwapsKept) {
    swaps.DeleteSubrange(0, swaps.size() - kSwapsKept + 1);
  }
  v1::RotaSwap& swap = *swaps.Add();
  swap.set_a(command.a());
  swap.set_b(command.b());
  swap.set_by(context.actor);
  swap.set_at_ms(context.now_ms);
  return decision;
}

Decided decide_skip_turn(const View& view, const v1::SkipTurn& command, const Context& context) {
  if (auto refusal = check_turn(view, command.member())) {
    return *std::move(refusal);
  }
  if (command.member() != context.actor && !is_manager(view, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                  "Everybody says for themselves when they are away.");
  }
  if (!command.until().empty() && !is_iso_date(command.until())) {
    return refuse(v1::REJECT_REASON_INVALID, "Until is not a date of the form YYYY-MM-DD.");
  }
  const std::string today = date_of(context.now_ms);
  if (!command.until().empty() && command.until() < today) {
    return refuse(v1::REJECT_REASON_INVALID, "That day is over.");
  }
  const v1::Rota* before = rota_of(view.library);
  const v1::RotaSkips known = before == nullptr ? v1::RotaSkips() : before->skips();
  v1::RotaSkips skips;
  bool changes = !command.until().empty();
  for (const v1::RotaSkip& skip : known.items()) {
    if (skip.member() == command.member()) {
      changes = skip.until() != command.until();
    } else if (skip.until() >= today) {  // Past ones have had their effect.
      *skips.add_items() = skip;
    }
  }
  if (!changes) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Nothing would change.");
  }
  if (!command.until().empty()) {
    v1::RotaSkip& skip = *skips.add_items();
    skip.set_member(command.member());
    skip.set_until(command.until());
  }
  Decision decision;
  *touch_rota(decision.patch, view.library).mutable_skips() = std::move(skips);
  return decision;
}

}  // namespace swarmboard::board
