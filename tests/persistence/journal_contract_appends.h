// The part of the contract that is about appending: J1 to J6, J11, J12. Included by
// journal_contract.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/journal.h"
#include "tests/persistence/journal_subject.h"

namespace swarmboard::persistence {

// ---- J1, J2: durable, all or nothing

TEST_P(JournalContract, J1DurableGroupSurvivesACrash) {
  const Tenure tenure = acquire("team");
  const Head end = fill(tenure, "s", 20);
  if (!subject_->crash()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  EXPECT_EQ(head({"team", "s"}), end);
  EXPECT_EQ(payloads({"team", "s"}).size(), 20U);
  EXPECT_EQ(payloads({"team", "s"}).back(), "20");
}

TEST_P(JournalContract, J1ReopenedJournalContinues) {
  fill(acquire("team"), "s", 3);
  if (!subject_->reopen()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  const Head end = fill(acquire("team"), "s", 3);
  EXPECT_EQ(end.seq, 6U);
  EXPECT_EQ(payloads({"team", "s"}), (std::vector<std::string>{"1", "2", "3", "4", "5", "6"}));
}

TEST_P(JournalContract, J2GroupWithAWrongUnitLeavesNothing) {
  const Tenure tenure = acquire("team");
  Head library;
  Head session;
  session.seq = 7;  // Not where the stream is.
  Group group;
  group.units = {next_unit(library, "", "library"), next_unit(session, "s", "session")};
  group.sealed_puts = {{"s", "b", "id", "value"}};
  EXPECT_EQ(append(tenure, group).state, AppendState::Failed);
  EXPECT_EQ(head({"team", ""}), Head{});
  EXPECT_TRUE(payloads({"team", ""}).empty());
  EXPECT_TRUE(sealed({"team", "s"}, "b").empty());
}

TEST_P(JournalContract, J2UnitsOfSeveralStreamsBecomeDurableTogether) {
  const Tenure tenure = acquire("team");
  Head library;
  Head session;
  Group group;
  group.units = {next_unit(library, "", "library"), next_unit(session, "s", "session")};
  EXPECT_EQ(append(tenure, group).state, AppendState::Durable);
  EXPECT_EQ(payloads({"team", ""}), std::vector<std::string>{"library"});
  EXPECT_EQ(payloads({"team", "s"}), std::vector<std::string>{"session"});
  EXPECT_EQ(head({"team", "s"}), session);
}

// ---- J3: order

TEST_P(JournalContract, J3ResultsOfPipelinedAppendsComeInOrder) {
  constexpr int kGroups = 200;
  const Tenure tenure = acquire("team");
  Head at;
  auto order = std::make_shared<std::vector<int>>();
  auto states = std::make_shared<std::vector<AppendState>>();
  for (int i = 0; i < kGroups; ++i) {
    journal().append(tenure, one(next_unit(at, "s", std::to_string(i))),
                     [subject = subject_, order, states, i](AppendResult result) {
                       subject->poke([&] {
                         order->push_back(i);
                         states->push_back(result.state);
                       });
                     });
  }
  ASSERT_TRUE(subject_->run_until([&] { return order->size() == kGroups; }));
  EXPECT_TRUE(std::is_sorted(order->begin(), order->end()));
  EXPECT_EQ(std::count(states->begin(), states->end(), AppendState::Durable), kGroups);
  EXPECT_EQ(head({"team", "s"}), at);
}

TEST_P(JournalContract, J3TeamsDoNotWaitForEachOthersResults) {
  const Tenure a = acquire("a");
  const Tenure b = acquire("b");
  Head at_a;
  Head at_b;
  const Answer<AppendResult> first(*subject_);
  const Answer<AppendResult> second(*subject_);
  journal().append(a, one(next_unit(at_a, "s", "x")), first.callback());
  journal().append(b, one(next_unit(at_b, "s", "y")), second.callback());
  EXPECT_EQ(second.wait().value().state, AppendState::Durable);
  EXPECT_EQ(first.wait().value().state, AppendState::Durable);
  EXPECT_EQ(payloads({"a", "s"}), std::vector<std::string>{"x"});
  EXPECT_EQ(payloads({"b", "s"}), std::vector<std::string>{"y"});
}

// ---- J4: a unit continues its stream

TEST_P(JournalContract, J4FirstUnitBeginsAtOne) {
  Head at;
  at.seq = 1;
  EXPECT_EQ(append(acquire("team"), one(next_unit(at, "s", "x"))).state, AppendState::Failed);
  EXPECT_EQ(head({"team", "s"}), Head{});
}

TEST_P(JournalContract, J4UnitMustContinueItsStream) {
  const auto refused = [&](const std::string& team, const std::function<void(Unit&)>& spoil) {
    const Tenure tenure = acquire(team);
    Head at = fill(tenure, "s", 2);
    const Head before = at;
    Unit unit = next_unit(at, "s", "x");
    spoil(unit);
    EXPECT_EQ(append(tenure, one(unit)).state, AppendState::Failed) << team;
    EXPECT_EQ(head({team, "s"}), before) << team;
    EXPECT_EQ(payloads({team, "s"}).size(), 2U) << team;
  };
  refused("gap", [](Unit& unit) { ++unit.first_seq; });
  refused("again", [](Unit& unit) { --unit.first_seq; });
  refused("chain", [](Unit& unit) { ++unit.chain_before; });
  refused("empty", [](Unit& unit) { unit.count = 0; });
}

TEST_P(JournalContract, J4HeadIncludesAppendsInFlight) {
  const Tenure tenure = acquire("team");
  Head at;
  const Answer<AppendResult> first(*subject_);
  const Answer<AppendResult> again(*subject_);
  const Unit unit = next_unit(at, "s", "x");
  journal().append(tenure, one(unit), first.callback());
  journal().append(tenure, one(unit), again.callback());
  EXPECT_EQ(first.wait().value().state, AppendState::Durable);
  EXPECT_EQ(again.wait().value().state, AppendState::Failed);
  EXPECT_EQ(payloads({"team", "s"}), std::vector<std::string>{"x"});
}

TEST_P(JournalContract, J4UnitsOfOneStreamInOneGroupContinueEachOther) {
  const Tenure tenure = acquire("team");
  Head at;
  Group group;
  group.units = {next_unit(at, "s", "x", 3), next_unit(at, "s", "y", 2)};
  EXPECT_EQ(append(tenure, group).state, AppendState::Durable);
  EXPECT_EQ(head({"team", "s"}).seq, 5U);
}

// ---- J5, J6: failures stick, the new owner fences the old one

TEST_P(JournalContract, J5AfterAFailureEveryLaterAppendFails) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 1);
  Head wrong = at;
  ++wrong.seq;
  EXPECT_EQ(append(tenure, one(next_unit(wrong, "s", "x"))).state, AppendState::Failed);
  Head right = at;
  EXPECT_EQ(append(tenure, one(next_unit(right, "s", "x"))).state, AppendState::Failed);
  const Tenure again = acquire("team");
  EXPECT_EQ(append(again, one(next_unit(at, "s", "x"))).state, AppendState::Durable);
}

TEST_P(JournalContract, J5FailureOfOneTeamDoesNotTouchAnother) {
  const Tenure broken = acquire("broken");
  const Tenure sound = acquire("sound");
  Head wrong;
  wrong.seq = 1;
  EXPECT_EQ(append(broken, one(next_unit(wrong, "s", "x"))).state, AppendState::Failed);
  fill(sound, "s", 2);
}

TEST_P(JournalContract, J5FailedSyncIsFinal) {
  const Tenure tenure = acquire("team");
  const Tenure other = acquire("other");
  Head at = fill(tenure, "s", 3);
  if (!subject_->fail_next_sync()) {
    GTEST_SKIP() << "syncs of this journal cannot fail";
  }
  EXPECT_EQ(append(tenure, one(next_unit(at, "s", "x"))).state, AppendState::Failed);
  Head elsewhere;
  EXPECT_EQ(append(other, one(next_unit(elsewhere, "s", "x"))).state, AppendState::Failed);
  EXPECT_FALSE(journal().health().writable);
  EXPECT_FALSE(journal().health().why_not.empty());
}

TEST_P(JournalContract, J6AcquiringFencesTheTenureBefore) {
  const Tenure old = acquire("team");
  Head at = fill(old, "s", 1);
  const Tenure owner = acquire("team");
  Head stale = at;
  EXPECT_EQ(append(old, one(next_unit(stale, "s", "old"))).state, AppendState::Fenced);
  EXPECT_EQ(append(owner, one(next_unit(at, "s", "new"))).state, AppendState::Durable);
  EXPECT_EQ(append(old, one(next_unit(at, "s", "old"))).state, AppendState::Fenced);
  EXPECT_EQ(payloads({"team", "s"}), (std::vector<std::string>{"1", "new"}));
}

TEST_P(JournalContract, J6NewOwnerSeesWhatTheOldOneMadeDurable) {
  const Tenure old = acquire("team");
  Head at;
  std::vector<Answer<AppendResult>> answers(10, Answer<AppendResult>(*subject_));
  for (int i = 0; i < 10; ++i) {
    answers[static_cast<std::size_t>(i)] = Answer<AppendResult>(*subject_);
    journal().append(old, one(next_unit(at, "s", std::to_string(i))),
                     answers[static_cast<std::size_t>(i)].callback());
  }
  const Tenure owner = acquire("team");
  std::uint64_t durable = 0;
  for (const auto& answer : answers) {
    durable += answer.wait().value().state == AppendState::Durable ? 1U : 0U;
  }
  Head found = head({"team", "s"});
  EXPECT_EQ(found.seq, durable);
  EXPECT_EQ(append(owner, one(next_unit(found, "s", "new"))).state, AppendState::Durable);
}

TEST_P(JournalContract, J6ReleasedOrInventedTenureIsFenced) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 1);
  journal().release(tenure);
  Head next = at;
  EXPECT_EQ(append(tenure, one(next_unit(next, "s", "x"))).state, AppendState::Fenced);
  next = at;
  EXPECT_EQ(append({"team", 0}, one(next_unit(next, "s", "x"))).state, AppendState::Fenced);
  EXPECT_EQ(append({"other", 1'000'000}, one(next_unit(at, "s", "x"))).state, AppendState::Fenced);
}

