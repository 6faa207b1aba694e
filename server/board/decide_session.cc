// Opening, entering, leaving and closing a session.
#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "server/base/limits.h"
#include "server/board/access.h"
#include "server/board/card_title.h"
#include "server/board/decide_clock.h"
#include "server/board/decide_families.h"
#include "server/board/decide_rota.h"
#include "server/board/decide_seat.h"
#include "server/board/decide_stage.h"
#include "server/board/decide_vote.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/route.h"
#include "server/board/templates.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr std::size_t kTitleUtf16Max = 300;
constexpr std::uint32_t kStageMinMax = 180;
// Ids such as session/viewer have to stay within the limit of ids.
constexpr std::size_t kSessionIdBytesMax = 40;

// What a member is in a session when nothing else is said.
v1::SessionRole usual_role(v1::MemberRole role) {
  switch (role) {
    case v1::MEMBER_ROLE_MANAGER:
      return v1::SESSION_ROLE_OBSERVER;
    case v1::MEMBER_ROLE_PARTNER:
      return v1::SESSION_ROLE_GUEST;
    default:
      return v1::SESSION_ROLE_REP;
  }
}

// Managers observe and partners are guests; reps come as whatever they are needed for.
bool may_come_as(v1::MemberRole member, v1::SessionRole role) {
  if (!v1::SessionRole_IsValid(role)) {
    return false;
  }
  switch (member) {
    case v1::MEMBER_ROLE_MANAGER:
      return role == v1::SESSION_ROLE_OBSERVER;
    case v1::MEMBER_ROLE_PARTNER:
      return role == v1::SESSION_ROLE_GUEST;
    default:
      return role != v1::SESSION_ROLE_GUEST;
  }
}

v1::ReplayAudience usual_audience(const State& library, const Template& chosen) {
  return narrower(team_rules(library).default_replay_audience(), chosen.default_audience);
}

template <class Body>
bool is_missing(const State& library, const std::string& id) {
  return !id.empty() && library.get<Body>(id) == nullptr;
}

std::optional<Refusal> check_topic(const State& library, const v1::Topic& topic) {
  if (is_blank(topic.title())) {
    return refuse(v1::REJECT_REASON_INVALID, "Say what the session is about.");
  }
  if (utf16_length(topic.title()) > kTitleUtf16Max) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "The title is too long.");
  }
  if (!v1::TopicKind_IsValid(topic.kind())) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such kind of topic.");
  }
  if (is_missing<v1::Deal>(library, topic.deal_id()) ||
      is_missing<v1::Competitor>(library, topic.competitor_id()) ||
      is_missing<v1::ObjectionEntry>(library, topic.entry_id()) ||
      is_missing<v1::Block>(library, topic.block_id())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "The topic is not in the library.");
  }
  return std::nullopt;
}

// A template that asks for less than the team's default protects its room: nobody opens it wider.
std::optional<Refusal> check_audience(const State& library, const Template& chosen,
                                      v1::ReplayAudience asked) {
  if (asked == v1::REPLAY_AUDIENCE_UNSPECIFIED) {
    return std::nullopt;
  }
  if (audience_rank(asked) == 0) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such replay audience.");
  }
  const int ours = audience_rank(chosen.default_audience);
  const int teams = audience_rank(team_rules(library).default_replay_audience());
  if (ours < teams && audience_rank(asked) > ours) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "This template keeps its replay to fewer people.");
  }
  return std::nullopt;
}

// Timeboxes of the template's stages, each named once.
std::optional<Refusal> check_timeboxes(const Template& chosen, const v1::StageMinutes& timeboxes) {
  std::set<std::string> seen;
  for (const v1::StageMinute& timebox : timeboxes.items()) {
    const bool known = std::any_of(
        chosen.stages.begin(), chosen.stages.end(),
        [&](const Template::KeyedStage& stage) { return stage.key == timebox.stage(); });
    if (!known || !seen.insert(timebox.stage()).second) {
      return refuse(v1::REJECT_REASON_INVALID, "A timebox names each stage of the template once.");
    }
    if (timebox.minutes() == 0 || timebox.minutes() > kStageMinMax) {
      return refuse(v1::REJECT_REASON_INVALID, "A stage takes between one minute and three hours.");
    }
  }
  return std::nullopt;
}

// The template's stages with the times that were chosen.
std::vector<Template::KeyedStage> planned_stages(const Template& chosen,
                                                 const v1::StageMinutes& timeboxes) {
  std::vector<Template::KeyedStage> stages = chosen.stages;
  for (const v1::StageMinute& timebox : timeboxes.items()) {
    for (auto& [key, stage] : stages) {
      if (key == timebox.stage()) {
        stage.set_minutes(timebox.minutes());
      }
    }
  }
  return stages;
}

std::uint32_t minutes_of(const std::vector<Template::KeyedStage>& stages) {
  return std::accumulate(stages.begin(), stages.end(), 0U,
                         [](std::uint32_t sum, const Template::KeyedStage& stage) {
                           return sum + stage.stage.minutes();
                         });
}

