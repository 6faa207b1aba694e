// A live team: its library stream and the streams of its sessions. Orders commands, makes them
// durable, tells everybody; knows presence and dedupe. The unit of ownership: everything of a team
// happens on one thread, without locks.
//
// Owner: app (one TeamHost per IO thread) or the simulator. Journal callbacks are posted to the
// team's thread through TeamDeps::post. The output gate: nothing that a command changed leaves
// before the journal said Durable; refusals wait too, because they were judged on speculative
// state.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "persistence/journal.h"
#include "server/base/clock.h"
#include "server/base/limits.h"
#include "server/board/decide.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {

class Link;
class Counters;  // counters.h: plain numbers of this thread, read for /metrics.

struct TeamDeps {
  persistence::Journal& journal;
  const Clock& clock;
  // Runs a task on the team's thread, later, in order.
  std::function<void(std::function<void()>)> post;
  // 16 random bytes.
  std::function<std::string()> random_16;
  // The journal failed: nothing may be acknowledged any more; the process must end (or, in the
  // simulator, crash and restart).
  std::function<void(std::string why)> on_fatal;
  Counters& counters;
  std::uint64_t server_id = 0;
  double commands_per_second = limits::kCommandsPerSecond;  // Of one connection.
  // The invariants of a session are checked every so many of its events; tests say 1.
  std::uint64_t check_every_events = 64;
};

// What a server-side act led to, after it is durable.
struct ActResult {
  bool ok = false;
  std::uint64_t seq = 0;
  board::Refusal refusal;
};

class Team {
 public:
  Team(std::string id, TeamDeps deps);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Acquires the team in the journal and loads the library. Links may come before it is done: they
  // wait. on_failed is called if it cannot be loaded (damage); the team then accepts nothing.
  void start(std::function<void(boost::system::error_code)> done);

  // An act of the server or on behalf of a member through HTTP (not through a socket). `stream`
  // empty: the library. Server-only commands are allowed when `from_server`.
  void act(const std::string& stream, v1::Command command, std::string actor, bool from_server,
           std::function<void(ActResult)> done);

  // Calls back with the durable library, once loaded.
  void with_library(std::function<void(const board::State&)> use);
  // Loads the session if needed; null when there is no such stream. State and head are durable
  // ones.
  void with_session(const std::string& session_id,
                    std::function<void(const board::State*, persistence::Head)> use);

  // Call at least every 50 ms while links are attached: heartbeat, presence, seat timers,
  // unloading.
  void on_timer();

  // Says bye to every link with a random retry time of up to `spread_ms`, refuses new commands,
  // waits for what was accepted, writes keyframes. `done` exactly once.
  void stop(std::uint32_t spread_ms, std::function<void()> done);

  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] std::size_t link_count() const;
  // True while something is decided but not yet durable.
  [[nodiscard]] bool has_in_flight() const;

 private:
  friend class Link;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace swarmboard::room
