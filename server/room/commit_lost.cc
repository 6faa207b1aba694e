// When what was decided does not become durable: taking it back, letting go, and who is told.
#include <utility>

#include "server/base/log.h"
#include "server/room/close_codes.h"
#include "server/room/link_core.h"
#include "server/room/team_core.h"

namespace swarmboard::room {

void TeamCore::on_not_durable(CommitGroup group, persistence::AppendState state) {
  using persistence::AppendState;
  if (state == AppendState::Fenced) {
    lost_.push_back(std::move(group));
    on_fenced();
    return;
  }
  // After the first answer of ReadOnly the groups behind it cannot fit their streams any more,
  // whatever the journal calls it.
  if (state == AppendState::ReadOnly || rolling_back_) {
    rolling_back_ = true;
    lost_.push_back(std::move(group));
    return;
  }
  become(Phase::Failed);
  deps.on_fatal(state == AppendState::Unknown ? "the outcome of a write to the journal is unknown"
                                              : "a write to the journal failed");
}

void TeamCore::finish_rollback() {
  ++deps.counters.rollbacks;
  lost_.push_back(std::exchange(open_, {}));
  commands_in_flight_ = bytes_in_flight_ = 0;
  std::vector<CommitGroup> lost = std::exchange(lost_, {});
  for (const CommitGroup& group : lost) {
    for (const Waiter& waiter : group.waiters) {
      const Outcome* outcome =
          waiter.stream == nullptr
              ? nullptr
              : waiter.stream->dedupe.find(waiter.author.client, waiter.author.cmd_no);
      if (outcome != nullptr && outcome->logged) {
        waiter.stream->dedupe.release(waiter.author.client, waiter.author.cmd_no);
      }
    }
  }
  for (const auto& [name, stream] : streams) {
    if (stream->phase == Stream::Phase::Ready) {
      stream->roll_back();
      // What it took over from the library when it was loaded may be lost as well.
      stream->behind_library = stream->is_live();
    }
  }
  for (CommitGroup& group : lost) {
    for (const GroupUnit& unit : group.units) {
      for (const PendingEvent& event : unit.events) {
        each_link([&](LinkCore& link) { link.lost(*unit.stream, event.author); });
      }
    }
    for (Waiter& waiter : group.waiters) {
      resolve(waiter, false);
    }
  }
  forget_unborn();
  deps.journal.acquire(
      id, guarded([this](persistence::Result<persistence::Tenure> tenure) {
        if (!tenure) {
          become(Phase::Failed);
          deps.on_fatal("the journal did not take the team back after it was full");
          return;
        }
        tenure_ = *tenure;
        rolling_back_ = false;
        writable_ = deps.journal.health().writable;
        finish_stop();
      }));
}

void TeamCore::on_fenced() {
  log::warn("another server owns the team now", {{"team", id}});
  become(Phase::Fenced);
  std::vector<CommitGroup> lost = std::exchange(lost_, {});
  std::move(in_flight_.begin(), in_flight_.end(), std::back_inserter(lost));
  in_flight_.clear();
  lost.push_back(std::exchange(open_, {}));
  commands_in_flight_ = bytes_in_flight_ = 0;
  rolling_back_ = false;
  for (CommitGroup& group : lost) {
    for (Waiter& waiter : group.waiters) {
      if (waiter.call) {
        waiter.call(false);
      }
    }
  }
  read_queue_.clear();
  each_link([](LinkCore& link) {
    link.say_go_away(1'000, "The team moved to another server.");
    link.close(kCloseTryAgainLater, "The team moved to another server.");
  });
  dirty_.clear();
  library = nullptr;
  streams.clear();
}

void TeamCore::resolve(Waiter& waiter, bool durable) {
  if (waiter.call) {
    waiter.call(durable);
    return;
  }
  const Outcome* outcome = waiter.stream->dedupe.find(waiter.author.client, waiter.author.cmd_no);
  const bool decided = durable || (outcome != nullptr && outcome->logged);
  if (decided) {
    waiter.stream->dedupe.release(waiter.author.client, waiter.author.cmd_no);
  }
  LinkCore* link = find_link(waiter.link);
  if (link != nullptr) {
    link->nack(waiter.sub, waiter.author.cmd_no, decided ? waiter.refusal : read_only());
  }
}

// Sessions that exist only in what was not, or will never be, written.
void TeamCore::forget_unborn() {
  std::erase_if(streams, [](const auto& item) {
    return item.second->phase == Stream::Phase::Ready && !item.second->is_library() &&
           item.second->durable.head.seq == 0 && item.second->speculative.head.seq == 0;
  });
}

}  // namespace swarmboard::room
