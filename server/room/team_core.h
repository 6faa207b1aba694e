// The inside of a Team, spread over files by concern: commit.cc decides and makes durable,
// commit_lost.cc takes back what did not become durable, team.cc is the public face, load.cc brings
// streams in and out, fan_out.cc tells everybody, timers.cc watches the clock, unsigned_cards.cc
// has the paths without an author.
//
// Owner: Team. One thread; nothing here blocks. Calls of the journal come back through guarded(),
// which drops them when the team is gone.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/epochs.h"
#include "server/board/route.h"
#include "server/room/commit_group.h"
#include "server/room/counters.h"
#include "server/room/fold.h"
#include "server/room/keyframe.h"
#include "server/room/stream.h"
#include "server/room/team.h"

namespace swarmboard::room {

class LinkCore;
struct Subscription;

// A command to judge now.
struct Act {
  Stream& stream;
  const v1::Command& command;
  std::string actor;
  bool from_server = false;
  std::string client_id;   // As the client knows itself: its echo.
  std::string dedupe_key;  // As the dedupe memory knows it; empty: not from a client.
  std::uint64_t cmd_no = 0;
  std::uint32_t body_hash = 0;
};

// A link and when it is to be looked at next. The timer walks over these and touches only the links
// whose time has come: a walk over thousands of links would cost more than all they do.
struct LinkEntry {
  LinkCore* link = nullptr;
  std::uint64_t id = 0;
  std::int64_t due_us = 0;   // Not later than the link has something to do.
  std::uint64_t client = 0;  // Of the member's client that it serves; 0 = not known yet.
};

using Executed = boost::system::result<std::uint64_t, board::Refusal>;  // The event's seq.

class TeamCore {
 public:
  enum class Phase { New, Starting, Ready, Stopping, Stopped, Fenced, Failed };

  TeamCore(std::string team_id, TeamDeps dependencies);
  ~TeamCore();
  TeamCore(const TeamCore&) = delete;
  TeamCore& operator=(const TeamCore&) = delete;

  // load.cc
  void start(std::function<void(boost::system::error_code)> done);
  void load_epochs(std::function<void(boost::system::error_code)> done);
  // The stream when it is ready, loaded if needed. Null: there is no such stream, it is damaged
  // (then its phase is Failed and find_stream() has it), or the team is not served here.
  void with_stream(const std::string& stream, std::function<void(Stream*)> use);
  [[nodiscard]] Stream* find_stream(const std::string& stream);
  Stream& add_stream(const std::string& stream);
  void fail_stream(Stream& stream, const std::string& why);
  void want_keyframe(Stream& stream);
  void write_keyframe(Stream& stream, std::function<void()> done);
  void unload_idle();

  // commit.cc
  // A circumstance in which nothing is decided; nothing when commands are welcome.
  [[nodiscard]] std::optional<board::Refusal> why_not_now() const;
  // For circumstances: it decides nothing.
  [[nodiscard]] board::Refusal read_only() const;
  [[nodiscard]] Executed execute(const Act& act);
  // Tells the waiter when everything decided so far is durable: at once if it is already.
  void after_durable(Waiter waiter);
  void put_sealed(SealedChange change, std::function<void(bool)> done);
  void flush();
  [[nodiscard]] board::Context context_for(const Act& act) const;
  [[nodiscard]] const board::State& session_state(const Stream& stream) const;

  // unsigned_cards.cc
  void submit_anonymous(Stream& stream, const std::string& member,
                        const v1::SubmitAnonymous& submit,
                        std::function<void(v1::RejectReason)> answer);
  [[nodiscard]] std::optional<board::Refusal> submit_off_record(Stream& stream,
                                                                const std::string& member,
                                                                const v1::SubmitOffRecord& submit);
  // Frame chunks with what passes by in a stream.
  [[nodiscard]] std::string sealed_frames(const Stream& stream) const;
  [[nodiscard]] std::string off_record_frames(const Stream& stream) const;

  // fan_out.cc
  void schedule_turn();
  void mark_dirty(Stream& stream);
  void wake(LinkCore& link);
  void add_link(LinkCore& link);
  void remove_link(LinkCore& link);
  [[nodiscard]] LinkCore* find_link(std::uint64_t link_id);
  // Has the link looked at by then.
  void look_at(const LinkCore& link, std::int64_t at_us);
  // Notes whom the link serves; the links that served the same client until now.
  [[nodiscard]] std::vector<LinkCore*> claim_client(const LinkCore& link, std::uint64_t client);
  // Every link that is still there when its turn comes: telling one may end others.
  void each_link(const std::function<void(LinkCore&)>& tell);
  void leave_all(const std::vector<Subscription*>& leaving, v1::LeftReason reason);
  // The newest snapshot, or a recent one that the ring can bring up to date.
  [[nodiscard]] std::shared_ptr<const SnapshotCache> snapshot_of(Stream& stream);
  void attach(Subscription& sub);
  void detach(Subscription& sub);
  void refresh_presence(Stream& stream, const std::string& member);
  void recheck_access(Stream& stream);
  // Queues a read of the journal for a subscription that the ring cannot serve.
  void want_read(Subscription& sub);

