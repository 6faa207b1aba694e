// What happens because time passes: links' deadlines, presence frames, people who lost their
// connection, the seat, unloading, and the stop.
#include <algorithm>
#include <utility>

#include "server/base/limits.h"
#include "server/board/decide_clock.h"
#include "server/board/kinds.h"
#include "server/room/close_codes.h"
#include "server/room/link_core.h"
#include "server/room/team_core.h"

namespace swarmboard::room {
namespace {

constexpr std::int64_t kTryAgainUs = 1'000'000;

std::uint32_t random_below(const std::string& random_bytes, std::uint32_t limit) {
  std::uint64_t value = 0;
  for (std::size_t at = 0; at < 8 && at < random_bytes.size(); ++at) {
    value = (value << 8) | static_cast<unsigned char>(random_bytes[at]);
  }
  return limit == 0 ? 0 : static_cast<std::uint32_t>(value % limit);
}

}  // namespace

void TeamCore::on_timer() {
  const std::int64_t now = now_us();
  if (dozes_ && now - looked_us_ < limits::kDozeTimerUs) {
    return;
  }
  looked_us_ = now;
  writable_ = deps.journal.health().writable;
  watch_links(now);
  if (phase != Phase::Ready) {
    return;
  }
  for (const auto& [name, stream] : streams) {
    if (stream->phase != Stream::Phase::Ready) {
      continue;
    }
    watch_session(*stream, now);
    if (stream->presence.tick(now, stream->ref) && !stream->subs.empty()) {
      mark_dirty(*stream);
    }
  }
  unload_idle();
}

void TeamCore::stir() {
  stirred_us_ = now_us();
  if (std::exchange(dozes_, false)) {
    writable_ = deps.journal.health().writable;
    // Who vanished while it was quiet is found now.
    for (LinkEntry& entry : links) {
      entry.due_us = std::min(entry.due_us, stirred_us_);
    }
  }
}

std::int64_t TeamCore::silence_us_max() const {
  return dozes_ ? limits::kDozeTickUs : limits::kTickUs;
}

std::int64_t TeamCore::unheard_us_max() const {
  return dozes_ ? limits::kDozeAskUs : limits::kTickUs;
}

void TeamCore::watch_links(std::int64_t now) {
  dozes_ = now - stirred_us_ >= limits::kDozeAfterUs;
  std::vector<std::uint64_t> due;
  for (const LinkEntry& entry : links) {
    if (entry.due_us <= now) {
      due.push_back(entry.id);
    }
  }
  for (const std::uint64_t link_id : due) {
    // Looking at one may end others, and itself.
    if (LinkCore* link = find_link(link_id); link != nullptr) {
      const std::int64_t next_us = link->on_timer(now);
      if (LinkEntry* entry = find_entry(link_id); entry != nullptr) {
        entry->due_us = next_us;
      }
    }
  }
}

void TeamCore::watch_session(Stream& stream, std::int64_t now) {
  for (auto it = stream.gone_at.begin(); it != stream.gone_at.end();) {
    if (now >= it->second) {
      stream.presence.set_state(it->first, v1::CONNECTEDNESS_GONE);
      it = stream.gone_at.erase(it);
    } else {
      ++it;
    }
  }
  for (auto it = stream.away.begin(); it != stream.away.end();) {
    if (now < it->second) {
      ++it;
      continue;
    }
    if (why_not_now()) {
      it->second = now + kTryAgainUs;
      ++it;
      continue;
    }
    const std::string member = it->first;
    it = stream.away.erase(it);
    const auto* participant = stream.head_state.get<v1::Participant>(member);
    if (!stream.is_library() && participant != nullptr && participant->present() &&
        stream.is_live()) {
      v1::Command command;
      command.mutable_lose_connection();
      // A refusal means that there was nothing to lose: the record is read in the same breath.
      [[maybe_unused]] const Executed executed =
          execute({stream, command, member, true, {}, {}, 0, 0});
    }
  }
  if (stream.behind_library && stream.is_live() && !why_not_now()) {
    follow_library(stream);
  }
  if (now >= stream.ask_again_us && stream.is_live() && !why_not_now()) {
    watch_clock(stream, now);
  }
  const auto* seat = stream.head_state.get<v1::Seat>(board::kSeatId);
  if (seat != nullptr && seat->state() == v1::SEAT_STATE_RESERVED &&
      deps.clock.wall_ms() >= seat->reserved_until_ms() && now >= stream.vacate_again_us &&
      stream.is_live() && !why_not_now()) {
    v1::Command command;
    command.mutable_vacate_seat()->set_generation(seat->generation());
    stream.vacate_again_us = now + kTryAgainUs;
    [[maybe_unused]] const Executed executed = execute({stream, command, {}, true, {}, {}, 0, 0});
  }
}

void TeamCore::watch_clock(Stream& stream, std::int64_t now) {
  const std::int64_t wall_ms = deps.clock.wall_ms();
  const std::string open = board::open_time_poll(stream.head_state);
  v1::Command command;
  if (open.empty()) {
    if (!board::is_time_poll_due(stream.head_state, wall_ms)) {
      return;
    }
    command.mutable_open_time_poll();
  } else {
    if (wall_ms < stream.head_state.get<v1::TimePoll>(open)->closes_at_ms()) {
      return;
    }
    command.mutable_close_time_poll()->set_poll(open);
  }
  stream.ask_again_us = now + kTryAgainUs;
  [[maybe_unused]] const Executed executed = execute({stream, command, {}, true, {}, {}, 0, 0});
}

void TeamCore::stop(std::uint32_t spread_ms, std::function<void()> done) {
  stopped_ = std::move(done);
  if (phase == Phase::Ready || phase == Phase::Starting || phase == Phase::New) {
    become(Phase::Stopping);
  }
  each_link([&](LinkCore& link) {
    link.say_go_away(random_below(deps.random_16(), spread_ms + 1), "The server restarts.");
  });
  finish_stop();
}

void TeamCore::finish_stop() {
  const bool failed = phase == Phase::Failed || phase == Phase::Fenced;
  if (stopped_ == nullptr || (has_in_flight() && !failed)) {
    return;
  }
  const auto done = std::make_shared<std::function<void()>>(std::exchange(stopped_, nullptr));
  // One turn later, so that what just became durable is still sent.
  later([this, done] {
    each_link([](LinkCore& link) {
      link.pump();
      link.close(kCloseGoingAway, "The server restarts.");
    });
    const auto left = std::make_shared<std::size_t>(1);
    const auto one_less = [this, left, done] {
      if (--*left == 0) {
        const bool owned = phase == Phase::Stopping;
        become(Phase::Stopped);
        if (owned && !tenure_.team.empty()) {
          deps.journal.release(tenure_);
        }
        (*done)();
      }
    };
    if (phase == Phase::Stopping) {
      for (const auto& [name, stream] : streams) {
        ++*left;
        write_keyframe(*stream, one_less);
      }
    }
    one_less();
  });
}

}  // namespace swarmboard::room
