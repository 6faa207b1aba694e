// One actor of a script: signed in over HTTP, connected by a real WebSocket, following streams as
// a member's browser does. Keeps every byte that it received, for the checks of what it must not
// have received.
//
// One thread. Errors: PlayFailure when the server does not do its part.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "server/app/play/client_model.h"
#include "server/app/play/connection.h"
#include "server/app/play/http_client.h"

namespace swarmboard::play {

// The play cannot go on.
struct PlayFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Person {
 public:
  // Enters as this member of a demo's team; `team` empty: the demo's own.
  Person(const std::string& address, const std::string& member, const std::string& team = {});

  [[nodiscard]] const std::string& member() const { return model_.member(); }

  [[nodiscard]] const ClientModel& model() const { return model_; }

  [[nodiscard]] HttpClient& http() { return http_; }

  [[nodiscard]] bool is_connected() const { return connection_ != nullptr; }

  // Every message received, one after the other.
  [[nodiscard]] const std::string& received() const { return received_; }

  void connect();
  void disconnect();
  // Signs in and connects again, after the server came back; streams resume from their tokens.
  void resume();

  // Follows a stream and waits until it is brought up; false when it is not for this member.
  bool follow(const std::string& session_id);
  void unfollow(const std::string& session_id);
  [[nodiscard]] const FollowedStream& stream(const std::string& session_id) const;

  // Submits without waiting and returns the command's number: its outcome comes to the model while
  // this person pumps.
  std::uint64_t submit_ahead(const std::string& session_id, const v1::Command& command);
  // After a refusal for circumstances: waits as long as the server asked, then sends again. Does
  // nothing otherwise.
  void retry(const std::string& session_id);
  // Submits and waits until the command is settled. `while_in_flight` runs between the two, when
  // it is given.
  Outcome submit(const std::string& session_id, const v1::Command& command,
                 const std::function<void()>& while_in_flight = {});
  // The refusal, or unspecified: it is on disk.
  v1::RejectReason submit_anonymous(const std::string& session_id, v1::SubmitAnonymous card);
  void submit_off_record(const std::string& session_id, const v1::SubmitOffRecord& card);

  // Takes in what has arrived, waiting at most so long for the first message.
  void pump(std::chrono::milliseconds patience);
  // Pumps until it holds; false when the patience is over.
  bool pump_until(const std::function<bool()>& holds, std::chrono::milliseconds patience);

 private:
  void enter();
  void flush();

  std::string address_;
  HttpClient http_;
  ClientModel model_;
  std::string team_;
  std::unique_ptr<Connection> connection_;
  std::string received_;
};

// 16 bytes from the system's generator.
[[nodiscard]] std::string random_bytes16();

}  // namespace swarmboard::play
