#include "server/board/apply.h"

#include <gtest/gtest.h>

#include "server/board/patch_builder.h"
#include "server/board/snapshot.h"
#include "tests/support/random_board.h"

namespace swarmboard::board {
namespace {

void apply(State& state, const v1::Patch& patch) {
  const auto fit = apply_patch(state, patch);
  ASSERT_TRUE(fit.has_value()) << fit.error().what;
}

State board_with_note() {
  State state;
  v1::Patch patch;
  auto& note = create<v1::Note>(patch, "n1");
  note.set_text("As it was");
  note.set_late(true);
  note.mutable_refs()->add_items("r1");
  EXPECT_TRUE(apply_patch(state, patch).has_value());
  return state;
}

const v1::Note& note_of(const State& state) {
  return *state.get<v1::Note>("n1");
}

TEST(ApplyTraps, PlainFalseOverwritesTrue) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1").set_late(false);
  apply(state, patch);
  EXPECT_TRUE(note_of(state).has_late());
  EXPECT_FALSE(note_of(state).late());
}

TEST(ApplyTraps, EmptyTextOverwritesText) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1").set_text("");
  apply(state, patch);
  EXPECT_TRUE(note_of(state).has_text());
  EXPECT_EQ(note_of(state).text(), "");
}

TEST(ApplyTraps, ListAppliedAThousandTimesStaysOneList) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1").mutable_refs()->add_items("r2");
  for (int i = 0; i < 1000; ++i) {
    apply(state, patch);
  }
  ASSERT_EQ(note_of(state).refs().items_size(), 1);
  EXPECT_EQ(note_of(state).refs().items(0), "r2");
}

TEST(ApplyTraps, EmptyListEmpties) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1").mutable_refs();
  apply(state, patch);
  EXPECT_TRUE(note_of(state).has_refs());
  EXPECT_EQ(note_of(state).refs().items_size(), 0);
}

TEST(ApplyTraps, MessageIsAtomicByDefault) {
  State state;
  v1::Patch patch;
  auto& topic = *create<v1::Session>(patch, "s1").mutable_topic();
  topic.set_title("Old");
  topic.set_deal_id("d1");
  change<v1::Session>(patch, "s1").mutable_topic()->set_title("New");
  apply(state, patch);
  EXPECT_EQ(state.get<v1::Session>("s1")->topic().title(), "New");
  EXPECT_FALSE(state.get<v1::Session>("s1")->topic().has_deal_id()) << "a stale member survived";
}

TEST(ApplyTraps, MessageMarkedFieldwiseIsMerged) {
  State state;
  v1::Patch patch;
  auto& rules = *create<v1::Team>(patch, "t").mutable_rules();
  rules.set_seat_grace_s(60);
  rules.set_anonymity_min(5);
  change<v1::Team>(patch, "t").mutable_rules()->set_anonymity_min(4);
  apply(state, patch);
  EXPECT_EQ(state.get<v1::Team>("t")->rules().seat_grace_s(), 60U);
  EXPECT_EQ(state.get<v1::Team>("t")->rules().anonymity_min(), 4U);
}

TEST(ApplyTraps, SameMemberOfTheOneofDoesNotMergeInside) {
  State state = board_with_note();
  v1::Patch patch;
  create<v1::Note>(patch, "n1").set_kind(v1::NOTE_KIND_IDEA);
  apply(state, patch);
  EXPECT_FALSE(note_of(state).has_text()) << "create merged into the record that was there";
}

TEST(ApplyTraps, UnknownFieldsDoNotPileUp) {
  State state = board_with_note();
  v1::Patch patch;
  auto& note = change<v1::Note>(patch, "n1");
  note.set_text("x");
  note.GetReflection()->MutableUnknownFields(&note)->AddVarint(999, 7);
  v1::Upsert& upsert = *patch.mutable_upsert()->rbegin();
  upsert.mutable_record()
      ->GetReflection()
      ->MutableUnknownFields(upsert.mutable_record())
      ->AddLengthDelimited(998, "y");
  for (int i = 0; i < 10'000; ++i) {
    apply(state, patch);
  }
  EXPECT_LT(state.find(kind_of<v1::Note>(), "n1")->ByteSizeLong(), 40U);
}

TEST(ApplyTraps, ClearClears) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1", {v1::Note::kTextFieldNumber, v1::Note::kRefsFieldNumber});
  apply(state, patch);
  EXPECT_FALSE(note_of(state).has_text());
  EXPECT_FALSE(note_of(state).has_refs());
  EXPECT_TRUE(note_of(state).late());
}

TEST(ApplyTraps, ClearComesBeforeTheNewValue) {
  State state = board_with_note();
  v1::Patch patch;
  change<v1::Note>(patch, "n1", {v1::Note::kTextFieldNumber}).set_text("Anew");
  apply(state, patch);
  EXPECT_EQ(note_of(state).text(), "Anew");
}

