// The frames of a client: commands, presence, pings, and the cards without an author.
#include <utility>

#include "server/base/limits.h"
#include "server/board/decide.h"
#include "server/room/link_core.h"
#include "server/wire/codec.h"
#include "server/wire/hello.h"

namespace swarmboard::room {
namespace {

// So many refusals for the rate in a row are no person and no outbox.
constexpr std::uint32_t kRateRefusalsMax = 500;
// A stream remembers this many clients at once before it asks new ones to wait.
constexpr std::size_t kClientsMax = 20'000;

}  // namespace

void LinkCore::on_submit(const v1::Submit& submit) {
  Subscription* sub = find_sub(submit.sub());
  if (sub == nullptr) {
    return;  // It was told Left; what it still sends settles at its next join.
  }
  if (sub->stream == nullptr || sub->mode == Subscription::Mode::Verifying) {
    nack(submit.sub(), submit.cmd_no(), {v1::REJECT_REASON_STARTING, "The board is being loaded."});
    return;
  }
  if (submit.cmd_no() == 0 || wire::body_hash(submit.command()) != submit.body_hash()) {
    fatal(v1::FATAL_REASON_MALFORMED, "A command does not match its number or hash.");
    return;
  }
  if (!rate_.take_command(team.now_us())) {
    team.deps.counters.refused(v1::REJECT_REASON_RATE);
    if (++refused_in_a_row_ > kRateRefusalsMax) {
      fatal(v1::FATAL_REASON_FLOOD, "Far too many commands.");
      return;
    }
    nack(submit.sub(), submit.cmd_no(), {v1::REJECT_REASON_RATE, "Too many commands at once."});
    return;
  }
  refused_in_a_row_ = 0;
  Dedupe& dedupe = sub->stream->dedupe;
  const Dedupe::Verdict verdict = dedupe.judge(dedupe_key_, submit.cmd_no(), submit.body_hash());
  switch (verdict.judged) {
    case Judged::Reused:
      fatal(v1::FATAL_REASON_CMD_ID_REUSED, "A command number came again with other content.");
      return;
    case Judged::Repeat:
      on_repeat(*sub, submit, verdict.outcome);
      return;
    case Judged::Gap: {
      const bool unknown = !dedupe.knows(dedupe_key_) && !sub->submitted;
      const auto reason =
          unknown ? v1::REJECT_REASON_UNKNOWN_CLIENT : v1::REJECT_REASON_OUT_OF_ORDER;
      team.deps.counters.refused(reason);
      nack(submit.sub(), submit.cmd_no(), {reason, "An earlier command is missing."},
           verdict.expected);
      return;
    }
    case Judged::New:
      sub->submitted = true;
      judge(*sub, submit);
  }
}

void LinkCore::judge(Subscription& sub, const v1::Submit& submit) {
  Stream& stream = *sub.stream;
  auto not_now = team.why_not_now();
  if (!not_now && (stream.dedupe.open_count(dedupe_key_) >= limits::kCommandsInFlightMax ||
                   (stream.dedupe.clients() >= kClientsMax && !stream.dedupe.knows(dedupe_key_)))) {
    not_now = board::Refusal{v1::REJECT_REASON_OVERLOADED, "Too many commands are under way."};
  }
  if (not_now) {
    team.deps.counters.refused(not_now->reason);
    nack(submit.sub(), submit.cmd_no(), *not_now, submit.cmd_no());
    return;
  }
  if (submit.command().size() > limits::kCommandBytesMax) {
    refuse(sub, submit, {v1::REJECT_REASON_TOO_LARGE, "The command is too large."});
    return;
  }
  const auto command = wire::decode_command(submit.command());
  if (!command) {
    refuse(sub, submit, {v1::REJECT_REASON_UNSUPPORTED, command.error().what});
    return;
  }
  const Executed executed = team.execute({stream, *command, member, false, client_id, dedupe_key_,
                                          submit.cmd_no(), submit.body_hash()});
  if (!executed) {
    refuse(sub, submit, executed.error());
    return;
  }
  ++team.deps.counters.accepted;
  stream.dedupe.decide(dedupe_key_, {submit.cmd_no(), submit.body_hash(), *executed});
}

// On the merits: the number is used up, and the answer waits for what it was judged against.
void LinkCore::refuse(Subscription& sub, const v1::Submit& submit, const board::Refusal& refusal) {
  team.deps.counters.refused(refusal.reason);
  sub.stream->dedupe.decide(dedupe_key_, {submit.cmd_no(), submit.body_hash(), 0, refusal.reason});
  team.after_durable(
      {link_id, submit.sub(), sub.stream, {dedupe_key_, submit.cmd_no()}, refusal, {}});
}

// What became an event comes, or came, with the stream; only a refusal is said again.
void LinkCore::on_repeat(Subscription& sub, const v1::Submit& submit, const Outcome* outcome) {
  ++team.deps.counters.repeated;
  if (outcome != nullptr && outcome->seq == 0) {
    team.after_durable({link_id,
                        submit.sub(),
                        sub.stream,
                        {dedupe_key_, submit.cmd_no()},
                        {outcome->reason, "This was refused before."},
                        {}});
  }
}

void LinkCore::lost(const Stream& stream, const Dedupe::Ref& author) {
  if (author.cmd_no == 0 || author.client != dedupe_key_ || state_ != State::Open) {
    return;
  }
  for (const auto& sub : subs) {
    if (sub->stream == &stream) {
      nack(sub->sub, author.cmd_no, team.read_only(), author.cmd_no);
      return;
    }
  }
}

void LinkCore::on_presence(const v1::Presence& presence) {
  Subscription* sub = find_sub(presence.sub());
  if (sub == nullptr || sub->stream == nullptr) {
    return;
  }
  if (!sub->stream->presence.set(member, presence.kind(), presence.value())) {
    fatal(v1::FATAL_REASON_MALFORMED, "A presence slot is unknown or too large.");
  }
}

void LinkCore::send_pong(const v1::Ping& ping) {
  v1::ServerFrame frame;
  v1::Pong* pong = frame.mutable_pong();
  pong->set_client_mono_us(ping.client_mono_us());
  pong->set_server_wall_ms(team.deps.clock.wall_ms());
  pong->set_server_mono_us(static_cast<std::uint64_t>(team.now_us()));
  direct(frame);
}

void LinkCore::on_anonymous(const v1::SubmitAnonymous& submit) {
  const auto answer = [this, alive = std::weak_ptr<char>(alive_),
                       note_id = submit.note_id()](v1::RejectReason refused) {
    if (!alive.expired()) {
      v1::ServerFrame frame;
      frame.mutable_anonymous_saved()->set_note_id(note_id);
      frame.mutable_anonymous_saved()->set_refused(refused);
      direct(frame);
    }
  };
  if (submit.note_id().size() != wire::kClientIdBytes ||
      submit.secret().size() != wire::kClientIdBytes) {
    fatal(v1::FATAL_REASON_MALFORMED, "An anonymous card needs an id and a secret of 16 bytes.");
    return;
  }
  Subscription* sub = find_sub(submit.sub());
  if (sub == nullptr || sub->stream == nullptr) {
    return answer(v1::REJECT_REASON_STARTING);
  }
  if (!rate_.take_command(team.now_us())) {
    return answer(v1::REJECT_REASON_RATE);
  }
  team.submit_anonymous(*sub->stream, member, submit, answer);
}

void LinkCore::on_off_record(const v1::SubmitOffRecord& submit) {
  Subscription* sub = find_sub(submit.sub());
  if (sub == nullptr || sub->stream == nullptr) {
    return;
  }
  std::optional<board::Refusal> refusal;
  if (!rate_.take_command(team.now_us())) {
    refusal = board::Refusal{v1::REJECT_REASON_RATE, "Too many cards at once."};
  } else {
    refusal = team.submit_off_record(*sub->stream, member, submit);
  }
  if (refusal) {
    nack(submit.sub(), 0, *refusal);
  }
}

}  // namespace swarmboard::room
