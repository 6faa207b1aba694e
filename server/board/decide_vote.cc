// Votes: dots on cards. While a hidden vote runs, others see how many have voted; the tally comes
// when it closes.
#include "server/board/decide_vote.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/templates.h"

namespace swarmboard::board {
namespace {

constexpr int kTargetsMax = 200;
constexpr std::uint32_t kDotsMax = 20;
// A ballot's id is vote/member and has to stay within the limit of ids.
constexpr std::size_t kVoteIdBytesMax = 40;

bool is_swarm(const State& session) {
  const Template* origin = find_template(session_of(session)->template_id());
  return origin != nullptr && !origin->owner_votes;
}

std::uint32_t dots_of(const View& view, const v1::OpenVote& command, const v1::Stage* stage) {
  if (command.per_person() > 0) {
    return command.per_person();
  }
  return stage != nullptr && stage->dots() > 0 ? stage->dots()
                                               : team_rules(view.library).votes_per_person();
}

// Contributions and groups of them. A card that is still hidden counts as not there.
bool is_on_board(const State& session, const std::string& id) {
  for (const Kind kind : all_kinds()) {
    const bool votable = record_policy(kind).content() || kind == kind_of<v1::NoteGroup>();
    const RecordPtr record = votable ? session.find(kind, id) : nullptr;
    if (record != nullptr && !is_hidden(*record)) {
      return true;
    }
  }
  return false;
}

std::optional<Refusal> check_targets(const View& view, const v1::OpenVote& command) {
  if (command.targets().empty() || command.targets_size() > kTargetsMax) {
    return refuse(v1::REJECT_REASON_INVALID, "Choose between one and two hundred cards.");
  }
  std::set<std::string> seen;
  for (const std::string& target : command.targets()) {
    if (!is_on_board(view.session, target)) {
      return refuse(v1::REJECT_REASON_TARGET_GONE, "One of the cards is not on the board.");
    }
    if (!seen.insert(target).second) {
      return refuse(v1::REJECT_REASON_INVALID, "A card can stand for the vote only once.");
    }
  }
  return std::nullopt;
}

std::optional<Refusal> check_opening(const View& view, const v1::OpenVote& command) {
  const auto stage = stage_running(view.session);
  if (stage && (stage->visibility() == v1::VISIBILITY_ANONYMOUS ||
                stage->visibility() == v1::VISIBILITY_OFF_RECORD)) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE,
                  "A ballot carries a name; there is no vote in this stage.");
  }
  if (command.id().size() > kVoteIdBytesMax) {
    return refuse(v1::REJECT_REASON_INVALID, "The id of a vote has at most 40 characters.");
  }
  if (command.per_person() > kDotsMax) {
    return refuse(v1::REJECT_REASON_INVALID, "These are too many dots for one person.");
  }
  return check_targets(view, command);
}

