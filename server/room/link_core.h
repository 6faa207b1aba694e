// The inside of a Link: one connection's state, spread over files by concern: link.cc is the public
// face and the hello, link_frames.cc the frames of a client, link_pump.cc what is sent next,
// link_resume.cc how a subscription is brought up, link_watch.cc what happens because time passes.
//
// Owner: Link. The team's thread. No queue of durable events: a cursor per subscription.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/limits.h"
#include "server/room/link.h"
#include "server/room/team_core.h"
#include "server/wire/rate_limit.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

// A snapshot on its way to one reader: its bytes are those that all joiners share, with a little of
// the reader's own before and behind. However many readers do not read, there is one copy of it.
struct OutgoingSnapshot {
  std::string header;
  std::shared_ptr<const SnapshotCache> shared;
  std::string own;  // Records that only this member sees.
  std::size_t at = 0;
  std::uint32_t part = 0;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint32_t parts() const;
  // The bytes of the next part.
  [[nodiscard]] std::string take();
};

struct Subscription {
  enum class Mode {
    Loading,     // The stream is being loaded.
    Verifying,   // The token's chain is being read from the journal.
    Snapshot,    // Parts are being sent.
    CatchingUp,  // Behind the ring: pieces come from the journal.
    Live,        // Served from the ring.
  };

  LinkCore* link = nullptr;
  Stream* stream = nullptr;  // From Verifying on.
  std::uint32_t sub = 0;
  std::uint64_t serial = 0;  // Unique in the link: a number may be used again after a Leave.
  Mode mode = Mode::Loading;
  std::string session_id;
  std::optional<v1::ResumeToken> have;
  bool submitted = false;  // A number 1 was seen, so a gap is one of ours to explain.

  std::uint64_t cursor = 0;   // The last event that the client was told to have.
  std::uint64_t scanned = 0;  // Up to here nothing visible is missing.

  std::unique_ptr<OutgoingSnapshot> snapshot;
  std::int64_t snapshot_us = -1'000'000'000'000;

  bool reading = false;  // A read of the journal is queued or running.
  Block piece;           // From the journal, waiting for the transport.
  std::uint64_t piece_to = 0;

  std::uint64_t presence_seen = 0;
  std::uint64_t sealed_seen = 0;
  std::uint64_t off_record_seen = 0;
};

class LinkCore {
 public:
  LinkCore(TeamCore& team, Transport& transport, RedeemTicket redeem);
  ~LinkCore();
  LinkCore(const LinkCore&) = delete;
  LinkCore& operator=(const LinkCore&) = delete;

  // link.cc
  void on_message(std::string_view bytes, bool binary);
  void on_alive();
  void on_writable();
  void on_closed();
  void fatal(v1::FatalReason reason, const std::string& detail);
  void close(std::uint16_t code, const std::string& why);
  void say_go_away(std::uint32_t retry_after_ms, const std::string& why);

  // link_watch.cc
  // Returns when to call again; sooner does no harm.
  std::int64_t on_timer(std::int64_t now);

  // link_pump.cc
  void pump();
  // Queues a frame that is for this connection only, and wakes the pump.
  void direct(const v1::ServerFrame& frame);
  void nack(std::uint32_t sub, std::uint64_t cmd_no, const board::Refusal& refusal,
            std::uint64_t expected = 0);

  // A command of ours was not made durable: its number is open again.
  void lost(const Stream& stream, const Dedupe::Ref& author);

  // link_resume.cc
  // The journal's answer to want_read().
  void on_read(Subscription& sub, const persistence::UnitPage& page);
  [[nodiscard]] Subscription* find_sub(std::uint32_t number);
  [[nodiscard]] Subscription* find_serial(std::uint64_t serial);
  void leave(Subscription& sub, v1::LeftReason reason);
  void detach_all();

  [[nodiscard]] bool is_open() const { return state_ == State::Open; }