std::optional<Refusal> check_opening(const View& view, const v1::OpenSession& command,
                                     const Context& context) {
  const auto* opener = view.library.get<v1::Member>(context.actor);
  if (opener->role() == v1::MEMBER_ROLE_PARTNER) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Guests cannot open a session.");
  }
  if (command.session_id().size() > kSessionIdBytesMax) {
    return refuse(v1::REJECT_REASON_INVALID, "The id of a session has at most 40 characters.");
  }
  const Template* chosen = find_template(command.template_id());
  if (chosen == nullptr) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such template.");
  }
  if (!command.facilitator().empty() && !is_active_member(view.library, command.facilitator())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "The facilitator is not in the team.");
  }
  if (auto refusal = check_topic(view.library, command.topic())) {
    return refusal;
  }
  if (auto refusal = check_timeboxes(*chosen, command.timeboxes())) {
    return refusal;
  }
  if (is_missing<v1::SessionPlan>(view.library, command.plan_id()) ||
      is_missing<v1::ParkedTopic>(view.library, command.parked_id())) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "Somebody has taken this up already.");
  }
  return check_audience(view.library, *chosen, command.replay_audience());
}

v1::Participant newcomer(v1::SessionRole role, v1::ReplayAudience accepted, std::int64_t now_ms) {
  v1::Participant body;
  body.set_role(role);
  body.set_joined_at_ms(now_ms);
  body.set_present(true);
  body.set_accepted_audience(accepted);
  return body;
}

void come_back(v1::Patch& patch, const View& view, const Context& context) {
  change<v1::Participant>(
      patch, context.actor,
      {v1::Participant::kLeftAtMsFieldNumber, v1::Participant::kLeaveReasonFieldNumber})
      .set_present(true);
  seat_when_back(patch, view, context.actor, context.now_ms);
}

Decided go(const View& view, const std::string& member, v1::LeaveReason reason,
           std::int64_t now_ms) {
  const auto* body = view.session.get<v1::Participant>(member);
  if (body == nullptr || !body->present()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "This person is not here.");
  }
  Decision decision;
  auto& changed = change<v1::Participant>(decision.patch, member);
  changed.set_present(false);
  changed.set_left_at_ms(now_ms);
  changed.set_leave_reason(reason);
  seat_when_gone(decision.patch, view, member, now_ms);
  return decision;
}

// The team room's card lists who took part, from the first minute on.
void list_participant(v1::Patch& patch, const View& view, const std::string& member) {
  const auto* card = view.library.get<v1::SessionCard>(view.stream);
  if (card == nullptr) {
    return;
  }
  v1::Ids participants = card->participants();
  participants.add_items(member);
  *change<v1::SessionCard>(patch, view.stream).mutable_participants() = std::move(participants);
}

// Nobody waits at the door of a session that is over.
void send_guests_home(v1::Patch& patch, const View& view) {
  view.library.each<v1::Knock>([&](const std::string& id, const v1::Knock& knock) {
    if (knock.session() == view.stream) {
      remove<v1::Knock>(patch, id);
    }
  });
}

v1::SessionCard card_of(const v1::Session& session, const std::string& facilitator) {
  v1::SessionCard card;
  card.set_title(card_title(session, session.replay_audience()));
  card.set_topic_kind(session.topic().kind());
  if (session.topic().has_deal_id() && session.replay_audience() != v1::REPLAY_AUDIENCE_PAIR) {
    card.set_deal_id(session.topic().deal_id());
  }
  card.set_template_id(session.template_id());
  card.set_started_at_ms(session.started_at_ms());
  card.set_facilitator(facilitator);
  card.set_replay_audience(session.replay_audience());
  if (session.guests_wait()) {
    card.set_guests_wait(true);
  }
  card.mutable_participants()->add_items(session.opened_by());
  return card;
}

v1::Session new_session(const View& view, const v1::OpenSession& command, const Template& chosen,
                        const Context& context) {
  v1::Session body;
  body.set_team(only_one<v1::Team>(view.library).id);
  body.set_template_id(command.template_id());
  body.set_template_version(chosen.version);
  *body.mutable_topic() = command.topic();
  if (command.topic().kind() == v1::TOPIC_KIND_UNSPECIFIED) {
    body.mutable_topic()->set_kind(chosen.topic_kind);
  }
  body.set_started_at_ms(context.now_ms);
  body.set_opened_by(context.actor);
  body.set_replay_audience(command.replay_audience() == v1::REPLAY_AUDIENCE_UNSPECIFIED
                               ? usual_audience(view.library, chosen)
                               : command.replay_audience());
  body.set_planned_min(minutes_of(planned_stages(chosen, command.timeboxes())));
  if (command.guests_wait()) {
    body.set_guests_wait(true);
  }
  body.set_default_facilitator(command.facilitator().empty() ? context.actor
                                                             : command.facilitator());
  return body;
}

}  // namespace

