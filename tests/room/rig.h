// A team with its links in a bottle: memory journal, a clock that the test moves, a loop that the
// test turns, connections that record what they are sent. No threads, no sockets, no waiting.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "persistence/memory_journal.h"
#include "server/board/state.h"
#include "server/room/counters.h"
#include "server/room/link.h"
#include "server/room/team.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return wall; }

  [[nodiscard]] std::int64_t mono_us() const override { return mono; }

  std::int64_t wall = 1'700'000'000'000;
  std::int64_t mono = 1'000'000;
};

// A memory journal that can hold results back, or answer what the test says.
class HoldingJournal final : public persistence::Journal {
 public:
  void acquire(std::string team,
               persistence::Callback<persistence::Result<persistence::Tenure>> done) override;
  void release(persistence::Tenure tenure) override;
  void append(const persistence::Tenure& tenure, persistence::Group group,
              persistence::Callback<persistence::AppendResult> done) override;
  void resolve(const persistence::Tenure& tenure, std::string stream,
               persistence::Callback<persistence::Result<persistence::Head>> done) override;
  void head(persistence::StreamName name,
            persistence::Callback<persistence::Result<persistence::Head>> done) override;
  void read(persistence::StreamName name, std::uint64_t from, persistence::ReadLimits limits,
            persistence::Callback<persistence::Result<persistence::UnitPage>> done) override;
  void keyframe_at(
      persistence::StreamName name, std::uint64_t seq_max, std::uint32_t state_version,
      persistence::Callback<persistence::Result<std::optional<persistence::KeyframeBytes>>> done)
      override;
  void put_keyframe(std::string team, persistence::KeyframeBytes keyframe,
                    persistence::Callback<boost::system::error_code> done) override;
  void read_sealed(persistence::StreamName name, std::string bucket,
                   persistence::Callback<persistence::Result<std::vector<persistence::SealedEntry>>>
                       done) override;
  void teams(persistence::Callback<persistence::Result<std::vector<std::string>>> done) override;
  void streams(std::string team,
               persistence::Callback<persistence::Result<std::vector<std::string>>> done) override;
  void put_setting(std::string key, std::optional<std::string> value,
                   persistence::Callback<boost::system::error_code> done) override;
  void settings(std::string prefix,
                persistence::Callback<persistence::Result<std::vector<persistence::SealedEntry>>>
                    done) override;
  void raise_epoch(persistence::EpochChange change,
                   persistence::Callback<persistence::Result<std::uint64_t>> done) override;
  void epochs(persistence::Callback<persistence::Result<std::vector<persistence::EpochChange>>>
                  done) override;
  [[nodiscard]] std::unique_ptr<persistence::Subscription> follow(
      persistence::StreamName name, std::uint64_t from,
      std::function<void(const persistence::Unit&)> on_unit) override;
  [[nodiscard]] persistence::Health health() const override;
  void close() override;

  // Appends wait until released; then they are carried out, or answered with `state`.
  bool holding = false;
  void release_one(persistence::AppendState state = persistence::AppendState::Durable);
  void release_all();

  [[nodiscard]] std::size_t held() const { return held_.size(); }

  bool writable = true;
  std::size_t appends = 0;
  std::size_t reads = 0;
  std::vector<persistence::Group> groups;  // All that were handed over.
  std::vector<persistence::KeyframeBytes> keyframes;
  persistence::MemoryJournal memory;

 private:
  struct Held {
    persistence::Tenure tenure;
    persistence::Group group;
    persistence::Callback<persistence::AppendResult> done;
  };

  std::deque<Held> held_;
};

// One connection as its client sees it, with a fold of what it was sent.
class Peer final : public Transport {
 public:
  Peer(Team& team, Clock& clock, std::string member, std::string client_id);
  ~Peer() override;

  // Transport.
  [[nodiscard]] bool ready() const override { return is_ready; }

  void send(const Block& block) override;
  void close(std::uint16_t code, const std::string& reason) override;
  void abort() override;

  void pause_reading(bool paused) override { reading_paused = paused; }

  void say(const v1::ClientFrame& frame);
  void hello(const std::string& ticket = "good");
  void join(std::uint32_t sub, const std::string& session,
            const std::optional<v1::ResumeToken>& have = std::nullopt);
  // Submits with the next number of that sub; returns it.
  std::uint64_t submit(std::uint32_t sub, const v1::Command& command);
  void submit_as(std::uint32_t sub, std::uint64_t cmd_no, const v1::Command& command);
  void drop();  // The socket is gone.

  struct Sub {
    std::string session;
    std::uint32_t ref = 0;
    std::uint64_t next_cmd = 1;
    v1::ResumeToken token;
    board::State state;
    std::string snapshot;
    std::vector<v1::Event> events;
    std::vector<std::uint64_t> saved;  // Numbers that came back as our own events.
    std::optional<v1::Joined> joined;
    std::optional<v1::LeftReason> left;
  };

  Sub& sub(std::uint32_t number) { return subs[number]; }

  [[nodiscard]] std::vector<v1::ServerFrame> frames_of(v1::ServerFrame::BodyCase body) const;
  [[nodiscard]] const v1::Nack* last_nack() const;

  std::string member;
  std::string client_id;
  bool is_ready = true;
  bool reading_paused = false;
  bool takes_one_block = false;  // Not ready after each block, until writable().
  void writable();
  std::vector<v1::ServerFrame> frames;
  std::vector<Block> blocks;
  std::size_t pings = 0;
  std::optional<std::uint16_t> close_code;
  bool aborted = false;
  std::map<std::uint32_t, Sub> subs;
  std::function<void(std::string, std::function<void(std::optional<Identity>)>)> redeem;

 private:
  void take(const v1::ServerFrame& frame);
  void take_batch(const v1::EventBatch& batch);
  void take_snapshot(const v1::SnapshotPart& part);

  std::unique_ptr<Link> link_;

 public:
  [[nodiscard]] Link* link() { return link_.get(); }
};

class Rig {
 public:
  Rig();
  ~Rig();

  void start_team();           // Again: a new life of the server over the same journal.
  void stop_team();            // As kill -9: what is not durable is gone.
  void run();                  // Turns the loop until nothing is posted.
  void pass(std::int64_t us);  // Time passes in steps of 50 ms, with the timer.

  std::unique_ptr<Peer> peer(const std::string& member, const std::string& client = "");
  // A peer that said hello and follows `session` with sub 1.
  std::unique_ptr<Peer> in_session(const std::string& member, const std::string& session = "s1");
  ActResult act(const std::string& stream, const v1::Command& command, const std::string& actor);
  void add_members(const std::vector<std::string>& members);
  // Opens session "s1" by ana and has everybody join it.
  void open_session(const std::vector<std::string>& members, const std::string& id = "s1");
  void start_stage(const std::string& stage, bool off_record = false);
  [[nodiscard]] board::State durable(const std::string& session);

  ManualClock clock;
  HoldingJournal journal;
  Counters counters;
  std::vector<std::string> fatal;
  std::unique_ptr<Team> team;

 private:
  std::deque<std::function<void()>> posted_;
  std::uint64_t random_ = 1;
  std::uint64_t peers_ = 0;
};

[[nodiscard]] v1::Command a_note(const std::string& id, const std::string& text,
                                 v1::NoteKind kind = v1::NOTE_KIND_COMMENT);

}  // namespace swarmboard::room
