#include "server/app/play/client_model.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/board/apply.h"
#include "server/wire/codec.h"

namespace swarmboard::play {
namespace {

constexpr std::uint32_t kProtoMajor = 1;
constexpr int kCircumstances = 100;  // From here on a refusal decides nothing.

ProtocolError broken(const std::string& what) {
  return ProtocolError{what};
}

}  // namespace

ClientModel::ClientModel(std::string member, std::string client_id)
    : member_(std::move(member)), client_id_(std::move(client_id)) {}

void ClientModel::send(v1::ClientFrame frame) {
  v1::ClientMessage message;
  *message.add_frames() = std::move(frame);
  outgoing_.push_back(message.SerializeAsString());
}

std::vector<std::string> ClientModel::take_outgoing() {
  return std::exchange(outgoing_, {});
}

void ClientModel::connected(const std::string& ticket) {
  outgoing_.clear();
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_proto_major(kProtoMajor);
  hello.set_client_id(client_id_);
  hello.set_ticket(ticket);
  hello.set_build("play");
  send(std::move(frame));
  for (const auto& [id, stream] : streams_) {
    send_join(stream);
  }
}

void ClientModel::disconnected() {
  welcomed_ = false;
  outgoing_.clear();
  for (auto& [id, stream] : streams_) {
    stream.live = false;
    stream.stream_ref = 0;
    stream.snapshot.clear();
  }
}

void ClientModel::send_join(const FollowedStream& stream) {
  v1::ClientFrame frame;
  auto& join = *frame.mutable_join();
  join.set_sub(stream.sub);
  join.set_session_id(stream.session_id);
  if (stream.token) {
    *join.mutable_have() = *stream.token;
  }
  send(std::move(frame));
}

void ClientModel::follow(const std::string& session_id) {
  const auto [it, added] = streams_.try_emplace(session_id);
  if (!added) {
    return;
  }
  it->second.sub = ++last_sub_;
  it->second.session_id = session_id;
  send_join(it->second);
}

void ClientModel::unfollow(const std::string& session_id) {
  const auto it = streams_.find(session_id);
  if (it == streams_.end()) {
    return;
  }
  v1::ClientFrame frame;
  frame.mutable_leave()->set_sub(it->second.sub);
  send(std::move(frame));
  streams_.erase(it);
}

void ClientModel::forget(const std::string& session_id) {
  streams_.erase(session_id);
}

const FollowedStream* ClientModel::stream(const std::string& session_id) const {
  const auto it = streams_.find(session_id);
  return it == streams_.end() ? nullptr : &it->second;
}

FollowedStream* ClientModel::find_sub(std::uint32_t sub) {
  const auto it =
      std::ranges::find_if(streams_, [&](const auto& entry) { return entry.second.sub == sub; });
  return it == streams_.end() ? nullptr : &it->second;
}

FollowedStream* ClientModel::find_ref(std::uint32_t stream_ref) {
  const auto it = std::ranges::find_if(streams_, [&](const auto& entry) {
    return entry.second.stream_ref == stream_ref && stream_ref != 0;
  });
  return it == streams_.end() ? nullptr : &it->second;
}

std::uint64_t ClientModel::submit(const std::string& session_id, const v1::Command& command) {
  FollowedStream& stream = streams_.at(session_id);
  v1::ClientMessage message;
  auto& submit = *message.add_frames()->mutable_submit();
  submit.set_sub(stream.sub);
  submit.set_cmd_no(stream.next_cmd_no++);
  submit.set_command(command.SerializeAsString());
  submit.set_body_hash(wire::body_hash(submit.command()));
  submit.set_base_seq(stream.seq());
  const std::uint64_t number = submit.cmd_no();
  stream.pending.push_back({number, message.SerializeAsString()});
  if (stream.live) {
    outgoing_.push_back(stream.pending.back().frame);
  }
  return number;
}

const Outcome* ClientModel::outcome(const std::string& session_id, std::uint64_t cmd_no) const {
  const FollowedStream* followed = stream(session_id);
  if (followed == nullptr) {
    return nullptr;
  }
  const auto it = followed->outcomes.find(cmd_no);
  return it == followed->outcomes.end() ? nullptr : &it->second;
}

void ClientModel::send_pending(FollowedStream& stream) {
  std::map<std::uint64_t, const std::string*> unsettled;  // In the order of their numbers.
  for (const auto* frames : {&stream.refused_frames, &stream.pending}) {
    for (const auto& pending : *frames) {
      if (pending.cmd_no > stream.decided_to) {
        unsettled[pending.cmd_no] = &pending.frame;
      }
    }
  }
  for (const auto& [number, frame] : unsettled) {
    outgoing_.push_back(*frame);
  }
}

void ClientModel::resend(const std::string& session_id) {
  FollowedStream& stream = streams_.at(session_id);
  if (stream.live) {
    send_pending(stream);
  }
}

std::optional<std::uint32_t> ClientModel::take_retry(const std::string& session_id) {
  const auto it = retry_after_ms_.find(session_id);
  if (it == retry_after_ms_.end()) {
    return std::nullopt;
  }
  const std::uint32_t wait = it->second;
  retry_after_ms_.erase(it);
  return wait;
}

void ClientModel::submit_anonymous(const std::string& session_id, const v1::SubmitAnonymous& card) {
  v1::ClientFrame frame;
  *frame.mutable_submit_anonymous() = card;
  frame.mutable_submit_anonymous()->set_sub(streams_.at(session_id).sub);
  send(std::move(frame));
}

std::optional<v1::RejectReason> ClientModel::anonymous_outcome(const std::string& note_id) const {
  const auto it = anonymous_outcomes_.find(note_id);
  return it == anonymous_outcomes_.end() ? std::nullopt : std::optional(it->second);
}

void ClientModel::submit_off_record(const std::string& session_id,
                                    const v1::SubmitOffRecord& card) {
  v1::ClientFrame frame;
  *frame.mutable_submit_off_record() = card;
  frame.mutable_submit_off_record()->set_sub(streams_.at(session_id).sub);
  send(std::move(frame));
}

void ClientModel::settle(FollowedStream& stream, std::uint64_t cmd_no, Outcome outcome) {
  const auto it = std::ranges::find_if(
      stream.pending, [&](const auto& pending) { return pending.cmd_no == cmd_no; });
  if (it == stream.pending.end()) {
    return;  // Settled before: an event may come in two parts, or after its Joined.
  }
  if (outcome.accepted()) {
    std::erase_if(stream.refused_frames,
                  [&](const auto& refused) { return refused.cmd_no < cmd_no; });
  } else {
    stream.refused_frames.push_back(std::move(*it));
  }
  stream.pending.erase(it);
  stream.outcomes[cmd_no] = std::move(outcome);
}

ClientModel::Done ClientModel::receive(std::string_view bytes) {
  v1::ServerMessage message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return broken("a message that is not a ServerMessage");
  }
  for (const v1::ServerFrame& frame : message.frames()) {
    if (auto done = receive_frame(frame); !done) {
      return done;
    }
  }
  return {};
}