  [[nodiscard]] bool is_closed() const { return state_ == State::Closed; }

  [[nodiscard]] bool is_suspect() const { return suspect_; }

  TeamCore& team;
  const std::uint64_t link_id;
  std::string member;
  std::string client_id;
  std::vector<std::unique_ptr<Subscription>> subs;

 private:
  enum class State { AwaitHello, Redeeming, Open, Closing, Closed };

  // link.cc
  void on_frame(const v1::ClientFrame& frame);
  void on_hello(const v1::Hello& hello);
  void on_redeemed(const std::optional<Identity>& identity);
  void take_over();
  void run_waiting();
  void pause(std::int64_t until_us);

  // link_watch.cc
  void watch_transport(std::int64_t now);
  void watch_peer(std::int64_t now);
  void give_up();
  void set_suspect(bool suspect);
  void keep_in_touch(std::int64_t now);
  [[nodiscard]] std::int64_t tick_due_us() const;
  [[nodiscard]] std::int64_t due_us() const;
  [[nodiscard]] Block make_tick(std::int64_t now);

  // link_frames.cc
  void on_join(const v1::Join& join);
  void on_submit(const v1::Submit& submit);
  void judge(Subscription& sub, const v1::Submit& submit);
  void refuse(Subscription& sub, const v1::Submit& submit, const board::Refusal& refusal);
  void on_repeat(Subscription& sub, const v1::Submit& submit, const Outcome* outcome);
  void on_presence(const v1::Presence& presence);
  void on_anonymous(const v1::SubmitAnonymous& submit);
  void on_off_record(const v1::SubmitOffRecord& submit);
  void send_pong(const v1::Ping& ping);

  // link_resume.cc
  void on_stream(Subscription& sub, Stream* stream);
  void bring_up(Subscription& sub, std::optional<std::uint64_t> chain_at_token);
  void start_tail(Subscription& sub);
  void start_snapshot(Subscription& sub, v1::WhySnapshot why);
  void say_joined(const Subscription& sub, v1::JoinMode mode, v1::WhySnapshot why);
  void enter(Subscription& sub);
  void fall_behind(Subscription& sub);
  void make_piece(Subscription& sub, const persistence::UnitPage& page);

  // link_pump.cc
  void send(const Block& block);
  // A block after which the client expects the next word as late as it did before.
  void send_quietly(const Block& block);
  void write(const Block& block);
  bool send_next();
  bool send_snapshot_part(Subscription& sub);
  bool send_piece(Subscription& sub);
  bool send_live(Subscription& sub);
  bool send_passing(Subscription& sub);

  Transport& transport_;
  RedeemTicket redeem_;
  State state_ = State::AwaitHello;
  std::string dedupe_key_;
  wire::RateLimit rate_;
  std::uint32_t refused_in_a_row_ = 0;  // For the rate.
  std::uint64_t next_serial_ = 1;
  std::vector<v1::ClientFrame> waiting_;  // Came with or after the hello, before its answer.
  std::string direct_;                    // Frame chunks.
  std::size_t direct_frames_ = 0;
  bool direct_has_only_pongs_ = true;
  std::int64_t opened_us_;
  std::int64_t heard_us_;
  std::int64_t asked_us_ = 0;  // Since when an answer to our ping is missing; 0: it is not.
  bool ping_owed_ = false;     // Asked, but the transport takes nothing: the ping goes first.
  std::int64_t sent_us_;
  std::int64_t spoke_us_;  // A page does not see pings: when it last heard something.
  std::int64_t ticked_us_;
  std::int64_t told_us_ = limits::kTickUs;  // How long the client expects us to be silent at most.
  std::int64_t blocked_us_ = 0;             // Since when the transport is not ready; 0: it is.
  std::int64_t paused_until_us_ = 0;        // Reading is paused; 0: it is not.
  bool suspect_ = false;
  std::shared_ptr<char> alive_;
};

}  // namespace swarmboard::room