TEST(Apply, IsAllOrNothing) {
  State state = board_with_note();
  const std::uint64_t before = state_hash(state);
  v1::Patch patch;
  change<v1::Note>(patch, "n1").set_text("Half");
  create<v1::Note>(patch, "n2").set_text("New");
  change<v1::Note>(patch, "gone").set_text("Nowhere");
  const auto fit = apply_patch(state, patch);
  ASSERT_TRUE(fit.has_error());
  EXPECT_EQ(fit.error().what, "upsert of a missing record: note 'gone'");
  EXPECT_EQ(state_hash(state), before);
}

TEST(Apply, RefusesMalformedPatches) {
  State state = board_with_note();
  const std::uint64_t before = state_hash(state);
  v1::Patch no_body;
  no_body.add_upsert()->mutable_record()->set_id("n1");
  v1::Patch no_id;
  create<v1::Note>(no_id, "");
  v1::Patch removed_twice;
  remove<v1::Note>(removed_twice, "n1");
  remove<v1::Note>(removed_twice, "n1");
  v1::Patch never_there;
  remove(never_there, 9999, "n1");
  for (const v1::Patch& patch : {no_body, no_id, removed_twice, never_there}) {
    EXPECT_TRUE(apply_patch(state, patch).has_error()) << patch.ShortDebugString();
  }
  EXPECT_EQ(state_hash(state), before);
}

TEST(Apply, LaterEntriesSeeEarlierOnes) {
  State state;
  v1::Patch patch;
  create<v1::Note>(patch, "n1").set_text("One");
  change<v1::Note>(patch, "n1").set_late(true);
  apply(state, patch);
  EXPECT_EQ(note_of(state).text(), "One");
  EXPECT_TRUE(note_of(state).late());
}

TEST(Apply, LaneOfARecordStaysUnlessItIsSet) {
  State state;
  v1::Patch patch;
  create<v1::Note>(patch, "n1").set_text("Mine");
  only_for(*patch.mutable_upsert()->rbegin(), {"ben"});
  change<v1::Note>(patch, "n1").set_text("Still mine");
  apply(state, patch);
  EXPECT_TRUE(state.find(kind_of<v1::Note>(), "n1")->has_only_for());

  v1::Patch reveal;
  change<v1::Note>(reveal, "n1");
  reveal.mutable_upsert()->rbegin()->set_set_only_for(true);
  apply(state, reveal);
  EXPECT_FALSE(state.find(kind_of<v1::Note>(), "n1")->has_only_for());
}

TEST(Apply, CopiesOfAStateDoNotShareLaterChanges) {
  State state = board_with_note();
  const State copy = state;
  v1::Patch patch;
  change<v1::Note>(patch, "n1").set_text("Changed");
  apply(state, patch);
  EXPECT_EQ(note_of(copy).text(), "As it was");
}

// Upserts say what a field is, never by how much it grew.
TEST(Apply, TheSameUpsertsTwiceAreTheSameAsOnce) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    swarmboard::testing::RandomBoard random(seed);
    State once = random.state(6);
    v1::Patch patch = random.patch(once);
    patch.clear_remove();
    if (apply_patch(once, patch).has_error()) {
      continue;
    }
    State twice = once;
    apply(twice, patch);
    // Entries for one record build on each other, so only the last word on a record is final.
    if (patch.upsert_size() == 1) {
      EXPECT_EQ(state_hash(once), state_hash(twice)) << "seed " << seed;
    }
  }
}

TEST(ApplyStored, PublicPartThenLanes) {
  v1::Event everybody;
  create<v1::Stage>(*everybody.mutable_patch(), "diagnose").set_hidden_count(1);
  v1::Event mine;
  create<v1::Note>(*mine.mutable_patch(), "n1").set_text("Hidden");
  only_for(*mine.mutable_patch()->mutable_upsert()->rbegin(), {"ben"});
  v1::StoredEvent event;
  event.set_public_part(everybody.SerializeAsString());
  event.add_lanes()->add_members("ben");
  event.mutable_lanes(0)->set_event(mine.SerializeAsString());

  State truth, ben, amara, replay;
  ASSERT_TRUE(apply_stored(truth, event).has_value());
  ASSERT_TRUE(apply_for(ben, event, "ben").has_value());
  ASSERT_TRUE(apply_for(amara, event, "amara").has_value());
  ASSERT_TRUE(apply_for(replay, event, "").has_value());
  EXPECT_EQ(state_hash(truth), state_hash(ben));
  EXPECT_EQ(state_hash(amara), state_hash(replay));
  EXPECT_EQ(amara.size(), 1U);
  EXPECT_EQ(truth.size(), 2U);
}

