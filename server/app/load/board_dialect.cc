#include "server/app/load/board_dialect.h"

#include <array>
#include <utility>

#include "server/app/load/frames.h"
#include "server/base/limits.h"
#include "server/wire/codec.h"
#include "server/wire/hello.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::load {
namespace {

constexpr std::uint32_t kSub = 1;
// The numbers of the two commands with which a writer begins; edits follow.
constexpr std::uint64_t kTakesPart = 1;
constexpr std::uint64_t kHasNote = 2;
constexpr std::size_t kRunBytes = 8;
constexpr std::size_t kNumberDigits = 16;

Heard lost(std::string why) {
  Heard heard;
  heard.lost = std::move(why);
  return heard;
}

Heard malformed() {
  return lost("the server sent a message that is none");
}

std::string note_id(const Client& client) {
  return "load-" + std::to_string(client.index);
}

// Refused for circumstances: the number stays open.
bool is_put_off(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_OUT_OF_ORDER || reason == v1::REJECT_REASON_RATE ||
         reason == v1::REJECT_REASON_OVERLOADED || reason == v1::REJECT_REASON_READ_ONLY ||
         reason == v1::REJECT_REASON_STARTING;
}

}  // namespace

BoardDialect::BoardDialect(std::vector<BoardPlace> boards, std::string run, std::string origin,
                           std::size_t text_bytes)
    : boards_(std::move(boards)),
      run_(std::move(run)),
      origin_(std::move(origin)),
      text_bytes_(text_bytes) {
  run_.resize(kRunBytes);
}

std::string BoardDialect::target(const Client& client) const {
  return "/ws/" + boards_.at(client.board).team;
}

std::string BoardDialect::headers() const {
  return "Origin: " + origin_ + "\r\nSec-WebSocket-Protocol: swarmboard.v1\r\n";
}

std::uint32_t BoardDialect::in_flight_max() const {
  return limits::kCommandsInFlightMax;
}

void BoardDialect::open(Client& client, std::string& out) {
  v1::ClientMessage message;
  v1::Hello& hello = *message.add_frames()->mutable_hello();
  hello.set_proto_major(wire::kProtoMajor);
  hello.set_proto_minor(wire::kProtoMinor);
  hello.set_client_id(client_id_of(client.index));
  hello.set_ticket(tickets_.at(client.index));
  hello.set_build("load");
  v1::Join& join = *message.add_frames()->mutable_join();
  join.set_sub(kSub);
  join.set_session_id(boards_.at(client.board).session);
  if (client.resume.epoch != 0) {
    join.mutable_have()->set_epoch(client.resume.epoch);
    join.mutable_have()->set_seq(client.resume.seq);
    join.mutable_have()->set_chain(client.resume.chain);
  }
  append_frame(out, Opcode::Binary, message.SerializeAsString());
}

Heard BoardDialect::hear(Client& client, std::string_view message, Ledger& ledger,
                         std::string& out) {
  Heard all;
  FieldScan frames(message);
  while (frames.next()) {
    FieldScan frame(frames.bytes());
    while (frame.next()) {
      const Heard heard = hear_frame(client, frame.field(), frame.bytes(), ledger, out);
      if (!heard.lost.empty()) {
        return heard;
      }
      all.ready = all.ready || heard.ready;
      if (heard.again_no != 0 && (all.again_no == 0 || heard.again_no < all.again_no)) {
        all.again_no = heard.again_no;
        all.again_after_ms = heard.again_after_ms;
      }
    }
    if (frame.is_broken()) {
      return malformed();
    }
  }
  return frames.is_broken() ? malformed() : all;
}

