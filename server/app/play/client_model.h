// A client of the protocol without a socket: what it would send, and what it knows from what it
// received. Numbers its commands, keeps their bytes until they are settled, resumes with tokens,
// folds events with the same function as the server, and checks that nothing is missing between
// batches.
//
// One thread. Errors: ProtocolError when the server sent something that breaks the protocol.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "server/board/state.h"

#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::play {

struct ProtocolError {
  std::string what;
};

// What became of a command.
struct Outcome {
  v1::RejectReason refused = v1::REJECT_REASON_UNSPECIFIED;  // Unspecified: it took effect.
  std::string detail;
  v1::Event echo;  // As this client received it; empty when it was settled by a resume.

  [[nodiscard]] bool accepted() const { return refused == v1::REJECT_REASON_UNSPECIFIED; }
};

// One stream as this client follows it.
struct FollowedStream {
  struct Pending {
    std::uint64_t cmd_no = 0;
    std::string frame;  // The serialized ClientMessage, frozen.
  };

  std::uint32_t sub = 0;
  std::string session_id;
  bool live = false;     // Joined on this connection and brought up.
  bool refused = false;  // The server ended it: no such stream, or not for this member.
  std::uint32_t stream_ref = 0;
  std::optional<v1::ResumeToken> token;
  board::State state;
  v1::JoinMode last_mode = v1::JOIN_MODE_UNSPECIFIED;
  v1::WhySnapshot last_why = v1::WHY_SNAPSHOT_UNSPECIFIED;
  std::string snapshot;  // The pieces so far.
  std::uint64_t next_cmd_no = 1;
  std::uint64_t decided_to = 0;  // By the last join; these are never sent again.
  std::deque<Pending> pending;
  // Refused on the merits. The server may forget that in a crash until something of the stream is
  // durable after it, and then asks for the number again.
  std::deque<Pending> refused_frames;
  std::map<std::uint64_t, Outcome> outcomes;
  std::map<std::string, std::uint32_t> sealed_counts;
  std::vector<v1::Record> off_record;
  std::map<std::string, v1::Connectedness> here;  // By member, as the server says.

  [[nodiscard]] std::uint64_t seq() const { return token ? token->seq() : 0; }
};

class ClientModel {
 public:
  // `client_id` is 16 bytes, new for each model.
  ClientModel(std::string member, std::string client_id);

  [[nodiscard]] const std::string& member() const { return member_; }

  [[nodiscard]] const std::string& client_id() const { return client_id_; }

  [[nodiscard]] bool welcomed() const { return welcomed_; }

  [[nodiscard]] const std::string& team() const { return team_; }

  // A new connection: the hello, and the joins of all followed streams with their tokens.
  void connected(const std::string& ticket);
  void disconnected();

  void follow(const std::string& session_id);
  void unfollow(const std::string& session_id);
  void forget(const std::string& session_id);  // It has ended at the server.
  // Null when it is not followed.
  [[nodiscard]] const FollowedStream* stream(const std::string& session_id) const;

  // The number of the command. Precondition: the stream is followed.
  std::uint64_t submit(const std::string& session_id, const v1::Command& command);
  [[nodiscard]] const Outcome* outcome(const std::string& session_id, std::uint64_t cmd_no) const;
  // Sends what is not settled once more, after a refusal for circumstances.
  void resend(const std::string& session_id);
  // Milliseconds to wait before resend, when the last answer was such a refusal.
  [[nodiscard]] std::optional<std::uint32_t> take_retry(const std::string& session_id);

  // A card outside the numbered sequence. `note_id` and `secret` are 16 random bytes.
  void submit_anonymous(const std::string& session_id, const v1::SubmitAnonymous& card);
  [[nodiscard]] std::optional<v1::RejectReason> anonymous_outcome(const std::string& note_id) const;
  void submit_off_record(const std::string& session_id, const v1::SubmitOffRecord& card);

  [[nodiscard]] boost::system::result<void, ProtocolError> receive(std::string_view message);
  // Serialized messages to send, in order.
  [[nodiscard]] std::vector<std::string> take_outgoing();

 private:
  using Done = boost::system::result<void, ProtocolError>;

  FollowedStream* find_sub(std::uint32_t sub);
  FollowedStream* find_ref(std::uint32_t stream_ref);
  void send(v1::ClientFrame frame);
  void send_join(const FollowedStream& stream);
  void send_pending(FollowedStream& stream);
  void settle(FollowedStream& stream, std::uint64_t cmd_no, Outcome outcome);

  Done receive_frame(const v1::ServerFrame& frame);
  Done receive_joined(const v1::Joined& joined);
  Done receive_snapshot(const v1::SnapshotPart& part);
  Done receive_events(const v1::EventBatch& batch);
  Done receive_tick(const v1::Tick& tick);
  void receive_presence(const v1::PresenceFrame& presence);
  Done receive_nack(const v1::Nack& nack);
  Done receive_left(const v1::Left& left);

  std::string member_;
  std::string client_id_;
  std::string team_;
  bool welcomed_ = false;
  std::uint32_t last_sub_ = 0;
  std::map<std::string, FollowedStream> streams_;
  std::map<std::string, std::uint32_t> retry_after_ms_;
  std::map<std::string, v1::RejectReason> anonymous_outcomes_;
  std::vector<std::string> outgoing_;
};

}  // namespace swarmboard::play
