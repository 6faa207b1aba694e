// What clients say to the room over several connections, while time passes, connections break and
// sockets are full. Each peer checks that what it is sent has no gap and folds; at the end whoever
// is up to date sees what the server knows.
//
// Input: a ClientMessage. Each frame is said by the current peer; the number in a Ping also steers:
// who speaks, how much time passes, what happens to the connection.
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "server/board/snapshot.h"
#include "server/wire/codec.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"
#include "tests/room/rig.h"

namespace swarmboard::room {
namespace {

using fuzz::require;

constexpr int kFramesMax = 64;
constexpr std::array<const char*, 3> kMembers = {"ana", "ben", "cleo"};

class LinkRun {
 public:
  LinkRun() {
    rig_.add_members({"ana", "ben", "cleo"});
    rig_.open_session({"ana", "ben"});
    for (std::size_t at = 0; at < peers_.size(); ++at) {
      enter(at);
    }
  }

  void say(v1::ClientFrame frame) {
    const std::size_t who = speaker_;
    speak(*peers_[who], frame);
    rig_.run();
    if (frame.has_ping()) {
      steer(frame.ping().client_mono_us());
    }
    if (is_over(*peers_[who])) {
      enter(who);
    }
  }

  void finish() {
    for (const auto& peer : peers_) {
      if (!peer->is_ready) {
        peer->takes_one_block = false;
        peer->writable();
      }
    }
    rig_.pass(500'000);
    require(rig_.fatal.empty(), "nothing that a client says stops the process");
    const board::State truth = rig_.durable("s1");
    for (const auto& peer : peers_) {
      for (const auto& [number, sub] : peer->subs) {
        check_view(*peer, sub, truth);
      }
    }
  }

 private:
  static bool is_over(const Peer& peer) { return peer.close_code.has_value() || peer.aborted; }

  static void speak(Peer& peer, v1::ClientFrame& frame) {
    if (frame.has_submit()) {
      complete(*frame.mutable_submit(), peer);
    } else if (frame.has_join()) {
      complete(*frame.mutable_join(), peer);
    }
    if (!is_over(peer) && !peer.reading_paused) {
      peer.say(frame);
    }
  }

  void enter(std::size_t at) {
    if (peers_[at]) {
      peers_[at]->drop();
    }
    peers_[at] = rig_.peer(kMembers[at]);
    peers_[at]->hello();
    peers_[at]->join(1, "s1");
    peers_[at]->join(2, "");
    rig_.run();
  }

  // A number or hash of zero stands for the right one: what is left out cannot get past the door.
  static void complete(v1::Submit& submit, Peer& peer) {
    if (submit.cmd_no() == 0) {
      submit.set_cmd_no(peer.sub(submit.sub()).next_cmd++);
    }
    if (submit.body_hash() == 0) {
      submit.set_body_hash(wire::body_hash(submit.command()));
    }
  }

  // One subscription per stream, as a browser has it, under its own number. A token without an
  // epoch stands for the peer's own.
  static void complete(v1::Join& join, Peer& peer) {
    join.set_sub(join.session_id() == "s1"   ? 1
                 : join.session_id().empty() ? 2
                                             : 3 + join.sub() % 4);
    Peer::Sub& sub = peer.sub(join.sub());
    sub.session = join.session_id();
    sub.left.reset();
    sub.snapshot.clear();
    if (join.has_have() && join.have().epoch() == 0) {
      *join.mutable_have() = sub.token;
    } else {
      // Whoever has nothing to show for a token folds from nothing.
      sub.state = {};
      sub.token = join.have();
    }
  }

  void steer(std::uint64_t number) {
    speaker_ = static_cast<std::size_t>(number % peers_.size());
    Peer& peer = *peers_[speaker_];
    switch (number / 4 % 8) {
      case 1:
        rig_.pass(50'000 * static_cast<std::int64_t>(number / 32 % 64));
        break;
      case 2:
        enter(speaker_);
        break;
      case 3:
        peer.takes_one_block = true;
        break;
      case 4:
        if (!peer.is_ready) {
          peer.writable();
        }
        break;
      case 5:
        rig_.journal.holding = true;
        break;
      case 6:
        rig_.journal.holding = false;
        rig_.journal.release_all();
        break;
      default:
        break;
    }
    rig_.run();
  }

  void check_view(const Peer& peer, const Peer::Sub& sub, const board::State& truth) {
    const bool follows = sub.session == "s1" && sub.joined && !sub.left && !is_over(peer) &&
                         peer.is_ready && sub.joined->epoch() != 0;
    if (!follows || rig_.journal.held() != 0) {
      return;
    }
    std::uint64_t head = 0;
    rig_.team->with_session("s1",
                            [&](const board::State*, persistence::Head at) { head = at.seq; });
    rig_.run();
    if (sub.token.seq() == head) {
      require(
          board::state_hash(sub.state) == board::state_hash(board::visible_to(truth, peer.member)),
          "whoever is up to date sees what they may see of the truth");
    }
  }

  Rig rig_;
  std::array<std::unique_ptr<Peer>, kMembers.size()> peers_;
  std::size_t speaker_ = 0;
};

}  // namespace
}  // namespace swarmboard::room

SWARMBOARD_MUTATES(swarmboard::v1::ClientMessage)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  GTEST_FLAG_SET(break_on_failure, true);
  swarmboard::v1::ClientMessage input;
  if (!input.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  swarmboard::room::LinkRun run;
  int frames = 0;
  for (const auto& frame : input.frames()) {
    if (++frames <= swarmboard::room::kFramesMax) {
      run.say(frame);
    }
  }
  run.finish();
  return 0;
}