Heard BoardDialect::hear_frame(Client& client, int field, std::string_view body, Ledger& ledger,
                               std::string& out) {
  switch (field) {
    case v1::ServerFrame::kEventsFieldNumber:
      return hear_events(client, body, ledger, out);
    case v1::ServerFrame::kJoinedFieldNumber:
      return hear_joined(client, body, out);
    case v1::ServerFrame::kSnapshotFieldNumber:
      return hear_snapshot(client, body, out);
    case v1::ServerFrame::kNackFieldNumber:
      return hear_nack(client, body, ledger, out);
    case v1::ServerFrame::kTickFieldNumber:
      return hear_tick(client, body);
    case v1::ServerFrame::kLeftFieldNumber:
      return lost("the server does not let it follow the session");
    case v1::ServerFrame::kGoAwayFieldNumber:
      return lost("the server sent it away");
    case v1::ServerFrame::kFatalFieldNumber: {
      v1::Fatal fatal;
      return fatal.ParseFromArray(body.data(), static_cast<int>(body.size()))
                 ? lost("the server broke off: " + fatal.detail())
                 : malformed();
    }
    default:
      return {};  // Welcome, presence, pongs: nothing to do.
  }
}

Heard BoardDialect::hear_events(Client& client, std::string_view batch, Ledger& ledger,
                                std::string& out) {
  Heard heard;
  std::uint64_t from = 0;
  FieldScan scan(batch);
  while (scan.next()) {
    switch (scan.field()) {
      case v1::EventBatch::kFromFieldNumber:
        from = scan.number();
        if (from != client.resume.seq + 1) {
          return lost("a batch begins at " + std::to_string(from) + " and not at " +
                      std::to_string(client.resume.seq + 1));
        }
        break;
      case v1::EventBatch::kToFieldNumber:
        client.resume.seq = scan.number();
        break;
      case v1::EventBatch::kChainToFieldNumber:
        client.resume.chain = scan.number();
        break;
      case v1::EventBatch::kEventsFieldNumber: {
        SeenEvent event;
        std::uint32_t author = 0;
        if (!scan_event(scan.bytes(), event)) {
          return malformed();
        }
        if (!author_of(event.client_id, author)) {
          break;
        }
        if (event.cmd_no > kHasNote) {
          ledger.delivered(client, author, event.cmd_no);
        } else if (author == client.index) {
          heard = entered_step(client, event.cmd_no, out);
        }
        break;
      }
      default:
        break;
    }
  }
  if (scan.is_broken()) {
    return malformed();
  }
  if (client.state == Client::State::Entering && client.head_wanted != 0 &&
      client.resume.seq >= client.head_wanted) {
    client.head_wanted = 0;
    return enter(client, out);
  }
  return heard;
}

Heard BoardDialect::hear_joined(Client& client, std::string_view body, std::string& out) {
  v1::Joined joined;
  if (!joined.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return malformed();
  }
  client.resume.epoch = joined.epoch();
  client.last_no = joined.last_cmd_no();
  client.in_flight = 0;
  client.head_wanted = 0;
  if (joined.mode() == v1::JOIN_MODE_TAIL) {
    if (client.resume.seq >= joined.head()) {
      return enter(client, out);
    }
    client.head_wanted = joined.head();
  }
  return {};
}

Heard BoardDialect::hear_snapshot(Client& client, std::string_view body, std::string& out) {
  std::uint64_t part = 0;
  std::uint64_t parts = 0;
  FieldScan scan(body);
  while (scan.next()) {
    if (scan.field() == v1::SnapshotPart::kPartFieldNumber) {
      part = scan.number();
    } else if (scan.field() == v1::SnapshotPart::kPartsFieldNumber) {
      parts = scan.number();
    } else if (scan.field() == v1::SnapshotPart::kDataFieldNumber && part == 0) {
      // The position stands at the beginning of the whole: records come after it.
      FieldScan data(scan.bytes());
      while (data.next() && data.field() < v1::Snapshot::kRecordsFieldNumber) {
        if (data.field() == v1::Snapshot::kSeqFieldNumber) {
          client.resume.seq = data.number();
        } else if (data.field() == v1::Snapshot::kChainFieldNumber) {
          client.resume.chain = data.number();
        }
      }
    }
  }
  if (scan.is_broken()) {
    return malformed();
  }
  return part + 1 == parts ? enter(client, out) : Heard{};
}

