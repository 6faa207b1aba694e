// The short words of BoardBuilder: each builds one command and runs it.
#include <algorithm>

#include <gtest/gtest.h>

#include "server/board/decide.h"
#include "tests/support/board_builder.h"

namespace swarmboard::testing {
namespace {

v1::Command adding(const std::string& id, v1::MemberRole role) {
  v1::Command command;
  auto& add = *command.mutable_add_member();
  add.set_member_id(id);
  add.set_name(id);
  add.set_role(role);
  return command;
}

void expect_done(const Outcome& outcome) {
  EXPECT_TRUE(outcome.ok()) << outcome.detail;
}

}  // namespace

BoardBuilder& BoardBuilder::rep(const std::string& id) {
  expect_done(server_does_in_library(adding(id, v1::MEMBER_ROLE_REP)));
  return *this;
}

BoardBuilder& BoardBuilder::manager(const std::string& id) {
  expect_done(server_does_in_library(adding(id, v1::MEMBER_ROLE_MANAGER)));
  return *this;
}

BoardBuilder& BoardBuilder::partner(const std::string& id) {
  expect_done(server_does_in_library(adding(id, v1::MEMBER_ROLE_PARTNER)));
  return *this;
}

BoardBuilder& BoardBuilder::load(const v1::Record& record) {
  v1::Command command;
  *command.mutable_load_fixture()->add_records() = record;
  expect_done(server_does_in_library(command));
  return *this;
}

BoardBuilder& BoardBuilder::rules(const v1::TeamRules& rules) {
  v1::Team team;
  team.set_name("North and Islands");
  *team.mutable_rules() = rules;
  return load(a_record("north", team));
}

BoardBuilder& BoardBuilder::deal(const std::string& id, const std::string& owner) {
  v1::Deal deal;
  deal.set_account(id);
  deal.set_owner(owner);
  deal.set_kind(v1::DEAL_KIND_NEW_CUSTOMER);
  deal.set_stage(v1::JOURNEY_STAGE_DEFINING);
  deal.set_is_open(true);
  return load(a_record(id, deal));
}

BoardBuilder& BoardBuilder::usual_team() {
  rules({});
  for (const char* id : {"amara", "ben", "chidi", "daniela", "ewan", "farah", "greta", "hugo"}) {
    rep(id);
  }
  return manager("imelda").partner("jonas").partner("kavya").deal("d1", "ben");
}

Outcome BoardBuilder::open(const std::string& actor, const std::string& session,
                           const std::string& template_id, v1::ReplayAudience audience,
                           const std::string& facilitator) {
  v1::Command command;
  auto& open = *command.mutable_open_session();
  open.set_session_id(session);
  open.set_template_id(template_id);
  open.mutable_topic()->set_title("What we work on");
  open.set_replay_audience(audience);
  open.set_facilitator(facilitator);
  const Outcome outcome = in_library(actor, command);
  if (outcome.ok()) {
    current_ = last_decision_.opens_session;
  }
  return outcome;
}

BoardBuilder& BoardBuilder::in(const std::string& session) {
  current_ = session;
  return *this;
}

Outcome BoardBuilder::join(const std::string& member, v1::SessionRole role) {
  v1::Command command;
  command.mutable_join_session()->set_role(role);
  command.mutable_join_session()->set_accepts_replay_audience(
      board::session_of(session())->replay_audience());
  return does(member, command);
}

BoardBuilder& BoardBuilder::all_join(const std::vector<std::string>& members) {
  for (const std::string& member : members) {
    expect_done(join(member));
  }
  return *this;
}

Outcome BoardBuilder::leave(const std::string& member) {
  v1::Command command;
  command.mutable_leave_session();
  return does(member, command);
}

Outcome BoardBuilder::lose(const std::string& member) {
  v1::Command command;
  command.mutable_lose_connection();
  return server_does(command, member);
}

Outcome BoardBuilder::rejoin(const std::string& member) {
  v1::Command command;
  command.mutable_rejoin_session();
  return does(member, command);
}

Outcome BoardBuilder::close(const std::string& actor) {
  v1::Command command;
  command.mutable_close_session();
  return does(actor, command);
}

Outcome BoardBuilder::assign(const std::string& actor, v1::SessionRole role,
                             const std::string& member) {
  v1::Command command;
  command.mutable_assign_role()->set_role(role);
  command.mutable_assign_role()->set_member(member);
  return does(actor, command);
}

Outcome BoardBuilder::start(const std::string& actor, const std::string& stage, bool off_record) {
  v1::Command command;
  command.mutable_start_stage()->set_stage(stage);
  command.mutable_start_stage()->set_off_record(off_record);
  return does(actor, command);
}

Outcome BoardBuilder::reveal(const std::string& actor, const std::string& stage) {
  v1::Command command;
  command.mutable_reveal_stage()->set_stage(stage);
  return does(actor, command);
}

Outcome BoardBuilder::claim(const std::string& actor) {
  v1::Command command;
  command.mutable_claim_seat();
  return does(actor, command);
}

Outcome BoardBuilder::hand_over(const std::string& actor, const std::string& to) {
  v1::Command command;
  command.mutable_hand_over_seat()->set_to(to);
  return does(actor, command);
}

Outcome BoardBuilder::vacate() {
  v1::Command command;
  command.mutable_vacate_seat()->set_generation(board::seat_of(session())->generation());
  return server_does(command);
}

Outcome BoardBuilder::note(const std::string& actor, const std::string& id, v1::NoteKind kind,
                           const std::string& text) {
  v1::Note note;
  note.set_kind(kind);
  note.set_text(text);
  v1::Command command;
  command.mutable_edit_record()->set_create(true);
  *command.mutable_edit_record()->mutable_record() = a_record(id, note);
  return does(actor, command);
}

Outcome BoardBuilder::objection(const std::string& actor, const std::string& id,
                                const std::string& as_heard) {
  v1::Objection objection;
  objection.set_as_heard(as_heard);
  v1::Command command;
  command.mutable_edit_record()->set_create(true);
  *command.mutable_edit_record()->mutable_record() = a_record(id, objection);
  return does(actor, command);
}

Outcome BoardBuilder::open_vote(const std::string& actor, const std::string& id,
                                const std::vector<std::string>& targets, bool hidden,
                                std::uint32_t per_person) {
  v1::Command command;
  auto& open = *command.mutable_open_vote();
  open.set_id(id);
  for (const std::string& target : targets) {
    open.add_targets(target);
  }
  open.set_hidden(hidden);
  open.set_per_person(per_person);
  return does(actor, command);
}

Outcome BoardBuilder::cast(const std::string& actor, const std::string& vote,
                           const std::vector<std::string>& on) {
  v1::Command command;
  command.mutable_cast_vote()->set_vote(vote);
  for (const std::string& target : on) {
    command.mutable_cast_vote()->add_on(target);
  }
  return does(actor, command);
}

Outcome BoardBuilder::close_vote(const std::string& actor, const std::string& vote) {
  v1::Command command;
  command.mutable_close_vote()->set_vote(vote);
  return does(actor, command);
}

Outcome BoardBuilder::seal(const std::string& actor, std::uint32_t number, v1::NoteKind kind,
                           const std::string& text) {
  const auto place =
      board::check_unsigned_card(view(), kind, text, v1::VISIBILITY_ANONYMOUS, context(actor));
  if (place.has_error()) {
    return {place.error().reason, place.error().detail, 0};
  }
  board::SealedCard card;
  card.id = "sealed" + std::to_string(number);
  card.note.set_kind(kind);
  card.note.set_text(text);
  auto& bucket = sealed_[{current_, place->stage}];
  bucket.push_back(std::move(card));
  std::sort(bucket.begin(), bucket.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return {};
}

}  // namespace swarmboard::testing
