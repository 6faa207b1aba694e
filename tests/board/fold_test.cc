#include "server/board/fold.h"

#include <gtest/gtest.h>

#include "server/board/patch_builder.h"
#include "server/board/snapshot.h"

namespace swarmboard::board {
namespace {

v1::StoredEvent event_with(std::uint64_t seq, std::int64_t at_ms, const v1::Patch& patch) {
  v1::Event part;
  part.set_seq(seq);
  *part.mutable_patch() = patch;
  v1::StoredEvent event;
  event.set_seq(seq);
  event.set_at_ms(at_ms);
  event.set_public_part(part.SerializeAsString());
  return event;
}

// Three events: a note, its new text, another note.
v1::StoredUnit three_events() {
  v1::StoredUnit unit;
  v1::Patch first, second, third;
  create<v1::Note>(first, "n1").set_text("One");
  change<v1::Note>(second, "n1").set_text("Two");
  create<v1::Note>(third, "n2").set_text("Three");
  *unit.add_events() = event_with(1, 100, first);
  *unit.add_events() = event_with(2, 100, second);
  *unit.add_events() = event_with(3, 250, third);
  return unit;
}

TEST(Fold, GoesUpToTheSequenceAskedFor) {
  for (std::uint64_t to = 0; to <= 3; ++to) {
    Folded folded;
    ASSERT_TRUE(fold_unit(folded, three_events(), to).has_value());
    EXPECT_EQ(folded.seq, to);
  }
  Folded two;
  ASSERT_TRUE(fold_unit(two, three_events(), 2).has_value());
  EXPECT_EQ(two.state.get<v1::Note>("n1")->text(), "Two");
  EXPECT_EQ(two.last_at_ms, 100);
  Folded all;
  ASSERT_TRUE(fold_unit(all, three_events()).has_value());
  EXPECT_EQ(all.last_at_ms, 250);
  EXPECT_EQ(all.state.size(), 2U);
}

TEST(Fold, RefusesAGap) {
  v1::StoredUnit unit = three_events();
  unit.mutable_events()->DeleteSubrange(1, 1);
  Folded folded;
  const auto fit = fold_unit(folded, unit);
  ASSERT_TRUE(fit.has_error());
  EXPECT_EQ(fit.error().what, "event 3 after event 1");
  EXPECT_EQ(folded.seq, 1U) << "stands before the offending event";
}

TEST(Fold, RefusesARepetition) {
  Folded folded;
  ASSERT_TRUE(fold_unit(folded, three_events()).has_value());
  EXPECT_TRUE(fold_unit(folded, three_events()).has_error());
}

TEST(Fold, RefusesTimeThatFalls) {
  v1::StoredUnit unit = three_events();
  unit.mutable_events(2)->set_at_ms(99);
  Folded folded;
  EXPECT_TRUE(fold_unit(folded, unit).has_error());
  EXPECT_EQ(folded.seq, 2U);
}

TEST(Fold, NamesTheEventThatDoesNotFit) {
  v1::Patch patch;
  change<v1::Note>(patch, "gone").set_text("x");
  v1::StoredUnit unit = three_events();
  *unit.add_events() = event_with(4, 300, patch);
  Folded folded;
  const auto fit = fold_unit(folded, unit);
  ASSERT_TRUE(fit.has_error());
  EXPECT_EQ(fit.error().what, "event 4: upsert of a missing record: note 'gone'");
  EXPECT_EQ(folded.seq, 3U);
}

TEST(Fold, AnEventWithoutPartsForTheReaderStillCounts) {
  v1::StoredEvent event;
  event.set_seq(1);
  event.set_at_ms(5);
  event.add_lanes()->add_members("ben");
  v1::Event part;
  create<v1::Note>(*part.mutable_patch(), "n1");
  event.mutable_lanes(0)->set_event(part.SerializeAsString());
  Folded replay, ben;
  ASSERT_TRUE(fold_event_for(replay, event, "").has_value());
  ASSERT_TRUE(fold_event_for(ben, event, "ben").has_value());
  EXPECT_EQ(replay.seq, 1U);
  EXPECT_EQ(replay.state.size(), 0U);
  EXPECT_EQ(ben.state.size(), 1U);
}

}  // namespace
}  // namespace swarmboard::board