Decided decide_open_session(const View& view, const v1::OpenSession& command,
                            const Context& context) {
  if (auto refusal = check_opening(view, command, context)) {
    return *std::move(refusal);
  }
  // The team room has a card for every session there ever was.
  auto id = take_id(view, kind_of<v1::SessionCard>(), command.session_id(), context);
  if (id.has_error()) {
    return id.error();
  }
  const Template& chosen = *find_template(command.template_id());
  const v1::Session session = new_session(view, command, chosen, context);
  const v1::MemberRole opener = view.library.get<v1::Member>(context.actor)->role();
  Decision decision;
  decision.opens_session = *std::move(id);
  // A session stands on its own: it starts with what it needs of the library.
  decision.patch = opening_view(view.library, session.topic());
  v1::Patch& patch = decision.patch;
  create<v1::Session>(patch, decision.opens_session) = session;
  seat_at_opening(patch, view, session.default_facilitator(), context);
  for (const auto& [key, stage] : planned_stages(chosen, command.timeboxes())) {
    create<v1::Stage>(patch, key) = stage;
  }
  create<v1::Participant>(patch, context.actor) =
      newcomer(usual_role(opener), session.replay_audience(), context.now_ms);
  create<v1::SessionCard>(patch, decision.opens_session) =
      card_of(session, session.default_facilitator());
  // What was prepared or parked is taken up now.
  if (!command.plan_id().empty()) {
    remove<v1::SessionPlan>(patch, command.plan_id());
  }
  if (!command.parked_id().empty()) {
    remove<v1::ParkedTopic>(patch, command.parked_id());
  }
  return decision;
}

Decided decide_join_session(const View& view, const v1::JoinSession& command,
                            const Context& context) {
  const v1::Session& session = *session_of(view.session);
  const auto* before = view.session.get<v1::Participant>(context.actor);
  if (before != nullptr && before->present()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You are here already.");
  }
  if (!may_enter(view.session, view.library, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE, "This session is for others.");
  }
  // Nobody enters without having seen who may replay. Somebody who accepted more accepts this too.
  if (audience_rank(command.accepts_replay_audience()) < audience_rank(session.replay_audience())) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE,
                  "Look at who may replay this session, and accept it, before you enter.");
  }
  Decision decision;
  if (before != nullptr) {
    come_back(decision.patch, view, context);
    return decision;
  }
  const v1::MemberRole member = view.library.get<v1::Member>(context.actor)->role();
  const v1::SessionRole role =
      command.role() == v1::SESSION_ROLE_UNSPECIFIED ? usual_role(member) : command.role();
  if (!may_come_as(member, role)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "You cannot take part in this role.");
  }
  std::size_t inside = 0;
  view.session.each<v1::Participant>([&](const std::string&, const auto&) { ++inside; });
  if (inside >= limits::kParticipantsMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "The session is full.");
  }
  create<v1::Participant>(decision.patch, context.actor) =
      newcomer(role, session.replay_audience(), context.now_ms);
  seat_when_back(decision.patch, view, context.actor, context.now_ms);
  list_participant(decision.patch, view, context.actor);
  return decision;
}

Decided decide_leave_session(const View& view, const v1::LeaveSession& command,
                             const Context& context) {
  if (!v1::LeaveReason_IsValid(command.reason())) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such reason.");
  }
  return go(
      view, context.actor,
      command.reason() == v1::LEAVE_REASON_UNSPECIFIED ? v1::LEAVE_REASON_LEFT : command.reason(),
      context.now_ms);
}

Decided decide_lose_connection(const View& view, const v1::LoseConnection&,
                               const Context& context) {
  return go(view, context.actor, v1::LEAVE_REASON_CONNECTION_LOST, context.now_ms);
}

Decided decide_rejoin_session(const View& view, const v1::RejoinSession&, const Context& context) {
  if (view.session.get<v1::Participant>(context.actor)->present()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You are here already.");
  }
  Decision decision;
  come_back(decision.patch, view, context);
  return decision;
}

Decided decide_close_session(const View& view, const v1::CloseSession&, const Context& context) {
  Decision decision;
  v1::Patch& patch = decision.patch;
  change<v1::Session>(patch, view.stream, {v1::Session::kRunningStageFieldNumber})
      .set_closed_at_ms(context.now_ms);
  end_turn(patch, view.session, context.now_ms);
  end_turn_of_leader(patch, view, context.now_ms);
  close_time_poll(patch, view.session, context.now_ms);
  send_guests_home(patch, view);
  view.session.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    if (key == session_of(view.session)->running_stage()) {
      end_stage(patch, key, stage, context.now_ms);
      if (stage.visibility() == v1::VISIBILITY_OFF_RECORD) {
        decision.ends_off_record = key;
      }
    }
    // Private cards that were never revealed stay with their writers; anonymous ones have none.
    if (may_hold_sealed(stage)) {
      decision.drop_sealed.push_back(key);
    }
  });
  close_open_votes(patch, view.session, context.now_ms);
  if (view.library.get<v1::SessionCard>(view.stream) != nullptr) {
    change<v1::SessionCard>(patch, view.stream).set_closed_at_ms(context.now_ms);
  }
  return decision;
}

}  // namespace swarmboard::board