TEST_P(JournalContract, J6ReleasingAnOldTenureChangesNothing) {
  const Tenure old = acquire("team");
  const Tenure owner = acquire("team");
  journal().release(old);
  fill(owner, "s", 1);
}

// ---- J11: no space

TEST_P(JournalContract, J11FullDiskIsReadOnlyAndHeals) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 2);
  if (!subject_->set_disk_full(true)) {
    GTEST_SKIP() << "this journal has no disk";
  }
  Head lost = at;
  EXPECT_EQ(append(tenure, one(next_unit(lost, "s", "x"))).state, AppendState::ReadOnly);
  EXPECT_FALSE(journal().health().writable);
  EXPECT_FALSE(journal().health().why_not.empty());
  EXPECT_EQ(payloads({"team", "s"}).size(), 2U);
  EXPECT_EQ(head({"team", "s"}), at);
  ASSERT_TRUE(subject_->set_disk_full(false));
  EXPECT_EQ(append(tenure, one(next_unit(at, "s", "y"))).state, AppendState::Durable);
  EXPECT_TRUE(journal().health().writable);
  EXPECT_EQ(payloads({"team", "s"}), (std::vector<std::string>{"1", "2", "y"}));
}

TEST_P(JournalContract, J11AppendsBehindARefusedOneAreReadOnlyAndNotFailed) {
  const Tenure tenure = acquire("team");
  Head at = fill(tenure, "s", 1);
  if (!subject_->set_disk_full(true)) {
    GTEST_SKIP() << "this journal has no disk";
  }
  Head lost = at;
  EXPECT_EQ(append(tenure, one(next_unit(lost, "s", "x"))).state, AppendState::ReadOnly);
  ASSERT_TRUE(subject_->set_disk_full(false));
  // It was decided before its author knew of the refusal.
  EXPECT_EQ(append(tenure, one(next_unit(lost, "s", "behind"))).state, AppendState::ReadOnly);
  EXPECT_EQ(append(tenure, one(next_unit(at, "s", "again"))).state, AppendState::Durable);
}

// ---- J12: numbers

TEST_P(JournalContract, J12CommitNumberRisesByOneWithEveryGroup) {
  const Tenure a = acquire("a");
  const Tenure b = acquire("b");
  Head at_a;
  Head at_b;
  std::uint64_t last = append(a, one(next_unit(at_a, "s", "x"))).commit_no;
  EXPECT_GT(last, 0U);
  for (int i = 0; i < 5; ++i) {
    const AppendResult of_b = append(b, one(next_unit(at_b, "s", "y")));
    const AppendResult of_a = append(a, one(next_unit(at_a, "s", "x")));
    EXPECT_EQ(of_b.commit_no, last + 1);
    EXPECT_EQ(of_a.commit_no, last + 2);
    last = of_a.commit_no;
  }
}

TEST_P(JournalContract, J12CommitNumberContinuesAfterReopening) {
  const Tenure tenure = acquire("team");
  Head at;
  const std::uint64_t last = append(tenure, one(next_unit(at, "s", "x"))).commit_no;
  if (!subject_->reopen()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  EXPECT_EQ(append(acquire("team"), one(next_unit(at, "s", "y"))).commit_no, last + 1);
}

}  // namespace swarmboard::persistence
