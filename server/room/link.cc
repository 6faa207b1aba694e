// The public face of a link, its hello and its deadlines.
#include "server/room/link.h"

#include <cstring>
#include <utility>

#include "server/base/limits.h"
#include "server/base/sha256.h"
#include "server/room/close_codes.h"
#include "server/room/link_core.h"
#include "server/room/team_impl.h"
#include "server/wire/codec.h"
#include "server/wire/hello.h"

namespace swarmboard::room {
namespace {

// Before the ticket is answered a client may send this much more, and then it has to wait.
constexpr std::size_t kWaitingFramesMax = limits::kFramesPerMessageMax;

// The dedupe memory is kept per member and client id: client ids are seen by everybody, and nobody
// may use up the numbers of somebody else.
std::string dedupe_key_of(const std::string& member, const std::string& client_id) {
  std::string name = member;
  name.push_back('\0');
  name += client_id;
  return sha256(name).substr(0, wire::kClientIdBytes);
}

}  // namespace

struct Link::Impl {
  Impl(TeamCore& team, Transport& transport, RedeemTicket redeem)
      : core(team, transport, std::move(redeem)) {}

  LinkCore core;
};

Link::Link(Team& team, Transport& transport, RedeemTicket redeem)
    : impl_(std::make_unique<Impl>(team.impl_->core, transport, std::move(redeem))) {}

Link::~Link() = default;

void Link::on_message(std::string_view bytes, bool binary) {
  impl_->core.on_message(bytes, binary);
}

void Link::on_alive() {
  impl_->core.on_alive();
}

void Link::on_writable() {
  impl_->core.on_writable();
}

void Link::on_closed() {
  impl_->core.on_closed();
}

LinkCore::LinkCore(TeamCore& team_core, Transport& transport, RedeemTicket redeem)
    : team(team_core),
      link_id(team_core.next_link_id++),
      transport_(transport),
      redeem_(std::move(redeem)),
      rate_(team_core.deps.commands_per_second, team_core.now_us()),
      opened_us_(team_core.now_us()),
      heard_us_(opened_us_),
      sent_us_(opened_us_),
      spoke_us_(opened_us_),
      ticked_us_(opened_us_),
      alive_(std::make_shared<char>()) {
  team.add_link(*this);
}

LinkCore::~LinkCore() {
  on_closed();
}

void LinkCore::on_message(std::string_view bytes, bool binary) {
  if (state_ == State::Closing || state_ == State::Closed) {
    return;
  }
  const std::int64_t now = team.now_us();
  on_alive();
  if (!binary) {
    ++team.deps.counters.text_frames;
    close(kCloseTextFrame, "Only binary messages are spoken here.");
    return;
  }
  if (const std::int64_t wait = rate_.on_message(bytes.size(), now); wait > 0) {
    pause(now + wait);
  }
  const auto message = wire::decode_client_message(bytes);
  if (!message) {
    fatal(v1::FATAL_REASON_MALFORMED, message.error().what);
    return;
  }
  for (const v1::ClientFrame& frame : message->frames()) {
    if (state_ == State::Redeeming) {
      if (waiting_.size() >= kWaitingFramesMax) {
        fatal(v1::FATAL_REASON_FLOOD, "Wait for the welcome.");
        return;
      }
      waiting_.push_back(frame);
    } else if (state_ == State::AwaitHello || state_ == State::Open) {
      on_frame(frame);
    }
  }
}

void LinkCore::on_alive() {
  heard_us_ = team.now_us();
  asked_us_ = 0;
  ping_owed_ = false;
  set_suspect(false);
}

void LinkCore::on_writable() {
  blocked_us_ = 0;
  if (std::exchange(ping_owed_, false) && state_ == State::Open) {
    asked_us_ = team.now_us();
    write(wire::ping_block());
  }
  pump();
}

void LinkCore::on_closed() {
  if (state_ != State::Closed) {
    state_ = State::Closed;
    detach_all();
    team.remove_link(*this);
  }
}

void LinkCore::on_frame(const v1::ClientFrame& frame) {
  if (state_ == State::AwaitHello) {
    if (frame.has_hello()) {
      on_hello(frame.hello());
    } else {
      fatal(v1::FATAL_REASON_NO_HELLO, "The first frame must be a hello.");
    }
    return;
  }
  if (!frame.has_ping()) {
    team.stir();
  }
  switch (frame.body_case()) {
    case v1::ClientFrame::kJoin:
      return on_join(frame.join());
    case v1::ClientFrame::kLeave:
      if (Subscription* sub = find_sub(frame.leave().sub()); sub != nullptr) {
        leave(*sub, v1::LEFT_REASON_ASKED);
      }
      return;
    case v1::ClientFrame::kSubmit:
      return on_submit(frame.submit());
    case v1::ClientFrame::kPresence:
      return on_presence(frame.presence());
    case v1::ClientFrame::kPing:
      return send_pong(frame.ping());
    case v1::ClientFrame::kSubmitAnonymous:
      return on_anonymous(frame.submit_anonymous());
    case v1::ClientFrame::kSubmitOffRecord:
      return on_off_record(frame.submit_off_record());
    default:
      return fatal(v1::FATAL_REASON_MALFORMED, "This frame is not expected here.");
  }
}

void LinkCore::on_hello(const v1::Hello& hello) {
  if (const auto checked = wire::check_hello(hello); !checked) {
    fatal(checked.error().reason, checked.error().detail);
    return;
  }
  if (team.links.size() > limits::kLinksPerTeamMax) {
    say_go_away(5'000, "Too many connections.");
    close(kCloseTryAgainLater, "Too many connections.");
    return;
  }
  client_id = hello.client_id();
  state_ = State::Redeeming;
  redeem_(hello.ticket(),
          [this, alive = std::weak_ptr<char>(alive_)](std::optional<Identity> identity) {
            if (!alive.expired() && state_ == State::Redeeming) {
              on_redeemed(identity);
            }
          });
}

void LinkCore::on_redeemed(const std::optional<Identity>& identity) {
  if (!identity || identity->team != team.id) {
    fatal(v1::FATAL_REASON_BAD_TICKET, "The ticket is unknown, used or too old.");
    return;
  }
  member = identity->member;
  dedupe_key_ = dedupe_key_of(member, client_id);
  state_ = State::Open;
  take_over();
  v1::ServerFrame frame;
  v1::Welcome* welcome = frame.mutable_welcome();
  welcome->set_server_id(team.deps.server_id);
  welcome->set_server_wall_ms(team.deps.clock.wall_ms());
  welcome->set_proto_minor(wire::kProtoMinor);
  v1::Limits* told = welcome->mutable_limits();
  told->set_message_bytes_max(limits::kMessageBytesMax);
  told->set_command_bytes_max(limits::kCommandBytesMax);
  told->set_in_flight_max(limits::kCommandsInFlightMax);
  told->set_note_utf16_max(limits::kNoteUtf16Max);
  welcome->set_tick_ms(static_cast<std::uint32_t>(limits::kTickUs / 1'000));
  welcome->set_member(member);
  welcome->set_team(team.id);
  direct(frame);
  if (team.phase == TeamCore::Phase::Stopping || team.phase == TeamCore::Phase::Stopped ||
      team.phase == TeamCore::Phase::Failed) {
    say_go_away(1'000, "The team is not served here now.");
    close(kCloseTryAgainLater, "The team is not served here now.");
    return;
  }
  run_waiting();
}

void LinkCore::run_waiting() {
  for (const v1::ClientFrame& frame : std::exchange(waiting_, {})) {
    if (state_ == State::Open) {
      on_frame(frame);
    }
  }
}

// The newer connection of the same client wins, so that a half-open link cannot keep its client
// out.
void LinkCore::take_over() {
  std::uint64_t client = 0;
  std::memcpy(&client, dedupe_key_.data(), sizeof client);
  for (LinkCore* other : team.claim_client(*this, client)) {
    if (other->is_open() && other->client_id == client_id && other->member == member) {
      ++team.deps.counters.replaced;
      other->fatal(v1::FATAL_REASON_REPLACED, "A newer connection of this tab took over.");
    }
  }
}

void LinkCore::fatal(v1::FatalReason reason, const std::string& detail) {
  if (state_ == State::Closing || state_ == State::Closed) {
    return;
  }
  ++team.deps.counters.fatal_by_reason[static_cast<std::size_t>(reason) % 16];
  v1::ServerFrame frame;
  frame.mutable_fatal()->set_reason(reason);
  frame.mutable_fatal()->set_detail(detail);
  if (transport_.ready()) {
    send(wire::frame_block(direct_ + wire::encode_frame(frame)));
  }
  direct_.clear();
  direct_frames_ = 0;
  close(close_code(reason), detail);
}

void LinkCore::close(std::uint16_t code, const std::string& why) {
  if (state_ == State::Closing || state_ == State::Closed) {
    return;
  }
  if (!direct_.empty() && transport_.ready()) {
    send(wire::frame_block(direct_));
  }
  direct_.clear();
  direct_frames_ = 0;
  state_ = State::Closing;
  team.look_at(*this, due_us());
  detach_all();
  // A close frame has room for 123 bytes.
  transport_.close(code, why.substr(0, 120));
}

void LinkCore::say_go_away(std::uint32_t retry_after_ms, const std::string& why) {
  v1::ServerFrame frame;
  frame.mutable_go_away()->set_retry_after_ms(retry_after_ms);
  frame.mutable_go_away()->set_why(why);
  direct(frame);
}

void LinkCore::pause(std::int64_t until_us) {
  if (paused_until_us_ == 0) {
    ++team.deps.counters.reading_paused;
    transport_.pause_reading(true);
  }
  paused_until_us_ = until_us;
  team.look_at(*this, until_us);
}

}  // namespace swarmboard::room