TEST(ApplyStored, AMisfitInALaneLeavesEverythingAsItWas) {
  v1::Event everybody;
  create<v1::Stage>(*everybody.mutable_patch(), "diagnose");
  v1::Event mine;
  change<v1::Note>(*mine.mutable_patch(), "gone").set_text("Hidden");
  v1::StoredEvent event;
  event.set_public_part(everybody.SerializeAsString());
  event.add_lanes()->add_members("ben");
  event.mutable_lanes(0)->set_event(mine.SerializeAsString());
  State state;
  EXPECT_TRUE(apply_stored(state, event).has_error());
  EXPECT_EQ(state.size(), 0U);

  event.mutable_lanes(0)->set_event("\xff\xff not a message");
  EXPECT_TRUE(apply_stored(state, event).has_error());
  EXPECT_EQ(state.size(), 0U);
}

TEST(ApplyPatches, TellsWhatWasChangedSoThatItCanBeTakenBack) {
  State state = board_with_note();
  const std::uint64_t before = state_hash(state);
  v1::Patch first;
  change<v1::Note>(first, "n1").set_text("As it is");
  create<v1::Note>(first, "n2").set_text("New");
  v1::Patch second;
  change<v1::Note>(second, "n1").set_text("As it will be");
  remove<v1::Note>(second, "n2");
  const std::vector<v1::Patch*> patches{&first, &second};
  const auto changes = apply_patches(state, patches);
  ASSERT_TRUE(changes.has_value()) << changes.error().what;
  ASSERT_EQ(changes->size(), 4U);
  EXPECT_EQ(note_of(state).text(), "As it will be");
  EXPECT_EQ(state.size(), 1U);
  EXPECT_EQ((*changes)[0].before->note().text(), "As it was");
  EXPECT_EQ((*changes)[0].after->note().text(), "As it is");
  EXPECT_EQ((*changes)[1].before, nullptr);
  EXPECT_EQ((*changes)[3].after, nullptr);
  for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
    state.set(change->key, change->before);
  }
  EXPECT_EQ(state_hash(state), before);
}

TEST(ApplyPatches, AMisfitInOneLeavesEverythingAsItWas) {
  State state = board_with_note();
  const std::uint64_t before = state_hash(state);
  v1::Patch first;
  change<v1::Note>(first, "n1").set_text("As it is");
  v1::Patch second;
  change<v1::Note>(second, "gone").set_text("Nowhere");
  const std::vector<v1::Patch*> patches{&first, &second};
  EXPECT_TRUE(apply_patches(state, patches).has_error());
  EXPECT_EQ(state_hash(state), before);
}

TEST(WouldChange, AgreesWithTheMerge) {
  const State state = board_with_note();
  const v1::Record& record = *state.find(kind_of<v1::Note>(), "n1");
  const auto with = [&](const auto& edit) {
    v1::Upsert upsert;
    upsert.mutable_record()->set_id("n1");
    edit(*upsert.mutable_record()->mutable_note(), upsert);
    v1::Record after = record;
    apply_upsert(after, upsert);
    const bool changes = after.SerializeAsString() != record.SerializeAsString();
    EXPECT_EQ(would_change(record, upsert), changes) << upsert.ShortDebugString();
    return changes;
  };
  EXPECT_FALSE(with([](v1::Note&, v1::Upsert&) {}));
  EXPECT_FALSE(with([](v1::Note& note, v1::Upsert&) { note.set_text("As it was"); }));
  EXPECT_TRUE(with([](v1::Note& note, v1::Upsert&) { note.set_text("As it is"); }));
  EXPECT_TRUE(with([](v1::Note& note, v1::Upsert&) { note.set_text(""); }));
  EXPECT_TRUE(with([](v1::Note& note, v1::Upsert&) { note.set_late(false); }));
  EXPECT_FALSE(with([](v1::Note& note, v1::Upsert&) { note.mutable_refs()->add_items("r1"); }));
  EXPECT_TRUE(with([](v1::Note& note, v1::Upsert&) { note.mutable_refs(); }));
  EXPECT_TRUE(
      with([](v1::Note&, v1::Upsert& upsert) { upsert.add_clear(v1::Note::kTextFieldNumber); }));
  EXPECT_FALSE(with([](v1::Note& note, v1::Upsert& upsert) {
    note.set_text("As it was");
    upsert.add_clear(v1::Note::kTextFieldNumber);
  }));
}

TEST(StateTest, FindAnyTakesTheLowestKind) {
  State state;
  v1::Patch patch;
  create<v1::Objection>(patch, "x");
  create<v1::Note>(patch, "x");
  apply(state, patch);
  EXPECT_TRUE(state.find_any("x")->has_note());
  EXPECT_EQ(state.find_any("y"), nullptr);
}

TEST(StateTest, EachVisitsOneKindByAscendingId) {
  State state;
  v1::Patch patch;
  for (const char* id : {"b", "a", "c"}) {
    create<v1::Note>(patch, id);
    create<v1::NoteGroup>(patch, id);
  }
  apply(state, patch);
  std::string ids;
  state.each<v1::Note>([&](const std::string& id, const v1::Note&) { ids += id; });
  EXPECT_EQ(ids, "abc");
}

}  // namespace
}  // namespace swarmboard::board