  // timers.cc
  void on_timer();
  void stop(std::uint32_t spread_ms, std::function<void()> done);
  // Somebody did something: the team does not doze.
  void stir();
  // How long we may say nothing to a connection, and how long it may say nothing before it is
  // asked.
  [[nodiscard]] std::int64_t silence_us_max() const;
  [[nodiscard]] std::int64_t unheard_us_max() const;

  [[nodiscard]] std::int64_t now_us() const { return deps.clock.mono_us(); }

  [[nodiscard]] bool is_serving() const { return phase == Phase::Ready; }

  // A callback for the journal: posts to the team's thread; nothing happens if the team is gone.
  template <class Fn>
  auto guarded(Fn fn) {
    return [post = deps.post, alive = std::weak_ptr<char>(alive_), fn = std::move(fn)](auto value) {
      post([alive, fn, value = std::move(value)]() mutable {
        if (!alive.expired()) {
          fn(std::move(value));
        }
      });
    };
  }

  void later(std::function<void()> task);

  const std::string id;
  TeamDeps deps;
  Phase phase = Phase::New;
  Stream* library = nullptr;
  std::map<std::string, std::unique_ptr<Stream>> streams;
  std::vector<LinkEntry> links;  // In the order of accepting; ids ascend.
  std::uint64_t next_link_id = 1;

 private:
  // load.cc
  struct Load;
  void load(Stream& stream);
  void read_keyframe(const std::shared_ptr<Load>& load);
  void read_tail(const std::shared_ptr<Load>& load);
  void read_sealed(const std::shared_ptr<Load>& load);
  void finish_load(Load& load);
  void follow_library(Stream& stream);
  void on_loaded(Stream& stream, bool exists);
  void serve_or_wait(std::function<void(bool)> then);
  void become(Phase next);

  // commit.cc
  [[nodiscard]] std::map<std::string, const board::State*> live_sessions(const Stream& own) const;
  [[nodiscard]] Executed commit(const Act& act, board::Decision decision);
  [[nodiscard]] Stream& stream_of(const board::StreamEffect& effect);
  [[nodiscard]] board::EventStamp stamp_for(const Stream& stream, const Act& act) const;
  void forget_unborn();
  void record(GroupUnit& unit, const std::string& bytes, PendingEvent event);
  void on_result(std::uint64_t serial, persistence::AppendResult result);
  void on_durable(CommitGroup group);
  void on_not_durable(CommitGroup group, persistence::AppendState state);
  void finish_rollback();
  void on_fenced();
  void resolve(Waiter& waiter, bool durable);
  void check_invariants(Stream& stream, std::size_t events);

  // fan_out.cc
  void turn();
  void run_reads();
  void on_read(std::uint64_t link_id, std::uint64_t serial,
               persistence::Result<persistence::UnitPage> page);

  // timers.cc
  void watch_links(std::int64_t now);
  void watch_session(Stream& stream, std::int64_t now);
  void watch_clock(Stream& stream, std::int64_t now);
  void finish_stop();

  [[nodiscard]] LinkEntry* find_entry(std::uint64_t link_id);

  std::shared_ptr<char> alive_;
  std::int64_t stirred_us_ = 0;  // When somebody last did something.
  bool dozes_ = false;
  std::int64_t looked_us_ = 0;  // When the timer last looked around.
  persistence::Tenure tenure_;
  persistence::Epochs epochs_;  // As they are while the tenure lasts.
  std::vector<std::function<void(bool)>> start_waiters_;
  std::uint32_t next_ref_ = 1;

  CommitGroup open_;
  std::deque<CommitGroup> in_flight_;
  std::size_t commands_in_flight_ = 0;
  std::size_t bytes_in_flight_ = 0;
  std::vector<CommitGroup> lost_;  // Not durable; rolled back when nothing is in flight.
  bool rolling_back_ = false;
  bool writable_ = true;  // As the journal said at the last tick of the clock.
  std::uint64_t next_group_ = 1;

  bool turn_scheduled_ = false;
  std::vector<Stream*> dirty_;
  std::vector<std::uint64_t> woken_;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> read_queue_;  // Link id, subscription serial.
  std::size_t reads_running_ = 0;

  std::function<void()> stopped_;
  std::size_t keyframes_writing_ = 0;

 public:
  // Whether something is decided and not yet durable.
  [[nodiscard]] bool has_in_flight() const {
    return !open_.empty() || !in_flight_.empty() || rolling_back_;
  }
};

}  // namespace swarmboard::room
