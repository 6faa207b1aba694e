// Commands of several people on a board with a session: decided, routed and folded as a server
// does. The builder checks after every event that the invariants hold and that everybody folds to
// what they may see; a break of either ends the program.
//
// Input: a ClientMessage; each Submit is one command. Its `sub` says whose and where.
#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "server/board/apply.h"
#include "server/board/snapshot.h"
#include "server/wire/codec.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"
#include "tests/support/board_builder.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::fuzz {
namespace {

constexpr int kCommandsMax = 24;
constexpr std::array<const char*, 5> kPeople = {"amara", "ben", "greta", "imelda", "jonas"};

testing::BoardBuilder prepared() {
  testing::BoardBuilder board;
  board.rep("amara").rep("ben").rep("greta").manager("imelda").partner("jonas").deal("d1", "ben");
  require(board.open("greta", "s1", "deal_swarm_50").ok(), "a session can be opened");
  board.all_join({"amara", "ben", "imelda"});
  require(board.start("greta", "open").ok(), "and begun");
  require(board.note("amara", "n1", v1::NOTE_KIND_COMMENT, "A card").ok(), "and written in");
  return board;
}

void play(testing::BoardBuilder& board, const v1::Submit& submit) {
  const auto command = wire::decode_command(submit.command());
  if (!command) {
    return;
  }
  const std::string who = kPeople[submit.sub() % kPeople.size()];
  board.later(static_cast<std::int64_t>(submit.base_seq() % 600'000));
  const bool from_server = submit.sub() / 16 % 4 == 3;
  if (submit.sub() / 8 % 2 == 0) {
    from_server ? board.server_does(*command, who) : board.does(who, *command);
  } else {
    from_server ? board.server_does_in_library(*command, who) : board.in_library(who, *command);
  }
}

void check(const v1::ClientMessage& input) {
  static const testing::BoardBuilder kPrepared = prepared();
  testing::BoardBuilder board = kPrepared;
  int commands = 0;
  for (const v1::ClientFrame& frame : input.frames()) {
    if (frame.has_submit() && ++commands <= kCommandsMax) {
      play(board, frame.submit());
    }
  }
  board::State again;
  for (const v1::StoredEvent& event : board.events()) {
    require(board::apply_stored(again, event).has_value(), "what was decided folds");
  }
  require(board::state_hash(again) == board::state_hash(board.session()),
          "a fold from nothing ends where the live one did");
}

}  // namespace
}  // namespace swarmboard::fuzz

SWARMBOARD_MUTATES(swarmboard::v1::ClientMessage)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  GTEST_FLAG_SET(break_on_failure, true);
  swarmboard::v1::ClientMessage input;
  if (input.ParseFromArray(data, static_cast<int>(size))) {
    swarmboard::fuzz::check(input);
  }
  return 0;
}
