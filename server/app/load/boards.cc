#include "server/app/load/boards.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "server/app/play/person.h"
#include "server/base/limits.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::load {
namespace {

namespace json = boost::json;

std::string member_id(std::uint32_t number) {
  return "load-" + std::to_string(number);
}

std::string text_in(const play::HttpAnswer& answer, std::string_view key, const std::string& what) {
  boost::system::error_code error;
  const json::value value = json::parse(answer.body, error);
  const json::value* text =
      error || !value.is_object() ? nullptr : value.get_object().if_contains(key);
  if (!answer.ok() || text == nullptr || !text->is_string()) {
    throw play::PlayFailure(what + " (" + std::to_string(answer.status) + " " +
                            answer.body.substr(0, answer.body.find('\n')) + ")");
  }
  return std::string(text->get_string());
}

v1::LoadFixture people(std::uint32_t members) {
  v1::LoadFixture fixture;
  v1::Record& team = *fixture.add_records();
  team.set_id("load");
  team.mutable_team()->set_name("A team under load");
  for (std::uint32_t number = 0; number < members; ++number) {
    v1::Record& record = *fixture.add_records();
    record.set_id(member_id(number));
    record.mutable_member()->set_name("Member " + std::to_string(number));
    record.mutable_member()->set_role(v1::MEMBER_ROLE_REP);
    record.mutable_member()->set_active(true);
  }
  return fixture;
}

void run(play::Person& opener, const std::string& session, const v1::Command& command,
         const std::string& what) {
  const play::Outcome outcome = opener.submit(session, command);
  if (!outcome.accepted()) {
    throw play::PlayFailure(what + ": " + outcome.detail);
  }
}

void begin_session(const std::string& url, const std::string& team, const std::string& session) {
  play::Person opener(url, member_id(0), team);
  opener.connect();
  opener.follow("");
  v1::Command open;
  open.mutable_open_session()->set_session_id(session);
  open.mutable_open_session()->set_template_id("objection_clinic_45");
  open.mutable_open_session()->mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
  open.mutable_open_session()->mutable_topic()->set_title("Under load");
  open.mutable_open_session()->set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  run(opener, "", open, "the session cannot be opened");
  opener.follow(session);
  v1::Command start;
  start.mutable_start_stage()->set_stage("open");
  run(opener, session, start, "the first stage cannot be started");
}

}  // namespace

Boards::Boards(std::string url, std::uint32_t boards, std::uint32_t clients, const std::string& run)
    : url_(std::move(url)),
      members_(std::min<std::uint32_t>(clients, limits::kParticipantsMax)),
      clients_(clients) {
  std::string first_team;
  for (std::uint32_t board = 0; board < boards; ++board) {
    make_board(board, board == 0 ? "" : first_team + "-" + std::to_string(board + 1),
               "load-" + run);
    if (board == 0) {
      first_team = places_.front().team;
    }
  }
}

void Boards::make_board(std::uint32_t board, const std::string& team, const std::string& session) {
  play::HttpClient http(url_);
  const std::string of_team = team.empty() ? "" : "?team=" + team;
  const play::HttpAnswer loaded =
      http.post("/api/demo/fixture" + of_team, people(members_).SerializeAsString(),
                "application/octet-stream");
  if (!loaded.ok()) {
    throw play::PlayFailure(
        "the people of board " + std::to_string(board + 1) + " cannot be made (" +
        std::to_string(loaded.status) + " " + loaded.body.substr(0, loaded.body.find('\n')) +
        "): the server must run with --demo, and with --demo-teams for more than one board");
  }
  sign_in(board, team);
  const std::string name =
      text_in(doors_.back().get("/api/me"), "team", "the server does not name the team");
  places_.push_back({.team = name, .session = session});
  begin_session(url_, name, session);
}

void Boards::sign_in(std::uint32_t board, const std::string& team) {
  for (std::uint32_t number = 0; number < members_; ++number) {
    play::HttpClient& door = doors_.emplace_back(url_);
    const std::string body = json::serialize(json::object{{"member", member_id(number)}});
    const play::HttpAnswer entered = door.post(
        "/api/demo/enter" + (team.empty() ? "" : "?team=" + team), body, "application/json");
    if (!entered.ok()) {
      throw play::PlayFailure("member " + std::to_string(number) + " of board " +
                              std::to_string(board + 1) + " cannot enter (" +
                              std::to_string(entered.status) + ")");
    }
  }
}

std::vector<std::string> Boards::tickets(const std::vector<Client>& clients) {
  std::vector<std::string> tickets(clients.size());
  for (const Client& client : clients) {
    if (client.state == Client::State::Away) {
      play::HttpClient& door =
          doors_.at(std::size_t{client.board} * members_ + client.index % clients_ % members_);
      tickets[client.index] = text_in(door.post("/api/ticket", "{}", "application/json"), "ticket",
                                      "the server gives no ticket");
    }
  }
  return tickets;
}

}  // namespace swarmboard::load
