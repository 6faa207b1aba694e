#include "tests/sim/workload.h"

#include <utility>

#include "server/board/kinds.h"
#include "server/board/policy.h"
#include "server/board/templates.h"
#include "tests/sim/tokens.h"

namespace swarmboard::sim {
namespace {

constexpr std::size_t kFollowsMax = 4;
constexpr int kLiveSessionsMax = 3;

v1::Record& add(v1::LoadFixture& fixture, const std::string& id) {
  v1::Record& record = *fixture.add_records();
  record.set_id(id);
  return record;
}

}  // namespace

std::vector<std::string> Workload::members() {
  return {"ada", "bo", "cem", "dina", "eli", "fay", "gus"};
}

v1::Command Workload::library() const {
  v1::Command command;
  v1::LoadFixture& fixture = *command.mutable_load_fixture();
  v1::Team& team = *add(fixture, "team").mutable_team();
  team.set_name("Sample");
  team.mutable_rules()->set_seat_grace_s(8);
  team.mutable_rules()->set_anonymity_min(2);
  team.mutable_rules()->set_votes_per_person(3);
  team.mutable_rules()->set_default_replay_audience(v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  for (const std::string& id : members()) {
    v1::Member& member = *add(fixture, id).mutable_member();
    member.set_name("Name of " + id);
    member.set_role(id == "fay"   ? v1::MEMBER_ROLE_MANAGER
                    : id == "gus" ? v1::MEMBER_ROLE_PARTNER
                                  : v1::MEMBER_ROLE_REP);
    member.set_active(true);
  }
  add(fixture, "rota").mutable_rota();
  v1::Competitor& competitor = *add(fixture, "k1").mutable_competitor();
  competitor.set_name("Rival");
  competitor.set_kind(v1::COMPETITOR_KIND_VENDOR);
  for (const char* id : {"d1", "d2"}) {
    v1::Deal& deal = *add(fixture, id).mutable_deal();
    deal.set_account(std::string("Account ") + id);
    deal.set_owner("ada");
    deal.set_value(1000);
    deal.set_stage(v1::JOURNEY_STAGE_EXPLORING);
    deal.set_competitor_id("k1");
    deal.set_is_open(true);
  }
  return command;
}

void Workload::act(SimClient& client) {
  const Follow* home = client.find("");
  if (home == nullptr || home->state.size() == 0) {
    return;
  }
  if (chance(random_, 0.15) && follow_something(client, home->state)) {
    return;
  }
  std::vector<std::string> streams;
  for (const auto& [stream, follow] : client.follows()) {
    if (!stream.empty() && follow.state.size() > 0) {
      streams.push_back(stream);
    }
  }
  if (streams.empty() || chance(random_, 0.02)) {
    if (auto command = open_session(client, home->state)) {
      client.submit("", *command);
    } else {
      (void)follow_something(client, home->state);
    }
    return;
  }
  const std::string stream = one_of(streams);
  act_in(client, stream, look(client.member(), client.find(stream)->state));
}

bool Workload::follow_something(SimClient& client, const board::State& library) {
  std::vector<std::string> open;
  library.each<v1::SessionCard>([&](const std::string& id, const v1::SessionCard& card) {
    if (!card.has_closed_at_ms() && client.find(id) == nullptr) {
      open.push_back(id);
    }
  });
  if (open.empty() || client.follows().size() >= kFollowsMax) {
    return false;
  }
  client.follow(one_of(open));
  return true;
}

Workload::Maybe Workload::open_session(const SimClient& client, const board::State& library) {
  int live = 0;
  library.each<v1::SessionCard>([&](const std::string&, const v1::SessionCard& card) {
    live += card.has_closed_at_ms() ? 0 : 1;
  });
  if (live >= kLiveSessionsMax || client.pending_count() > 0) {
    return {};
  }
  v1::Command command;
  v1::OpenSession& open = *command.mutable_open_session();
  open.set_session_id(new_id("s"));
  const auto templates = board::all_templates();
  open.set_template_id(std::string(templates[below(random_, templates.size())].id));
  open.mutable_topic()->set_title("About " + open.session_id());
  if (chance(random_, 0.7)) {
    open.mutable_topic()->set_deal_id("d1");
  }
  if (chance(random_, 0.2)) {
    open.set_facilitator(one_of(members()));
  }
  return command;
}

Workload::Sight Workload::look(const std::string& me, const board::State& state) {
  Sight sight{me, state, nullptr, {}, nullptr, nullptr, false};
  state.each<v1::Session>(
      [&](const std::string&, const v1::Session& session) { sight.session = &session; });
  if (sight.session != nullptr) {
    sight.stage_key = sight.session->running_stage();
    sight.stage = state.get<v1::Stage>(sight.stage_key);
  }
  sight.part = state.get<v1::Participant>(me);
  const auto* seat = state.get<v1::Seat>("seat");
  sight.leads = seat != nullptr && seat->state() == v1::SEAT_STATE_HELD && seat->holder() == me;
  return sight;
}

void Workload::act_in(SimClient& client, const std::string& stream, const Sight& sight) {
  if (sight.session == nullptr) {
    return;
  }
  if (chance(random_, 0.1)) {
    client.touch(stream);
  }
  const bool is_in = sight.part != nullptr && sight.part->present();
  Maybe command;
  const v1::Visibility lane =
      sight.stage == nullptr ? v1::VISIBILITY_UNSPECIFIED : sight.stage->visibility();
  if (chance(random_, 0.06)) {
    command = misbehave(sight);
  } else if (!is_in) {
    command = move(sight);
  } else if (sight.leads && chance(random_, 0.35)) {
    command = lead(sight);
  } else if (lane == v1::VISIBILITY_ANONYMOUS && chance(random_, 0.6)) {
    client.submit_card(stream, note_kind(sight.stage), new_text('a'));
    return;
  } else if (lane == v1::VISIBILITY_OFF_RECORD && chance(random_, 0.6)) {
    client.submit_off_record(stream, note_kind(sight.stage), new_text('o'));
    return;
  } else {
    switch (below(random_, 15)) {
      case 12:
      case 13:
      case 14:
        type(client, stream, sight);
        return;
      case 0:
        command = talk(sight);
        break;
      case 1:
        command = promise(sight);
        break;
      case 2:
        command = deal(sight);
        break;
      case 3:
        command = move(sight);
        break;
      case 4:
      case 5:
        command = change(sight);
        break;
      case 6:
      case 7:
        command = write_record(sight);
        break;
      default:
        command = write(sight);
    }
  }
  if (command.has_value()) {
    client.submit(stream, *command);
  }
}

// Somewhere that others are likely to write as well.
void Workload::type(SimClient& client, const std::string& stream, const Sight& sight) {
  std::vector<TextPlace> places;
  for (const auto& [key, record] : sight.state.records()) {
    for (const auto* field : board::text_fields(key.kind)) {
      places.push_back({stream, key, static_cast<std::uint32_t>(field->number())});
    }
  }
  if (places.empty()) {
    return;
  }
  const TextPlace& place = chance(random_, 0.6) ? places.back() : one_of(places);
  const std::uint64_t times = 1 + below(random_, 3);
  for (std::uint64_t i = 0; i < times; ++i) {
    const char* ending = chance(random_, 0.1) ? "\U0001F600" : "";
    client.type(place, to_text(Token{'k', ++last_number_}) + ending);
  }
}

std::string Workload::new_id(const std::string& prefix) {
  return prefix + "-" + std::to_string(++last_number_);
}

std::string Workload::new_text(char kind) {
  // The number around the token keeps it whole when one such text takes the place of another and
  // only what is different counts as replaced.
  const std::string number = std::to_string(++last_number_);
  std::string text =
      "words " + number + " " + to_text(Token{kind, last_number_}) + " " + number + " and more";
  if (chance(random_, 0.02)) {
    text += std::string(500 + below(random_, 1'301), 'x');
  }
  return text;
}

v1::NoteKind Workload::note_kind(const v1::Stage* stage) {
  if (stage == nullptr || stage->allowed_notes().items().empty() || chance(random_, 0.05)) {
    return static_cast<v1::NoteKind>(1 + below(random_, v1::NoteKind_MAX));
  }
  const auto& items = stage->allowed_notes().items();
  return static_cast<v1::NoteKind>(
      items[static_cast<int>(below(random_, static_cast<std::uint64_t>(items.size())))]);
}

std::vector<std::string> Workload::cards(const board::State& state) {
  std::vector<std::string> ids;
  const auto keep = [&](const std::string& id, const auto&) { ids.push_back(id); };
  state.each<v1::Note>(keep);
  state.each<v1::Objection>(keep);
  state.each<v1::Response>(keep);
  state.each<v1::Blocker>(keep);
  return ids;
}

Workload::Maybe Workload::write(const Sight& sight) {
  v1::Command command;
  v1::EditRecord& edit = *command.mutable_edit_record();
  edit.set_create(true);
  edit.mutable_record()->set_id(new_id("n"));
  v1::Note& note = *edit.mutable_record()->mutable_note();
  note.set_kind(note_kind(sight.stage));
  note.set_text(new_text());
  if (chance(random_, 0.2)) {
    note.set_builds_on(any<v1::Note>(sight.state));
  }
  return command;
}

Workload::Maybe Workload::write_record(const Sight& sight) {
  v1::Command command;
  v1::EditRecord& edit = *command.mutable_edit_record();
  edit.set_create(true);
  v1::Record& record = *edit.mutable_record();
  record.set_id(new_id("r"));
  switch (below(random_, 6)) {
    case 0:
      record.mutable_response()->set_objection(any<v1::Objection>(sight.state));
      record.mutable_response()->set_say(new_text());
      break;
    case 1:
      record.mutable_blocker()->set_swarm(any<v1::Swarm>(sight.state));
      record.mutable_blocker()->set_side(v1::BLOCKER_SIDE_OURS);
      record.mutable_blocker()->set_text(new_text());
      break;
    case 2:
      record.mutable_evidence()->set_on(any<v1::Response>(sight.state));
      record.mutable_evidence()->set_kind(v1::EVIDENCE_SORT_STORY);
      record.mutable_evidence()->set_text(new_text());
      break;
    case 3:
      record.mutable_learning()->set_kind(static_cast<v1::FindingKind>(1));
      record.mutable_learning()->set_text(new_text());
      break;
    case 4:
      record.mutable_recognition()->set_to(one_of(members()));
      record.mutable_recognition()->set_behaviour(static_cast<v1::TeamBehaviour>(1));
      record.mutable_recognition()->set_text(new_text());
      break;
    default:
      record.mutable_objection()->set_as_heard(new_text());
      record.mutable_objection()->set_heard(v1::SOURCE_FIRST_HAND);
  }
  return command;
}

Workload::Maybe Workload::change(const Sight& sight) {
  std::vector<board::RecordPtr> mine;
  for (const auto& [key, record] : sight.state.records()) {
    const bool is_mine = (record->has_note() && record->note().author() == sight.me) ||
                         (record->has_objection() && record->objection().author() == sight.me) ||
                         (record->has_blocker() && record->blocker().author() == sight.me);
    if (is_mine) {
      mine.push_back(record);
    }
  }
  if (mine.empty()) {
    return write(sight);
  }
  const board::RecordPtr target = one_of(mine);
  v1::Command command;
  if (chance(random_, 0.2)) {
    v1::RecordId& id = *command.mutable_remove_record()->mutable_target();
    id.set_kind(static_cast<std::uint32_t>(target->body_case()));
    id.set_id(target->id());
    return command;
  }
  v1::Record& record = *command.mutable_edit_record()->mutable_record();
  record.set_id(target->id());
  if (target->has_note()) {
    record.mutable_note()->set_text(new_text());
  } else if (target->has_objection()) {
    record.mutable_objection()->set_as_heard(new_text());
  } else {
    record.mutable_blocker()->set_text(new_text());
  }
  return command;
}

}  // namespace swarmboard::sim
