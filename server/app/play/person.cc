#include "server/app/play/person.h"

#include <algorithm>
#include <random>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace swarmboard::play {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kPatience{20'000};
constexpr milliseconds kSlice{50};
constexpr std::uint32_t kRetryMsMin = 20;

// A text of a JSON answer; empty when it is not there.
std::string text_in(const std::string& body, std::string_view key) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) {
    return "";
  }
  const json::value* text = value.get_object().if_contains(key);
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : "";
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::string random_bytes16() {
  std::random_device device;
  std::string bytes;
  while (bytes.size() < 16) {
    bytes += static_cast<char>(device() & 0xFFU);
  }
  return bytes;
}

Person::Person(const std::string& address, const std::string& member, const std::string& team)
    : address_(address), http_(address), model_(member, random_bytes16()), team_(team) {
  enter();
}

void Person::enter() {
  const std::string body = json::serialize(json::object{{"member", member()}});
  const std::string of_team = team_.empty() ? "" : "?team=" + team_;
  const HttpAnswer entered = http_.post("/api/demo/enter" + of_team, body, "application/json");
  if (!entered.ok()) {
    throw PlayFailure("\"" + member() + "\" cannot enter (" + std::to_string(entered.status) + " " +
                      first_line(entered.body) +
                      "): the server must run with --demo and know this member");
  }
  const HttpAnswer me = http_.get("/api/me");
  team_ = text_in(me.body, "team");
  if (!me.ok() || team_.empty()) {
    throw PlayFailure("the server does not say which team \"" + member() + "\" is in");
  }
}

void Person::connect() {
  const HttpAnswer answer = http_.post("/api/ticket", "{}", "application/json");
  const std::string ticket = text_in(answer.body, "ticket");
  if (!answer.ok() || ticket.empty()) {
    throw PlayFailure("no ticket for \"" + member() + "\" (" + std::to_string(answer.status) + " " +
                      first_line(answer.body) + ")");
  }
  std::string why;
  connection_ = open_connection(address_, team_, why);
  if (connection_ == nullptr) {
    throw PlayFailure("\"" + member() + "\" cannot connect: " + why);
  }
  model_.connected(ticket);
  if (!pump_until([this] { return model_.welcomed(); }, kPatience)) {
    throw PlayFailure("\"" + member() + "\" was not welcomed");
  }
}

void Person::disconnect() {
  connection_.reset();
  model_.disconnected();
}

void Person::resume() {
  disconnect();
  enter();
  connect();
}

bool Person::follow(const std::string& session_id) {
  model_.follow(session_id);
  const FollowedStream& joined = stream(session_id);
  if (!pump_until([&] { return joined.live || joined.refused; }, kPatience)) {
    throw PlayFailure("\"" + member() + "\" could not join the stream \"" + session_id + "\"");
  }
  if (joined.refused) {
    model_.forget(session_id);
    return false;
  }
  return true;
}

void Person::unfollow(const std::string& session_id) {
  model_.unfollow(session_id);
  flush();
}

const FollowedStream& Person::stream(const std::string& session_id) const {
  const FollowedStream* stream = model_.stream(session_id);
  if (stream == nullptr) {
    throw PlayFailure("\"" + member() + "\" does not follow the stream \"" + session_id + "\"");
  }
  return *stream;
}

std::uint64_t Person::submit_ahead(const std::string& session_id, const v1::Command& command) {
  const std::uint64_t number = model_.submit(session_id, command);
  flush();
  return number;
}

void Person::retry(const std::string& session_id) {
  if (const auto wait = model_.take_retry(session_id)) {
    pump_until([] { return false; }, milliseconds(std::max(*wait, kRetryMsMin)));
    model_.resend(session_id);
    flush();
  }
}

Outcome Person::submit(const std::string& session_id, const v1::Command& command,
                       const std::function<void()>& while_in_flight) {
  const std::uint64_t number = submit_ahead(session_id, command);
  if (while_in_flight) {
    while_in_flight();
  }
  const auto deadline = Clock::now() + kPatience;
  while (Clock::now() < deadline) {
    const bool settled =
        pump_until([&] { return model_.outcome(session_id, number) != nullptr; }, kSlice);
    if (settled) {
      return *model_.outcome(session_id, number);
    }
    retry(session_id);
  }
  throw PlayFailure("no answer to a command of \"" + member() + "\"");
}

v1::RejectReason Person::submit_anonymous(const std::string& session_id, v1::SubmitAnonymous card) {
  model_.submit_anonymous(session_id, card);
  const bool settled =
      pump_until([&] { return model_.anonymous_outcome(card.note_id()).has_value(); }, kPatience);
  if (!settled) {
    throw PlayFailure("no answer to an anonymous card");
  }
  return *model_.anonymous_outcome(card.note_id());
}

void Person::submit_off_record(const std::string& session_id, const v1::SubmitOffRecord& card) {
  model_.submit_off_record(session_id, card);
  flush();
}

void Person::flush() {
  for (const std::string& message : model_.take_outgoing()) {
    if (connection_ == nullptr || !connection_->send(message)) {
      disconnect();
      throw PlayFailure("the connection of \"" + member() + "\" is lost");
    }
  }
}

void Person::pump(milliseconds patience) {
  flush();
  std::string message;
  while (connection_ != nullptr) {
    const Connection::Got got = connection_->receive(message, patience);
    if (got == Connection::Got::Lost) {
      disconnect();
      throw PlayFailure("the connection of \"" + member() + "\" is lost");
    }
    if (got == Connection::Got::Nothing) {
      return;
    }
    received_ += message;
    if (auto done = model_.receive(message); !done) {
      throw PlayFailure("\"" + member() + "\" received " + done.error().what);
    }
    flush();
    patience = milliseconds(0);  // The rest only if it is there already.
  }
}

bool Person::pump_until(const std::function<bool()>& holds, milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  flush();
  while (!holds()) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds(0)) {
      return false;
    }
    pump(std::min(left, kSlice));
  }
  return true;
}

}  // namespace swarmboard::play
