// The simulator itself: a seed gives the same world twice, and a check that cannot fail is no
// check: planted faults must be found.
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "server/base/log.h"
#include "tests/sim/world.h"

namespace swarmboard::sim {
namespace {

constexpr int kSteps = 120;
constexpr std::uint64_t kSeedsMax = 40;

class Quiet : public testing::Environment {
 public:
  void SetUp() override { log::set_level(log::Level::Off); }
};

const auto* const kQuiet = testing::AddGlobalTestEnvironment(new Quiet);

// Changes the frames of one message; everything else stays as it was.
std::string edit_frames(const std::string& message,
                        const std::function<void(v1::ServerFrame&)>& edit) {
  v1::ServerMessage parsed;
  if (!parsed.ParseFromString(message)) {
    return message;
  }
  for (v1::ServerFrame& frame : *parsed.mutable_frames()) {
    edit(frame);
  }
  return parsed.SerializeAsString();
}

// The properties that a spoiled world breaks, over as many seeds as it takes to see one.
std::string found_in(
    const std::function<std::string(const std::string&, std::string)>& spoil_message) {
  for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    WorldOptions options;
    options.seed = seed;
    options.steps = kSteps;
    options.spoil_message = spoil_message;
    const WorldReport report = World(options).run();
    if (!report.ok) {
      return report.property;
    }
  }
  return "nothing";
}

TEST(World, TheSameSeedGivesTheSameWorld) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    WorldOptions options;
    options.seed = seed;
    options.steps = kSteps;
    const std::uint64_t first = World(options).run().trace_hash;
    EXPECT_EQ(World(options).run().trace_hash, first) << "seed " << seed;
    hashes.insert(first);
  }
  EXPECT_EQ(hashes.size(), 5U);
}

TEST(World, PeopleGetSomethingDone) {
  WorldOptions options;
  options.seed = 3;
  const WorldReport report = World(options).run();
  EXPECT_TRUE(report.ok) << report.property << ": " << report.what;
  EXPECT_GT(report.acknowledged, 20U);
  EXPECT_GT(report.refused, 20U);
}

TEST(PlantedFault, AnEventThatIsNotOnDiskIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (frame.has_events()) {
                  frame.mutable_events()->set_to(frame.events().to() + 1'000);
                }
              });
            }),
            "P4");
}

TEST(PlantedFault, ALostEventIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (frame.has_events() && frame.events().events_size() > 2) {
                  frame.mutable_events()->mutable_events()->RemoveLast();
                }
              });
            }),
            "P1");
}

TEST(PlantedFault, AGapBetweenBatchesIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (frame.has_events() && frame.events().from() > 4) {
                  frame.mutable_events()->set_from(frame.events().from() - 1);
                }
              });
            }),
            "P7");
}

TEST(PlantedFault, AnotherPersonsPrivateTextIsFound) {
  // What anybody received goes to the next receiver as well, inside a harmless frame.
  auto last = std::make_shared<std::map<std::string, std::string>>();
  EXPECT_EQ(found_in([last](const std::string& member, std::string message) {
              std::string others;
              for (const auto& [who, bytes] : *last) {
                others += who == member ? std::string() : bytes;
              }
              (*last)[member] = message.find('~') == std::string::npos ? std::string() : message;
              // A text field holds text only; the tokens are plain letters.
              std::erase_if(others, [](char c) { return c < ' ' || c > '~'; });
              return edit_frames(message, [&](v1::ServerFrame& frame) {
                if (frame.has_pong()) {
                  frame.mutable_go_away()->set_why(others);
                }
              });
            }),
            "P6");
}

TEST(PlantedFault, ARecordThatChangesInASnapshotIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                v1::Snapshot snapshot;
                if (frame.has_snapshot() && frame.snapshot().parts() == 1 &&
                    snapshot.ParseFromString(frame.snapshot().data())) {
                  snapshot.mutable_records()->RemoveLast();
                  frame.mutable_snapshot()->set_data(snapshot.SerializeAsString());
                }
              });
            }),
            "P1");
}

TEST(PlantedFault, AnAcknowledgementWithoutACommandIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (frame.has_joined()) {
                  frame.mutable_joined()->set_last_cmd_no(frame.joined().last_cmd_no() + 1);
                }
              });
            }),
            "P2");
}

TEST(PlantedFault, ARefusalOfWhatTookEffectIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (!frame.has_joined()) {
                  return;
                }
                for (std::uint64_t number = 1; number <= frame.joined().last_cmd_no(); ++number) {
                  v1::CommandOutcome& outcome = *frame.mutable_joined()->add_outcomes();
                  outcome.set_cmd_no(number);
                  outcome.set_reason(v1::REJECT_REASON_INVALID);
                }
              });
            }),
            "P2");
}

TEST(PlantedFault, ASilentServerIsFound) {
  EXPECT_EQ(found_in([](const std::string&, std::string message) {
              return edit_frames(message, [](v1::ServerFrame& frame) {
                if (frame.has_nack()) {
                  frame.mutable_nack()->set_cmd_no(1'000'000);
                }
              });
            }),
            "P9");
}

}  // namespace
}  // namespace swarmboard::sim