ClientModel::Done ClientModel::receive_frame(const v1::ServerFrame& frame) {
  switch (frame.body_case()) {
    case v1::ServerFrame::kWelcome:
      welcomed_ = true;
      team_ = frame.welcome().team();
      return frame.welcome().member() == member_
                 ? Done{}
                 : Done{broken("welcome for " + frame.welcome().member())};
    case v1::ServerFrame::kJoined:
      return receive_joined(frame.joined());
    case v1::ServerFrame::kSnapshot:
      return receive_snapshot(frame.snapshot());
    case v1::ServerFrame::kEvents:
      return receive_events(frame.events());
    case v1::ServerFrame::kNack:
      return receive_nack(frame.nack());
    case v1::ServerFrame::kLeft:
      return receive_left(frame.left());
    case v1::ServerFrame::kAnonymousSaved:
      anonymous_outcomes_[frame.anonymous_saved().note_id()] = frame.anonymous_saved().refused();
      return {};
    case v1::ServerFrame::kSealedCount:
      if (FollowedStream* stream = find_ref(frame.sealed_count().stream_ref())) {
        stream->sealed_counts[frame.sealed_count().stage()] = frame.sealed_count().count();
      }
      return {};
    case v1::ServerFrame::kOffRecordNotes:
      if (FollowedStream* stream = find_ref(frame.off_record_notes().stream_ref())) {
        stream->off_record.assign(frame.off_record_notes().notes().begin(),
                                  frame.off_record_notes().notes().end());
      }
      return {};
    case v1::ServerFrame::kPresence:
      receive_presence(frame.presence());
      return {};
    case v1::ServerFrame::kTick:
      return receive_tick(frame.tick());
    case v1::ServerFrame::kFatal:
      return broken("fatal: " + v1::FatalReason_Name(frame.fatal().reason()) + " " +
                    frame.fatal().detail());
    default:
      return {};  // Pongs, a goodbye: nothing to fold.
  }
}

ClientModel::Done ClientModel::receive_joined(const v1::Joined& joined) {
  FollowedStream* stream = find_sub(joined.sub());
  if (stream == nullptr) {
    return broken("joined a stream that was not asked for");
  }
  stream->stream_ref = joined.stream_ref();
  stream->last_mode = joined.mode();
  stream->last_why = joined.why();
  if (joined.mode() == v1::JOIN_MODE_TAIL && stream->token) {
    stream->live = true;
  } else if (joined.mode() == v1::JOIN_MODE_SNAPSHOT) {
    stream->snapshot.clear();
    stream->token.emplace();
  } else {
    return broken("a tail was offered to a client without a token");
  }
  stream->token->set_epoch(joined.epoch());
  for (const v1::CommandOutcome& outcome : joined.outcomes()) {
    if (outcome.reason() != v1::REJECT_REASON_UNSPECIFIED) {
      settle(*stream, outcome.cmd_no(),
             Outcome{.refused = outcome.reason(), .detail = {}, .echo = {}});
    }
  }
  stream->decided_to = joined.last_cmd_no();
  // A snapshot holds the effect of what was decided, without its event; a tail brings the event.
  while (!stream->live && !stream->pending.empty() &&
         stream->pending.front().cmd_no <= stream->decided_to) {
    settle(*stream, stream->pending.front().cmd_no, Outcome{});
  }
  if (stream->live) {
    send_pending(*stream);
  }
  return {};
}

