// The part of the contract that is about epochs: J13. Included by journal_contract.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/errc.h"
#include "persistence/journal.h"
#include "tests/persistence/journal_subject.h"

namespace swarmboard::persistence {

class JournalEpochs : public JournalContract {
 protected:
  Result<std::uint64_t> raise(EpochChange change) {
    return ask<Result<std::uint64_t>>(
        [&](auto done) { journal().raise_epoch(std::move(change), done); });
  }

  std::vector<EpochChange> epochs() {
    return ask<Result<std::vector<EpochChange>>>([&](auto done) { journal().epochs(done); })
        .value();
  }
};

TEST_P(JournalEpochs, J13NamedStreamsGetTheNewEpochWithoutAnotherUnit) {
  const Tenure tenure = acquire("team");
  const Head written = fill(tenure, "s", 3);
  fill(tenure, "other", 2);
  const std::uint64_t epoch = raise({0, 1000, "lost", {{"team", "s"}, {"team", "gone"}}}).value();
  EXPECT_GT(epoch, 1U);
  EXPECT_EQ(head({"team", "s"}), (Head{epoch, written.seq, written.chain}));
  EXPECT_EQ(read({"team", "s"}, 1).value().head, (Head{epoch, written.seq, written.chain}));
  EXPECT_EQ(head({"team", "gone"}), (Head{epoch, 0, 0}));
  EXPECT_EQ(head({"team", "other"}).epoch, 1U);
}

TEST_P(JournalEpochs, J13NamingNoStreamRaisesEveryOne) {
  fill(acquire("a"), "s", 1);
  fill(acquire("b"), "", 1);
  const std::uint64_t epoch = raise({0, 0, "restored", {}}).value();
  EXPECT_EQ(head({"a", "s"}).epoch, epoch);
  EXPECT_EQ(head({"b", ""}).epoch, epoch);
  EXPECT_EQ(head({"c", "never-written"}).epoch, epoch);
}

TEST_P(JournalEpochs, J13NumbersRiseAndTakeTheClockWhereItIsLater) {
  EXPECT_EQ(raise({0, 5'000, "first", {}}).value(), 5'000U);
  EXPECT_EQ(raise({0, 5'000, "same time", {}}).value(), 5'001U);
  EXPECT_EQ(raise({0, 100, "the clock went back", {{"team", "s"}}}).value(), 5'002U);
  EXPECT_EQ(head({"team", "s"}).epoch, 5'002U);
  EXPECT_EQ(head({"team", "t"}).epoch, 5'001U);
}

TEST_P(JournalEpochs, J13TenuresOfTheTeamsConcernedAreFenced) {
  const Tenure a = acquire("a");
  const Tenure b = acquire("b");
  Head at_a = fill(a, "s", 1);
  Head at_b = fill(b, "s", 1);
  const std::uint64_t epoch = raise({0, 0, "lost", {{"a", "s"}}}).value();
  EXPECT_EQ(append(a, one(next_unit(at_a, "s", "late"))).state, AppendState::Fenced);
  EXPECT_EQ(append(b, one(next_unit(at_b, "s", "fine"))).state, AppendState::Durable);
  const Head end = fill(acquire("a"), "s", 1);
  EXPECT_EQ(end.epoch, epoch);
  EXPECT_EQ(head({"a", "s"}), end);
}

TEST_P(JournalEpochs, J13ChangesSurviveACrashAndAreOnRecord) {
  fill(acquire("team"), "s", 2);
  const std::vector<StreamName> lost = {{"team", "s"}, {"team", ""}};
  const std::uint64_t first = raise({0, 7, "A disk lost events.", lost}).value();
  const std::uint64_t second = raise({0, 9, "Restored.", {}}).value();
  if (!subject_->crash()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  const std::vector<EpochChange> changes = epochs();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].epoch, first);
  EXPECT_EQ(changes[0].at_ms, 7);
  EXPECT_EQ(changes[0].why, "A disk lost events.");
  EXPECT_EQ(changes[0].streams, lost);
  EXPECT_EQ(changes[1].epoch, second);
  EXPECT_TRUE(changes[1].streams.empty());
  EXPECT_EQ(head({"team", "s"}).epoch, second);
  EXPECT_EQ(fill(acquire("team"), "s", 1).epoch, second);
  EXPECT_GT(raise({0, 0, "again", {}}).value(), second);
}

TEST_P(JournalEpochs, J13ANameThatNoStreamCanHaveIsRefused) {
  const auto refused = raise({0, 0, "lost", {{"team", "no such/name"}}});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error(), JournalErrc::BadName);
  EXPECT_TRUE(epochs().empty());
}

}  // namespace swarmboard::persistence
