#include "server/board/decide.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/board/decide_families.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

enum class Where { Session, Library, Either };
// The last three: the facilitator, or whom the facilitator shares that power with.
enum class By { Server, Member, Participant, Facilitator, ClockKeeper, StageKeeper, Doorkeeper };

// What all commands have in common, as data. `closed`: also in a session that has ended.
struct Rule {
  v1::Command::BodyCase body;
  Where where;
  By by;
  Decided (*decide)(const View&, const v1::Command&, const Context&);
  bool closed = false;
};

template <auto kGet, auto kDecide>
Decided call(const View& view, const v1::Command& command, const Context& context) {
  return kDecide(view, (command.*kGet)(), context);
}

using C = v1::Command;

// In the order of command.proto. On the library's stream, Participant means any active member.
constexpr Rule kRules[] = {
    {C::kEditRecord, Where::Either, By::Participant, call<&C::edit_record, decide_edit_record>},
    {C::kRemoveRecord, Where::Either, By::Participant,
     call<&C::remove_record, decide_remove_record>},
    {C::kTextEdit, Where::Either, By::Participant, call<&C::text_edit, decide_text_edit>},

    {C::kOpenSession, Where::Library, By::Member, call<&C::open_session, decide_open_session>},
    {C::kJoinSession, Where::Session, By::Member, call<&C::join_session, decide_join_session>},
    {C::kLeaveSession, Where::Session, By::Participant,
     call<&C::leave_session, decide_leave_session>},
    {C::kRejoinSession, Where::Session, By::Participant,
     call<&C::rejoin_session, decide_rejoin_session>},
    {C::kCloseSession, Where::Session, By::Facilitator,
     call<&C::close_session, decide_close_session>},
    {C::kNarrowAudience, Where::Session, By::Participant,
     call<&C::narrow_audience, decide_narrow_audience>, true},
    {C::kWidenAudience, Where::Session, By::Participant,
     call<&C::widen_audience, decide_widen_audience>, true},
    {C::kAssignRole, Where::Session, By::Facilitator, call<&C::assign_role, decide_assign_role>},
    {C::kStartStage, Where::Session, By::StageKeeper, call<&C::start_stage, decide_start_stage>},
    {C::kExtendStage, Where::Session, By::ClockKeeper, call<&C::extend_stage, decide_extend_stage>},
    {C::kRevealStage, Where::Session, By::StageKeeper, call<&C::reveal_stage, decide_reveal_stage>},
    {C::kHandOverSeat, Where::Session, By::Facilitator,
     call<&C::hand_over_seat, decide_hand_over_seat>},
    {C::kClaimSeat, Where::Session, By::Participant, call<&C::claim_seat, decide_claim_seat>},
    {C::kGiveFeedback, Where::Session, By::Participant,
     call<&C::give_feedback, decide_give_feedback>},
    {C::kNominateNext, Where::Session, By::Facilitator,
     call<&C::nominate_next, decide_nominate_next>},
    {C::kPauseClock, Where::Session, By::ClockKeeper, call<&C::pause_clock, decide_pause_clock>},
    {C::kResumeClock, Where::Session, By::ClockKeeper, call<&C::resume_clock, decide_resume_clock>},
    {C::kSharePower, Where::Session, By::Facilitator, call<&C::share_power, decide_share_power>},
    {C::kAnswerKnock, Where::Session, By::Doorkeeper, call<&C::answer_knock, decide_answer_knock>},
    {C::kCloseTimePoll, Where::Session, By::Server,
     call<&C::close_time_poll, decide_close_time_poll>},

    {C::kGroupCards, Where::Session, By::Participant, call<&C::group_cards, decide_group_cards>},
    {C::kOpenVote, Where::Session, By::StageKeeper, call<&C::open_vote, decide_open_vote>},
    {C::kCastVote, Where::Session, By::Participant, call<&C::cast_vote, decide_cast_vote>},
    {C::kCloseVote, Where::Session, By::StageKeeper, call<&C::close_vote, decide_close_vote>},
    {C::kMergeObjection, Where::Session, By::Participant,
     call<&C::merge_objection, decide_merge_objection>},
    {C::kLinkObjection, Where::Session, By::Participant,
     call<&C::link_objection, decide_link_objection>},
    {C::kNameConcern, Where::Session, By::Participant, call<&C::name_concern, decide_name_concern>},
    {C::kPublishResponse, Where::Either, By::Participant,
     call<&C::publish_response, decide_publish_response>},
    {C::kOpenTimePoll, Where::Session, By::ClockKeeper,
     call<&C::open_time_poll, decide_open_time_poll>},
    {C::kAnswerTimePoll, Where::Session, By::Participant,
     call<&C::answer_time_poll, decide_answer_time_poll>},

    {C::kOpenSwarm, Where::Either, By::Participant, call<&C::open_swarm, decide_open_swarm>},
    {C::kJoinSwarm, Where::Either, By::Participant, call<&C::join_swarm, decide_join_swarm>},
    {C::kLeaveSwarm, Where::Either, By::Participant, call<&C::leave_swarm, decide_leave_swarm>},
    {C::kCloseSwarm, Where::Either, By::Participant, call<&C::close_swarm, decide_close_swarm>},
    {C::kMakeCommitment, Where::Either, By::Participant,
     call<&C::make_commitment, decide_make_commitment>},
    {C::kRenegotiateCommitment, Where::Either, By::Participant,
     call<&C::renegotiate_commitment, decide_renegotiate_commitment>},
    {C::kCompleteCommitment, Where::Either, By::Participant,
     call<&C::complete_commitment, decide_complete_commitment>},
    {C::kMissCommitment, Where::Either, By::Participant,
     call<&C::miss_commitment, decide_miss_commitment>},
    {C::kDropCommitment, Where::Either, By::Participant,
     call<&C::drop_commitment, decide_drop_commitment>},
    {C::kSetJourneyStage, Where::Either, By::Participant,
     call<&C::set_journey_stage, decide_set_journey_stage>},
    {C::kSetScore, Where::Either, By::Participant, call<&C::set_score, decide_set_score>},
    {C::kSetStakeholder, Where::Either, By::Participant,
     call<&C::set_stakeholder, decide_set_stakeholder>},
    {C::kSetStrategy, Where::Either, By::Participant, call<&C::set_strategy, decide_set_strategy>},
    {C::kSetNextStep, Where::Either, By::Participant,
     call<&C::set_next_step, decide_set_next_step>},
    {C::kResolveNextStep, Where::Either, By::Participant,
     call<&C::resolve_next_step, decide_resolve_next_step>},
    {C::kResolveBlocker, Where::Either, By::Participant,
     call<&C::resolve_blocker, decide_resolve_blocker>},
    {C::kGivePart, Where::Session, By::Participant, call<&C::give_part, decide_give_part>},

    {C::kSwapTurns, Where::Library, By::Member, call<&C::swap_turns, decide_swap_turns>},
    {C::kSkipTurn, Where::Library, By::Member, call<&C::skip_turn, decide_skip_turn>},
    {C::kAnswerWorth, Where::Session, By::Participant, call<&C::answer_worth, decide_answer_worth>,
     true},

    {C::kSetLobbyStatus, Where::Library, By::Member,
     call<&C::set_lobby_status, decide_set_lobby_status>},
    {C::kSetTarget, Where::Either, By::Participant, call<&C::set_target, decide_set_target>},
    {C::kSetProgress, Where::Library, By::Member, call<&C::set_progress, decide_set_progress>},

    {C::kLoadFixture, Where::Library, By::Server, call<&C::load_fixture, decide_load_fixture>},
    {C::kLoseConnection, Where::Session, By::Server,
     call<&C::lose_connection, decide_lose_connection>},
    {C::kVacateSeat, Where::Session, By::Server, call<&C::vacate_seat, decide_vacate_seat>},
    {C::kAddMember, Where::Library, By::Server, call<&C::add_member, decide_add_member>},
    {C::kLogReplayView, Where::Library, By::Server,
     call<&C::log_replay_view, decide_log_replay_view>},
};