Heard BoardDialect::enter(Client& client, std::string& out) {
  if (!client.writes || client.last_no >= kHasNote) {
    Heard heard;
    heard.ready = true;
    return heard;
  }
  return entered_step(client, client.last_no, out);
}

// `number` is settled.
Heard BoardDialect::entered_step(Client& client, std::uint64_t number, std::string& out) {
  if (number == kHasNote) {
    Heard heard;
    heard.ready = true;
    return heard;
  }
  v1::Command command;
  if (number < kTakesPart) {
    // As wide as the session of boards.cc: who enters accepts who may replay.
    command.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  } else {
    v1::EditRecord& edit = *command.mutable_edit_record();
    edit.set_create(true);
    edit.mutable_record()->set_id(note_id(client));
    edit.mutable_record()->mutable_note()->set_kind(v1::NOTE_KIND_COMMENT);
    edit.mutable_record()->mutable_note()->set_text("A note of the load.");
  }
  client.last_no = number + 1;
  append_submit(client, client.last_no, command, out);
  return {};
}

Heard BoardDialect::hear_nack(Client& client, std::string_view body, Ledger& ledger,
                              std::string& out) {
  v1::Nack nack;
  if (!nack.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return malformed();
  }
  const std::string why = v1::RejectReason_Name(nack.reason()) + ": " + nack.detail();
  if (nack.cmd_no() > kHasNote) {
    Heard heard;
    if (is_put_off(nack.reason())) {
      heard.again_no = nack.cmd_no();
      heard.again_after_ms = nack.retry_after_ms();
    } else {
      ledger.refused(client, nack.cmd_no(), why);
    }
    return heard;
  }
  // The one who opened the session takes part already.
  if (nack.cmd_no() == kTakesPart && nack.reason() == v1::REJECT_REASON_NO_EFFECT) {
    return entered_step(client, kTakesPart, out);
  }
  return lost("a writer could not begin: " + why);
}

Heard BoardDialect::hear_tick(Client& client, std::string_view body) {
  v1::Tick tick;
  if (!tick.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return malformed();
  }
  for (const v1::StreamHead& head : tick.heads()) {
    client.resume.seq = head.head();
    client.resume.chain = head.chain();
  }
  return {};
}

void BoardDialect::append_command(const Client& client, std::uint64_t number, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  v1::Record& record = *edit_.mutable_edit_record()->mutable_record();
  record.set_id(note_id(client));
  std::string& text = *record.mutable_note()->mutable_text();
  text.assign(text_bytes_, 'x');
  for (std::size_t at = 0; at < kNumberDigits && at < text.size(); ++at) {
    text[at] = kDigits[(number >> (4 * at)) & 0xf];
  }
  append_submit(client, number, edit_, out);
}

void BoardDialect::append_submit(const Client& client, std::uint64_t number,
                                 const v1::Command& command, std::string& out) {
  message_.Clear();
  v1::Submit& submit = *message_.add_frames()->mutable_submit();
  submit.set_sub(kSub);
  submit.set_cmd_no(number);
  submit.set_base_seq(client.resume.seq);
  command.SerializeToString(submit.mutable_command());
  submit.set_body_hash(wire::body_hash(submit.command()));
  message_.SerializeToString(&scratch_);
  append_frame(out, Opcode::Binary, scratch_);
}

std::string BoardDialect::client_id_of(std::uint32_t index) const {
  std::string id = run_;
  for (std::size_t at = kRunBytes; at < wire::kClientIdBytes; ++at) {
    const std::size_t shift = 8 * (at - kRunBytes);
    id.push_back(shift < 32 ? static_cast<char>((index >> shift) & 0xff) : '\0');
  }
  return id;
}

bool BoardDialect::author_of(std::string_view client_id, std::uint32_t& index) const {
  if (client_id.size() != wire::kClientIdBytes || !client_id.starts_with(run_)) {
    return false;
  }
  index = 0;
  for (std::size_t at = 0; at < 4; ++at) {
    index |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(client_id[kRunBytes + at]))
             << (8 * at);
  }
  return true;
}

}  // namespace swarmboard::load
