#include "tests/bench/long_past.h"

#include <future>

#include <gtest/gtest.h>

#include "persistence/rocksdb_journal.h"
#include "tests/support/temp_dir.h"

namespace swarmboard::bench {
namespace {

persistence::Head head_of(persistence::Journal& journal, const std::string& board) {
  std::promise<persistence::Result<persistence::Head>> found;
  journal.head({"team", board}, [&](persistence::Result<persistence::Head> head) {
    found.set_value(std::move(head));
  });
  return found.get_future().get().value();
}

HistoryPlan small_plan(const std::string& folder) {
  HistoryPlan plan;
  plan.folder = folder;
  plan.members = 3;
  plan.board_events = {700, 70};
  plan.cards = 20;
  return plan;
}

TEST(History, HoldsTheEventsOfItsPlanAndNoMore) {
  const support::TempDir folder;
  const History history = make_history(small_plan(folder.path().string() + "/data"));
  ASSERT_NE(history.journal, nullptr) << history.problem;
  EXPECT_EQ(head_of(*history.journal, board_id(0)).seq, 700U);
  EXPECT_EQ(head_of(*history.journal, board_id(1)).seq, 70U);
  EXPECT_EQ(head_of(*history.journal, board_id(2)).seq, 0U);
}

TEST(History, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const support::TempDir folder;
  HistoryPlan plan = small_plan(folder.path().string() + "/first");
  const History first = make_history(plan);
  plan.folder = folder.path().string() + "/second";
  const History second = make_history(plan);
  plan.folder = folder.path().string() + "/third";
  plan.seed = 2;
  const History third = make_history(plan);
  ASSERT_TRUE(first.journal && second.journal && third.journal);
  EXPECT_EQ(head_of(*first.journal, board_id(0)), head_of(*second.journal, board_id(0)));
  EXPECT_NE(head_of(*first.journal, board_id(0)).chain, head_of(*third.journal, board_id(0)).chain);
}

TEST(History, RefusesAFolderThatIsThere) {
  const support::TempDir folder;
  EXPECT_EQ(make_history(small_plan(folder.path().string())).journal, nullptr);
}

}  // namespace
}  // namespace swarmboard::bench