const Rule* find_rule(v1::Command::BodyCase body) {
  const auto* const found = std::find_if(std::begin(kRules), std::end(kRules),
                                         [&](const Rule& rule) { return rule.body == body; });
  return found == std::end(kRules) ? nullptr : found;
}

std::optional<Refusal> check_stream(const View& view, const Rule& rule) {
  if (view.stream.empty()) {
    if (rule.where == Where::Session) {
      return refuse(v1::REJECT_REASON_INVALID, "This can only be done inside a session.");
    }
    return std::nullopt;
  }
  if (rule.where == Where::Library) {
    return refuse(v1::REJECT_REASON_INVALID, "This can only be done in the team's library.");
  }
  const v1::Session* session = session_of(view.session);
  if (session == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such session.");
  }
  if (session->has_closed_at_ms() && !rule.closed) {
    return refuse(v1::REJECT_REASON_SESSION_CLOSED, "The session is over; its board is read-only.");
  }
  return std::nullopt;
}

bool may_lead(const State& session, By by, const std::string& actor) {
  if (is_facilitator(session, actor)) {
    return true;
  }
  switch (by) {
    case By::ClockKeeper:
      return has_power(session, actor, v1::POWER_CLOCK);
    case By::StageKeeper:
      return has_power(session, actor, v1::POWER_STAGE);
    case By::Doorkeeper:
      // While nobody leads, whoever is inside opens: a room never locks everybody out.
      return has_power(session, actor, v1::POWER_ADMIT) ||
             (seat_of(session)->state() != v1::SEAT_STATE_HELD && is_present(session, actor));
    default:
      return false;
  }
}

std::optional<Refusal> check_actor(const View& view, const Rule& rule, const Context& context) {
  const bool by_server = context.from_server && context.actor.empty();
  if (rule.by == By::Server || by_server) {
    return std::nullopt;
  }
  if (!is_active_member(view.library, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE, "You are not a member of this team.");
  }
  if (view.stream.empty() || rule.by == By::Member) {
    return std::nullopt;
  }
  // Somebody whose link dropped still takes part: what they wrote in the tunnel is welcome.
  if (view.session.get<v1::Participant>(context.actor) == nullptr) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE, "Join the session first.");
  }
  if (rule.by != By::Participant && !may_lead(view.session, rule.by, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_FACILITATOR, "Only the facilitator can do this.");
  }
  return std::nullopt;
}

}  // namespace

Decided decide(const View& view, const v1::Command& command, const Context& context) {
  // MirrorLibrary is an intent that the server writes, never a command that anybody sends.
  const Rule* rule = find_rule(command.body_case());
  const bool known = rule != nullptr || command.has_mirror_library();
  if (!known) {
    return refuse(v1::REJECT_REASON_UNSUPPORTED, "This server does not know this command.");
  }
  if (rule == nullptr || (rule->by == By::Server && !context.from_server)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Only the server itself does this.");
  }
  if (auto refusal = check_stream(view, *rule)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_actor(view, *rule, context)) {
    return *std::move(refusal);
  }
  return rule->decide(view, command, context);
}

}  // namespace swarmboard::board