std::optional<Refusal> check_voter(const View& view, const std::string& voter) {
  if (has_role(view.session, voter, v1::SESSION_ROLE_OBSERVER)) {
    return refuse(v1::REJECT_REASON_ROLE_CANNOT_VOTE, "Observers do not vote.");
  }
  if (is_swarm(view.session) && has_role(view.session, voter, v1::SESSION_ROLE_CLIENT)) {
    return refuse(v1::REJECT_REASON_ROLE_CANNOT_VOTE,
                  "The owner of the ask decides and does not vote.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_dots(const v1::Vote& vote, const v1::CastVote& command) {
  if (static_cast<std::uint32_t>(command.on_size()) > vote.per_person()) {
    return refuse(v1::REJECT_REASON_TOO_MANY_DOTS, "You have fewer dots than that.");
  }
  for (const std::string& target : command.on()) {
    if (!contains(vote.targets(), target)) {
      return refuse(v1::REJECT_REASON_INVALID, "One of the cards does not stand for this vote.");
    }
  }
  return std::nullopt;
}

std::string ballot_id(const std::string& vote, const std::string& voter) {
  return vote + "/" + voter;
}

v1::Tally tally_of(const State& session, const std::string& vote_id, const v1::Vote& vote) {
  std::map<std::string, std::uint32_t> dots;
  v1::Tally tally;
  session.each<v1::Ballot>([&](const std::string&, const v1::Ballot& ballot) {
    if (ballot.vote() != vote_id) {
      return;
    }
    tally.set_voters(tally.voters() + 1);
    for (const std::string& target : ballot.on().items()) {
      ++dots[target];
    }
  });
  for (const std::string& target : vote.targets().items()) {
    auto& item = *tally.add_items();
    item.set_target(target);
    item.set_dots(dots[target]);
  }
  return tally;
}

void close(v1::Patch& patch, const State& session, const std::string& id, const v1::Vote& vote,
           std::int64_t now_ms) {
  auto& closed = change<v1::Vote>(patch, id);
  closed.set_closed_at_ms(now_ms);
  *closed.mutable_tally() = tally_of(session, id, vote);
}

}  // namespace

void close_open_votes(v1::Patch& patch, const State& session, std::int64_t now_ms) {
  session.each<v1::Vote>([&](const std::string& id, const v1::Vote& vote) {
    if (!vote.has_closed_at_ms()) {
      close(patch, session, id, vote, now_ms);
    }
  });
}

Decided decide_open_vote(const View& view, const v1::OpenVote& command, const Context& context) {
  if (auto refusal = check_opening(view, command)) {
    return *std::move(refusal);
  }
  const auto id = take_id(view, kind_of<v1::Vote>(), command.id(), context);
  if (id.has_error()) {
    return id.error();
  }
  const auto stage = stage_running(view.session);
  Decision decision;
  auto& vote = create<v1::Vote>(decision.patch, *id);
  for (const std::string& target : command.targets()) {
    vote.mutable_targets()->add_items(target);
  }
  vote.set_per_person(dots_of(view, command, stage.body));
  vote.set_hidden(command.hidden());
  if (stage) {
    vote.set_stage(stage.id);
  }
  vote.set_opened_by(context.actor);
  vote.set_opened_at_ms(context.now_ms);
  vote.set_voted(0);
  return decision;
}

Decided decide_cast_vote(const View& view, const v1::CastVote& command, const Context& context) {
  const auto* vote = view.session.get<v1::Vote>(command.vote());
  if (vote == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such vote.");
  }
  if (auto refusal = check_voter(view, context.actor)) {
    return *std::move(refusal);
  }
  if (vote->has_closed_at_ms()) {
    return refuse(v1::REJECT_REASON_VOTE_CLOSED, "The vote has closed.");
  }
  if (auto refusal = check_dots(*vote, command)) {
    return *std::move(refusal);
  }
  const std::string id = ballot_id(command.vote(), context.actor);
  const auto* before = view.session.get<v1::Ballot>(id);
  v1::Ids on;
  *on.mutable_items() = command.on();
  const bool withdraws = on.items().empty();
  if ((before == nullptr && withdraws) ||
      (before != nullptr && before->on().SerializeAsString() == on.SerializeAsString())) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Your dots are where they were.");
  }
  Decision decision;
  decision.private_act = vote->hidden();
  v1::Patch& patch = vote->hidden() ? lane_patch(decision, {context.actor}) : decision.patch;
  if (withdraws) {
    remove<v1::Ballot>(patch, id);
  } else {
    auto& ballot = create<v1::Ballot>(patch, id);
    ballot.set_vote(command.vote());
    ballot.set_voter(context.actor);
    *ballot.mutable_on() = std::move(on);
    if (vote->hidden()) {
      only_for(*patch.mutable_upsert()->rbegin(), {context.actor});
    }
  }
  if (before == nullptr) {
    change<v1::Vote>(decision.patch, command.vote()).set_voted(vote->voted() + 1);
  } else if (withdraws) {
    change<v1::Vote>(decision.patch, command.vote()).set_voted(vote->voted() - 1);
  }
  return decision;
}

Decided decide_close_vote(const View& view, const v1::CloseVote& command, const Context& context) {
  const auto* vote = view.session.get<v1::Vote>(command.vote());
  if (vote == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such vote.");
  }
  if (vote->has_closed_at_ms()) {
    return refuse(v1::REJECT_REASON_VOTE_CLOSED, "The vote has closed already.");
  }
  Decision decision;
  close(decision.patch, view.session, command.vote(), *vote, context.now_ms);
  return decision;
}

}  // namespace swarmboard::board
