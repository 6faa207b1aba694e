#include "server/board/snapshot.h"

#include <gtest/gtest.h>

#include "server/board/patch_builder.h"
#include "tests/support/random_board.h"

namespace swarmboard::board {
namespace {

State mixed_board() {
  v1::Patch patch;
  create<v1::Note>(patch, "open").set_text("For everybody");
  create<v1::Note>(patch, "bens").set_text("Ben's");
  only_for(*patch.mutable_upsert()->rbegin(), {"ben"});
  create<v1::FacilitatorFeedback>(patch, "f1").set_rating(4);
  only_for(*patch.mutable_upsert()->rbegin(), {"hugo", "ben"});
  State state;
  EXPECT_TRUE(apply_patch(state, patch).has_value());
  return state;
}

v1::Snapshot parse(const std::string& bytes) {
  v1::Snapshot snapshot;
  EXPECT_TRUE(snapshot.ParseFromString(bytes));
  return snapshot;
}

TEST(Snapshot, VisibilityIsDecidedPerRecord) {
  const State state = mixed_board();
  EXPECT_EQ(visible_to(state, "").size(), 1U);
  EXPECT_EQ(visible_to(state, "ben").size(), 3U);
  EXPECT_EQ(visible_to(state, "hugo").size(), 2U);
  EXPECT_EQ(visible_to(state, "amara").size(), 1U);
}

TEST(Snapshot, ALaneWithoutMembersIsForNobody) {
  v1::Record record;
  record.set_id("x");
  record.mutable_note();
  record.mutable_only_for();
  EXPECT_FALSE(is_visible(record, ""));
  EXPECT_FALSE(is_visible(record, "ben"));
  record.mutable_only_for()->add_items("");
  EXPECT_FALSE(is_visible(record, "")) << "the public is nobody's name";
}

TEST(Snapshot, PublicAndPrivatePiecesMakeOneSnapshot) {
  const State state = mixed_board();
  v1::Snapshot header;
  header.set_seq(7);
  const std::string bytes = header.SerializeAsString() + encode_public_records(state) +
                            encode_private_records(state, "ben");
  const v1::Snapshot snapshot = parse(bytes);
  EXPECT_EQ(snapshot.seq(), 7U);
  EXPECT_EQ(state_hash(state_of(snapshot.records())), state_hash(visible_to(state, "ben")));
  EXPECT_EQ(parse(encode_private_records(state, "amara")).records_size(), 0);
}

TEST(Snapshot, PublicBytesHoldNothingPrivate) {
  const std::string bytes = encode_public_records(mixed_board());
  EXPECT_EQ(bytes.find("ben"), std::string::npos);
  EXPECT_EQ(bytes.find("Ben's"), std::string::npos);
}

TEST(Snapshot, PiecesOfRandomBoardsFitTogether) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    swarmboard::testing::RandomBoard random(seed);
    const State state = random.state(30);
    for (const std::string member : {"", "amara", "ben", "chidi"}) {
      const v1::Snapshot snapshot =
          parse(encode_public_records(state) + encode_private_records(state, member));
      EXPECT_EQ(state_hash(state_of(snapshot.records())), state_hash(visible_to(state, member)))
          << "seed " << seed;
    }
  }
}

TEST(StateHash, DependsOnEverythingAndOnNothingElse) {
  const State state = mixed_board();
  EXPECT_EQ(state_hash(state), state_hash(mixed_board()));
  EXPECT_EQ(state_hash(State()), 0x141cfc9842c4b0e3ULL) << "SHA-256 of nothing";

  State other = state;
  v1::Patch patch;
  change<v1::Note>(patch, "open").set_late(false);
  ASSERT_TRUE(apply_patch(other, patch).has_value());
  EXPECT_NE(state_hash(other), state_hash(state)) << "a false that is set is not a field unset";
}

TEST(StateHash, IsIndependentOfTheWayToTheState) {
  State a, b;
  v1::Patch forward, backward;
  for (const char* id : {"x", "y"}) {
    create<v1::Note>(forward, id);
  }
  for (const char* id : {"y", "x"}) {
    create<v1::Note>(backward, id);
  }
  ASSERT_TRUE(apply_patch(a, forward).has_value());
  ASSERT_TRUE(apply_patch(b, backward).has_value());
  EXPECT_EQ(state_hash(a), state_hash(b));
}

TEST(Keyframe, RoundTripKeepsAllLanes) {
  const State state = mixed_board();
  v1::Keyframe keyframe;
  fill_keyframe(keyframe, state);
  v1::Keyframe read;
  ASSERT_TRUE(read.ParseFromString(keyframe.SerializeAsString()));
  const auto back = read_keyframe(read);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(state_hash(*back), state_hash(state));
  EXPECT_EQ(back->size(), 3U);
}

TEST(Keyframe, OfAnotherVersionOrDamagedIsNotUsed) {
  v1::Keyframe keyframe;
  fill_keyframe(keyframe, mixed_board());
  v1::Keyframe newer = keyframe;
  newer.set_state_version(kStateVersion + 1);
  EXPECT_TRUE(read_keyframe(newer).has_error());
  keyframe.mutable_records(0)->mutable_note()->set_text("Damaged");
  EXPECT_TRUE(read_keyframe(keyframe).has_error());
}

}  // namespace
}  // namespace swarmboard::board
