#include "server/board/queries.h"

#include <algorithm>

#include "server/board/apply.h"

namespace swarmboard::board {
namespace {

template <class Items, class Item>
bool has(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

RecordPtr lookup(const View& view, Kind kind, std::string_view id) {
  RecordPtr record = view.session.find(kind, id);
  return record != nullptr ? record : view.library.find(kind, id);
}

const v1::Session* session_of(const State& session) {
  return only_one<v1::Session>(session).body;
}

bool is_closed(const State& session) {
  const v1::Session* record = session_of(session);
  return record != nullptr && record->has_closed_at_ms();
}

const v1::Seat* seat_of(const State& session) {
  return session.get<v1::Seat>(kSeatId);
}

Found<v1::Stage> stage_running(const State& session) {
  const v1::Session* record = session_of(session);
  if (record == nullptr || record->running_stage().empty()) {
    return {};
  }
  return {record->running_stage(), session.get<v1::Stage>(record->running_stage())};
}

const v1::Participant* participant(const State& session, std::string_view member) {
  return session.get<v1::Participant>(member);
}

bool is_present(const State& session, std::string_view member) {
  const v1::Participant* found = participant(session, member);
  return found != nullptr && found->present();
}

std::uint32_t present_count(const State& session) {
  std::uint32_t count = 0;
  session.each<v1::Participant>(
      [&](const std::string&, const v1::Participant& one) { count += one.present() ? 1 : 0; });
  return count;
}

bool is_facilitator(const State& session, std::string_view member) {
  const v1::Seat* seat = seat_of(session);
  return seat != nullptr && !member.empty() && seat->state() == v1::SEAT_STATE_HELD &&
         seat->holder() == member;
}

bool has_role(const State& session, std::string_view member, v1::SessionRole role) {
  const v1::Participant* found = participant(session, member);
  return found != nullptr && (found->role() == role || contains(found->assigned(), role));
}

bool has_power(const State& session, std::string_view member, v1::Power power) {
  const v1::Participant* found = participant(session, member);
  return found != nullptr && has(found->powers().items(), static_cast<int>(power));
}

v1::MemberRole member_role(const State& library, std::string_view member) {
  const v1::Member* found = library.get<v1::Member>(member);
  return found != nullptr && is_active_member(library, member) ? found->role()
                                                               : v1::MEMBER_ROLE_UNSPECIFIED;
}

bool is_active_member(const State& library, std::string_view member) {
  const v1::Member* found = library.get<v1::Member>(member);
  // Somebody is active until the team says otherwise.
  return found != nullptr && (!found->has_active() || found->active());
}

v1::TeamRules team_rules(const State& library) {
  v1::Record merged;
  v1::TeamRules& rules = *merged.mutable_team()->mutable_rules();
  rules.set_seat_grace_s(60);
  rules.set_anonymity_min(5);
  rules.set_votes_per_person(3);
  rules.set_default_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  rules.set_review_deadline_working_days(10);
  rules.set_close_to_target_percent(80);
  rules.set_max_open_experiments(2);
  if (const Found<v1::Team> team = only_one<v1::Team>(library); team && team->has_rules()) {
    v1::Upsert own;
    *own.mutable_record()->mutable_team()->mutable_rules() = team->rules();
    apply_upsert(merged, own);
  }
  return merged.team().rules();
}

bool contains(const v1::Ids& ids, std::string_view item) {
  return has(ids.items(), item);
}

bool contains(const v1::Texts& texts, std::string_view item) {
  return has(texts.items(), item);
}

bool contains(const v1::SessionRoles& roles, v1::SessionRole role) {
  return has(roles.items(), static_cast<int>(role));
}

bool contains(const v1::NoteKinds& kinds, v1::NoteKind kind) {
  return has(kinds.items(), static_cast<int>(kind));
}

}  // namespace swarmboard::board
