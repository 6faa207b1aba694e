// Reading the log back: whatever does not continue what was folded before it is damage.
#include "server/room/fold.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "server/board/kinds.h"

namespace swarmboard::room {
namespace {

std::string event_bytes(std::uint64_t seq, const std::string& text) {
  v1::Event part;
  part.set_seq(seq);
  v1::Upsert& upsert = *part.mutable_patch()->add_upsert();
  upsert.set_create(true);
  upsert.mutable_record()->set_id("n" + std::to_string(seq));
  upsert.mutable_record()->mutable_note()->set_text(text);
  v1::StoredEvent stored;
  stored.set_seq(seq);
  stored.set_at_ms(1'000 + static_cast<std::int64_t>(seq));
  stored.set_public_part(part.SerializeAsString());
  return stored.SerializeAsString();
}

// Two events from `first_seq` on, behind this chain.
persistence::Unit unit_of_two(std::uint64_t first_seq, std::uint64_t chain_before,
                              const std::string& text = "text") {
  std::string payload;
  std::uint64_t chain = chain_before;
  for (std::uint64_t seq = first_seq; seq < first_seq + 2; ++seq) {
    const std::string bytes = event_bytes(seq, text);
    append_stored_event(payload, bytes);
    chain = next_chain(chain, bytes);
  }
  return {"s1", first_seq, 2, chain_before, chain, std::make_shared<const std::string>(payload)};
}

class FoldOfUnits : public testing::Test {
 protected:
  FoldOfUnits() { EXPECT_TRUE(fold_unit(fold, first)); }

  const persistence::Unit first = unit_of_two(1, 0);
  Fold fold;
};

TEST_F(FoldOfUnits, UnitsThatContinueEachOtherGiveTheState) {
  ASSERT_TRUE(fold_unit(fold, unit_of_two(3, first.chain_after)));
  EXPECT_EQ(fold.seq, 4U);
  EXPECT_EQ(fold.state.size(), 4U);
  EXPECT_EQ(fold.last_at_ms, 1'004);
}

TEST_F(FoldOfUnits, AUnitOfAnotherHistoryIsDamage) {
  EXPECT_FALSE(fold_unit(fold, unit_of_two(3, first.chain_after + 1)));
  EXPECT_FALSE(fold_unit(fold, unit_of_two(1, 0, "other words")))
      << "the past that was folded is proved as well";
}

TEST_F(FoldOfUnits, AChainThatIsNotThatOfTheEventsIsDamage) {
  persistence::Unit unit = unit_of_two(3, first.chain_after);
  ++unit.chain_after;
  EXPECT_FALSE(fold_unit(fold, unit));
  EXPECT_FALSE(check_unit(unit));
}

TEST_F(FoldOfUnits, AMissingUnitIsDamage) {
  EXPECT_FALSE(fold_unit(fold, unit_of_two(5, first.chain_after)));
}

TEST_F(FoldOfUnits, AnotherCountOfEventsIsDamage) {
  persistence::Unit unit = unit_of_two(3, first.chain_after);
  unit.count = 3;
  EXPECT_FALSE(fold_unit(fold, unit));
}

TEST_F(FoldOfUnits, StopsWhereItIsAskedTo) {
  ASSERT_TRUE(fold_unit(fold, unit_of_two(3, first.chain_after), {}, 3));
  EXPECT_EQ(fold.seq, 3U);
  EXPECT_EQ(fold.state.size(), 3U);
}

}  // namespace
}  // namespace swarmboard::room