ClientModel::Done ClientModel::receive_snapshot(const v1::SnapshotPart& part) {
  FollowedStream* stream = find_sub(part.sub());
  if (stream == nullptr) {
    return {};  // Left in the meantime.
  }
  stream->snapshot += part.data();
  if (part.part() + 1 < part.parts()) {
    return {};
  }
  v1::Snapshot snapshot;
  if (!snapshot.ParseFromString(std::exchange(stream->snapshot, {}))) {
    return broken("a snapshot that does not parse");
  }
  stream->state = board::State();
  for (v1::Record& record : *snapshot.mutable_records()) {
    stream->state.put(std::make_shared<const v1::Record>(std::move(record)));
  }
  stream->token->set_seq(snapshot.seq());
  stream->token->set_chain(snapshot.chain());
  stream->live = true;
  send_pending(*stream);
  return {};
}

ClientModel::Done ClientModel::receive_events(const v1::EventBatch& batch) {
  FollowedStream* stream = find_ref(batch.stream_ref());
  if (stream == nullptr || !stream->live) {
    return {};  // Of a stream that was just left.
  }
  if (batch.from() != stream->seq() + 1 || batch.to() < batch.from()) {
    return broken("events " + std::to_string(batch.from()) + ".." + std::to_string(batch.to()) +
                  " after " + std::to_string(stream->seq()));
  }
  std::uint64_t last = batch.from();
  for (const v1::Event& event : batch.events()) {
    if (event.seq() < last || event.seq() > batch.to()) {
      return broken("event " + std::to_string(event.seq()) + " out of order");
    }
    last = event.seq();
    if (auto applied = board::apply_patch(stream->state, event.patch()); !applied) {
      return broken("event " + std::to_string(event.seq()) +
                    " does not fit: " + applied.error().what);
    }
    if (event.client_id() == client_id_) {
      settle(*stream, event.cmd_no(), Outcome{.refused = {}, .detail = {}, .echo = event});
    }
  }
  stream->token->set_seq(batch.to());
  stream->token->set_chain(batch.chain_to());
  return {};
}

// The connection has sent everything up to here that this member may see: what is missing is for
// others.
ClientModel::Done ClientModel::receive_tick(const v1::Tick& tick) {
  for (const v1::StreamHead& head : tick.heads()) {
    FollowedStream* stream = find_ref(head.stream_ref());
    if (stream == nullptr || !stream->live) {
      continue;
    }
    if (head.head() < stream->seq()) {
      return broken("a tick that goes back to event " + std::to_string(head.head()));
    }
    stream->token->set_seq(head.head());
    stream->token->set_chain(head.chain());
  }
  return {};
}

void ClientModel::receive_presence(const v1::PresenceFrame& presence) {
  FollowedStream* stream = find_ref(presence.stream_ref());
  if (stream == nullptr) {
    return;
  }
  if (presence.full()) {
    stream->here.clear();
  }
  for (const v1::PresenceSlot& slot : presence.slots()) {
    if (slot.kind() == v1::PRESENCE_KIND_HERE) {
      stream->here[slot.member()] = slot.state();
    }
  }
}

ClientModel::Done ClientModel::receive_nack(const v1::Nack& nack) {
  FollowedStream* stream = find_sub(nack.sub());
  if (stream == nullptr) {
    return {};
  }
  if (static_cast<int>(nack.reason()) < kCircumstances) {
    settle(*stream, nack.cmd_no(),
           Outcome{.refused = nack.reason(), .detail = nack.detail(), .echo = {}});
    return {};
  }
  if (nack.reason() == v1::REJECT_REASON_UNKNOWN_CLIENT) {
    return broken("the server does not know this client any more");
  }
  if (nack.reason() == v1::REJECT_REASON_OUT_OF_ORDER && nack.expected_cmd_no() > 0) {
    stream->decided_to = nack.expected_cmd_no() - 1;
  }
  retry_after_ms_[stream->session_id] = nack.retry_after_ms();
  return {};
}

ClientModel::Done ClientModel::receive_left(const v1::Left& left) {
  if (left.reason() == v1::LEFT_REASON_ASKED) {
    return {};
  }
  FollowedStream* stream = find_sub(left.sub());
  if (stream == nullptr) {
    return {};
  }
  if (left.reason() != v1::LEFT_REASON_NOT_FOUND && left.reason() != v1::LEFT_REASON_REMOVED) {
    return broken("the server ended the stream \"" + stream->session_id +
                  "\": " + v1::LeftReason_Name(left.reason()));
  }
  stream->live = false;
  stream->refused = true;
  return {};
}

}  // namespace swarmboard::play
