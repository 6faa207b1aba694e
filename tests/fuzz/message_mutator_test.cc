#include "tests/fuzz/message_mutator.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::fuzz {
namespace {

TEST(MessageMutator, MakesTheSameChangeFromTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    v1::ClientMessage one;
    v1::ClientMessage two;
    for (std::uint64_t change = 0; change < 10; ++change) {
      mutate_message(one, seed * 10 + change);
      mutate_message(two, seed * 10 + change);
    }
    ASSERT_EQ(one.SerializePartialAsString(), two.SerializePartialAsString()) << "seed " << seed;
  }
}

TEST(MessageMutator, ReachesEveryKindOfCommandInsideASubmit) {
  std::set<int> reached;
  for (std::uint64_t seed = 0; seed < 240'000; ++seed) {
    v1::ClientMessage message;
    message.add_frames()->mutable_submit()->set_sub(1);
    for (std::uint64_t change = 0; change < 3; ++change) {
      mutate_message(message, seed * 3 + change);
    }
    for (const v1::ClientFrame& frame : message.frames()) {
      v1::Command command;
      if (frame.has_submit() && command.ParseFromString(frame.submit().command())) {
        reached.insert(command.body_case());
      }
    }
  }
  reached.erase(v1::Command::BODY_NOT_SET);
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(v1::Command::descriptor()->field_count()));
}

TEST(MessageMutator, StaysWithinTheSizeItWasGiven) {
  std::vector<std::uint8_t> bytes(64);
  std::size_t size = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    v1::ClientMessage scratch;
    size = mutate_input(scratch, bytes.data(), size, bytes.size(), seed);
    ASSERT_LE(size, bytes.size()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace swarmboard::fuzz
