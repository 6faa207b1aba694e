// Properties of the fold over random streams: keyframe plus tail is the whole fold, and what each
// audience folds from its own parts is what the truth lets it see. A failure prints the seed.
#include <map>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/board/fold.h"
#include "server/board/lanes.h"
#include "server/board/patch_builder.h"
#include "server/board/snapshot.h"
#include "tests/support/random_board.h"

namespace swarmboard::board {
namespace {

using swarmboard::testing::RandomBoard;

// Splits a patch by who may see its records, as the rules do: a private record goes to its lane
// whole, everything else to everybody.
v1::StoredEvent random_event(RandomBoard& random, const State& truth, std::uint64_t seq) {
  v1::Event everybody;
  v1::StoredEvent event;
  event.set_seq(seq);
  event.set_at_ms(static_cast<std::int64_t>(seq) * 10);
  v1::Patch patch = random.patch(visible_to(truth, ""));
  std::set<RecordKey> touched;
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    const RecordKey key = key_of(upsert.record());
    const RecordPtr before = truth.find(key.kind, key.id);
    if (!touched.insert(key).second || (before != nullptr && is_hidden(*before))) {
      continue;
    }
    if (!upsert.create() && before == nullptr) {
      upsert.set_create(true);
    }
    const bool goes_private =
        upsert.create() && upsert.record().has_only_for() && before == nullptr;
    if (!goes_private) {
      upsert.mutable_record()->clear_only_for();
      *everybody.mutable_patch()->add_upsert() = upsert;
      continue;
    }
    v1::Event part;
    *part.mutable_patch()->add_upsert() = upsert;
    v1::LanePart& lane = *event.add_lanes();
    *lane.mutable_members() = upsert.record().only_for().items();
    lane.set_event(part.SerializeAsString());
  }
  event.set_public_part(everybody.SerializeAsString());
  return event;
}

// Makes some hidden record public, whole.
void add_reveal(RandomBoard& random, const State& truth, v1::StoredEvent& event) {
  for (const auto& [key, record] : truth.records()) {
    if (is_hidden(*record) && random.one_in(3)) {
      v1::Event everybody;
      put_whole(*everybody.mutable_patch(), *record).clear_only_for();
      event.clear_lanes();
      event.set_public_part(everybody.SerializeAsString());
      return;
    }
  }
}

std::vector<v1::StoredEvent> random_stream(std::uint64_t seed, std::size_t length) {
  RandomBoard random(seed);
  Folded truth;
  std::vector<v1::StoredEvent> events;
  while (events.size() < length) {
    v1::StoredEvent event = random_event(random, truth.state, truth.seq + 1);
    if (random.one_in(4)) {
      add_reveal(random, truth.state, event);
    }
    Folded next = truth;
    if (fold_event(next, event).has_value()) {
      truth = std::move(next);
      events.push_back(std::move(event));
    }
  }
  return events;
}

Folded fold_all(const std::vector<v1::StoredEvent>& events, std::size_t count) {
  Folded folded;
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT(fold_event(folded, events[i]).has_value());
  }
  return folded;
}

TEST(FoldProperty, KeyframePlusTailIsTheWholeFold) {
  EXPECT_TRUE(rc::check("keyframe plus tail", [] {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    const auto events = random_stream(seed, 20);
    const auto at = static_cast<std::size_t>(*rc::gen::inRange(0, 21));
    const Folded whole = fold_all(events, events.size());

    v1::Keyframe keyframe;
    const Folded early = fold_all(events, at);
    fill_keyframe(keyframe, early.state);
    const auto restored = read_keyframe(keyframe);
    RC_ASSERT(restored.has_value());
    Folded late{*restored, early.seq, early.last_at_ms};
    for (std::size_t i = at; i < events.size(); ++i) {
      RC_ASSERT(fold_event(late, events[i]).has_value());
    }
    RC_ASSERT(state_hash(late.state) == state_hash(whole.state));
  }));
}

TEST(FoldProperty, EachAudienceFoldsToWhatItMaySee) {
  EXPECT_TRUE(rc::check("lanes", [] {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    const auto events = random_stream(seed, 20);
    Folded truth;
    std::map<std::string, Folded> seen = {{"", {}}, {"amara", {}}, {"ben", {}}};
    for (const v1::StoredEvent& event : events) {
      RC_ASSERT(fold_event(truth, event).has_value());
      for (auto& [member, folded] : seen) {
        RC_ASSERT(fold_event_for(folded, event, member).has_value());
        RC_ASSERT(state_hash(folded.state) == state_hash(visible_to(truth.state, member)));
      }
    }
  }));
}

TEST(FoldProperty, AMisfitChangesNothing) {
  EXPECT_TRUE(rc::check("all or nothing", [] {
    RandomBoard random(*rc::gen::arbitrary<std::uint32_t>());
    State state = random.state(6);
    const std::uint64_t before = state_hash(state);
    v1::Patch patch = random.patch(state);
    if (apply_patch(state, patch).has_error()) {
      RC_ASSERT(state_hash(state) == before);
    }
  }));
}

}  // namespace
}  // namespace swarmboard::board
