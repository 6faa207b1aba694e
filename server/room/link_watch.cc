// What a link does because time passes: its deadlines, asking a silent peer, keeping in touch.
#include <algorithm>

#include "server/base/limits.h"
#include "server/room/link_core.h"
#include "server/wire/codec.h"

namespace swarmboard::room {
namespace {

// A ping that is not answered for so long makes the member one who reconnects, and ends it.
constexpr std::int64_t kAnswerUs = limits::kSuspectAfterUs - limits::kTickUs;
constexpr std::int64_t kNoAnswerUs = limits::kDropAfterUs - limits::kTickUs;

}  // namespace

std::int64_t LinkCore::on_timer(std::int64_t now) {
  switch (state_) {
    case State::AwaitHello:
    case State::Redeeming:
      if (now - opened_us_ > limits::kHelloUs) {
        fatal(v1::FATAL_REASON_NO_HELLO, "No hello came in time.");
      }
      break;
    case State::Closing:
      // The peer has the time of a stuck write to close, too.
      if (now - sent_us_ > limits::kStuckWriteUs) {
        sent_us_ = now;
        transport_.abort();
      }
      break;
    case State::Open:
      if (paused_until_us_ != 0 && now >= paused_until_us_) {
        paused_until_us_ = 0;
        transport_.pause_reading(false);
      }
      watch_transport(now);
      break;
    case State::Closed:
      break;
  }
  return due_us();
}

void LinkCore::watch_transport(std::int64_t now) {
  if (!transport_.ready() && blocked_us_ == 0) {
    blocked_us_ = now;
  }
  if (blocked_us_ != 0 && now - blocked_us_ > limits::kStuckWriteUs) {
    ++team.deps.counters.dropped_stuck;
    give_up();
    return;
  }
  watch_peer(now);
  if (state_ == State::Open && transport_.ready()) {
    pump();
    keep_in_touch(now);
  }
}

void LinkCore::watch_peer(std::int64_t now) {
  if (paused_until_us_ != 0) {
    // A paused reader hears nothing: that is our doing, not the peer's.
    heard_us_ = now;
    asked_us_ = 0;
  } else if (asked_us_ == 0) {
    // What cannot be written now is asked all the same: the peer does not take it.
    ping_owed_ = now - heard_us_ >= team.unheard_us_max() && !transport_.ready();
    asked_us_ = ping_owed_ ? now : 0;
  } else if (now - asked_us_ > kNoAnswerUs) {
    ++team.deps.counters.dropped_silent;
    give_up();
  } else if (now - asked_us_ > kAnswerUs) {
    set_suspect(true);
  }
}

void LinkCore::give_up() {
  state_ = State::Closing;
  sent_us_ = team.now_us();
  detach_all();
  transport_.abort();
}

void LinkCore::set_suspect(bool suspect) {
  if (suspect_ == suspect) {
    return;
  }
  suspect_ = suspect;
  for (const auto& sub : subs) {
    if (sub->stream != nullptr) {
      std::size_t& suspects = sub->stream->connected.at(member).suspect;
      suspects = suspect ? suspects + 1 : suspects - 1;
      team.refresh_presence(*sub->stream, member);
    }
  }
}

// The heartbeat, both ways in one block: a tick tells the client that we are there, a ping asks
// whether it is.
void LinkCore::keep_in_touch(std::int64_t now) {
  const std::int64_t silence_us = now - heard_us_;
  const bool tick = now >= tick_due_us();
  // Who is told something anyway is asked a little early: one block is half the price of two.
  const bool ask = asked_us_ == 0 && paused_until_us_ == 0 &&
                   silence_us >= team.unheard_us_max() / (tick ? 2 : 1);
  if (!tick && !ask) {
    return;
  }
  if (ask) {
    asked_us_ = now;
  }
  if (!tick) {
    write(wire::ping_block());
    return;
  }
  const Block block = make_tick(now);
  send_quietly(ask ? std::make_shared<const std::string>(*wire::ping_block() + *block) : block);
}

// A tick also tells how far the client is covered when the newest events are not for it. Only
// streams that are up to date are named.
Block LinkCore::make_tick(std::int64_t now) {
  ticked_us_ = now;
  v1::ServerFrame frame;
  v1::Tick* tick = frame.mutable_tick();
  tick->set_server_wall_ms(team.deps.clock.wall_ms());
  told_us_ = team.silence_us_max();
  if (told_us_ != limits::kTickUs) {
    tick->set_next_ms(static_cast<std::uint32_t>(told_us_ / 1'000));
  }
  for (const auto& sub : subs) {
    if (sub->mode == Subscription::Mode::Live && sub->scanned == sub->stream->durable.head.seq) {
      sub->cursor = sub->scanned;
      v1::StreamHead* head = tick->add_heads();
      head->set_stream_ref(sub->stream->ref);
      head->set_head(sub->cursor);
      head->set_chain(sub->stream->durable.head.chain);
    }
  }
  return wire::frame_block(wire::encode_frame(frame));
}

std::int64_t LinkCore::tick_due_us() const {
  const bool covers = std::any_of(subs.begin(), subs.end(), [](const auto& sub) {
    return sub->mode == Subscription::Mode::Live && sub->cursor < sub->scanned;
  });
  const std::int64_t due_us = spoke_us_ + std::min(told_us_, team.silence_us_max());
  return covers ? std::min(due_us, ticked_us_ + limits::kTickUs) : due_us;
}

std::int64_t LinkCore::due_us() const {
  switch (state_) {
    case State::AwaitHello:
    case State::Redeeming:
      return opened_us_ + limits::kHelloUs;
    case State::Closing:
      return sent_us_ + limits::kStuckWriteUs;
    case State::Closed:
      return INT64_MAX;
    case State::Open:
      break;
  }
  std::int64_t due_us = asked_us_ == 0 ? heard_us_ + team.unheard_us_max()
                                       : asked_us_ + (suspect_ ? kNoAnswerUs : kAnswerUs);
  due_us = std::min(due_us, blocked_us_ == 0 ? tick_due_us() : blocked_us_ + limits::kStuckWriteUs);
  return paused_until_us_ == 0 ? due_us : std::min(due_us, paused_until_us_);
}

}  // namespace swarmboard::room
