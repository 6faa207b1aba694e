// The part of the contract that is about what can be read: J7 to J9, settings, followers, names.
// Included by journal_contract.h.
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

TEST_P(JournalContract, ResolveTellsWhereTheStreamEnds) {
  const Tenure tenure = acquire("team");
  const Head end = fill(tenure, "s", 4);
  const auto found = ask<Result<Head>>([&](auto done) { journal().resolve(tenure, "s", done); });
  EXPECT_EQ(found.value(), end);
}

// ---- J7: reads

TEST_P(JournalContract, J7ReadBeginsWithTheUnitThatCoversFrom) {
  const Tenure tenure = acquire("team");
  Head at;
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(append(tenure, one(next_unit(at, "s", std::to_string(i), 5))).state,
              AppendState::Durable);
  }
  for (std::uint64_t from = 1; from <= 20; ++from) {
    const Result<UnitPage> page = read({"team", "s"}, from);
    ASSERT_FALSE(page.value().units.empty());
    const Unit& first = page.value().units.front();
    EXPECT_LE(first.first_seq, from);
    EXPECT_GT(first.first_seq + first.count, from);
    EXPECT_EQ(page.value().head, at);
    EXPECT_EQ(page.value().units.size(), 4 - (from - 1) / 5);
  }
}

TEST_P(JournalContract, J7ReadReturnsWhatWasAppended) {
  const Tenure tenure = acquire("team");
  Head at;
  const std::string payload("\0binary\xff\n", 9);
  const Unit written = next_unit(at, "s", payload, 7);
  ASSERT_EQ(append(tenure, one(written)).state, AppendState::Durable);
  const Result<UnitPage> page = read({"team", "s"}, 1);
  ASSERT_EQ(page.value().units.size(), 1U);
  const Unit& unit = page.value().units.front();
  EXPECT_EQ(unit.stream, "s");
  EXPECT_EQ(unit.first_seq, 1U);
  EXPECT_EQ(unit.count, 7U);
  EXPECT_EQ(unit.chain_before, 0U);
  EXPECT_EQ(unit.chain_after, written.chain_after);
  EXPECT_EQ(*unit.payload, payload);
}

TEST_P(JournalContract, J7ReadBeyondTheEndIsEmptyAndTellsTheHead) {
  const Head end = fill(acquire("team"), "s", 2);
  const Result<UnitPage> page = read({"team", "s"}, 3);
  EXPECT_TRUE(page.value().units.empty());
  EXPECT_EQ(page.value().head, end);
  const Result<UnitPage> never = read({"team", "never"}, 1);
  EXPECT_TRUE(never.value().units.empty());
  EXPECT_EQ(never.value().head, Head{});
}

TEST_P(JournalContract, J7PagesAreContiguousWithinTheirLimits) {
  const Tenure tenure = acquire("team");
  Head at;
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(append(tenure, one(next_unit(at, "s", std::string(100, 'x'), 2))).state,
              AppendState::Durable);
  }
  for (const ReadLimits limits :
       {ReadLimits{350, 4096}, ReadLimits{1 << 20, 4}, ReadLimits{1, 1}}) {
    std::uint64_t from = 1;
    while (from <= at.seq) {
      const Result<UnitPage> page = read({"team", "s"}, from, limits);
      const std::vector<Unit>& units = page.value().units;
      ASSERT_FALSE(units.empty());
      EXPECT_LE(units.size(), limits.units_max);
      EXPECT_TRUE(units.size() == 1 || units.size() * 100 <= limits.bytes_max);
      EXPECT_EQ(units.front().first_seq, from);
      from = units.back().first_seq + units.back().count;
    }
    EXPECT_EQ(from, at.seq + 1);
  }
}

TEST_P(JournalContract, J7APageEndsWithTheUnitOfTheLastNumberWanted) {
  const Tenure tenure = acquire("team");
  Head at;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(append(tenure, one(next_unit(at, "s", "payload", 2))).state, AppendState::Durable);
  }
  for (const std::uint64_t last : {3U, 4U, 7U, 20U, 90U}) {
    const Result<UnitPage> page = read({"team", "s"}, 3, {.seq_max = last});
    ASSERT_FALSE(page.value().units.empty());
    EXPECT_EQ(page.value().units.front().first_seq, 3U);
    const Unit& unit = page.value().units.back();
    EXPECT_LE(unit.first_seq, last);
    EXPECT_GE(unit.first_seq + unit.count - 1, std::min<std::uint64_t>(last, at.seq));
    EXPECT_EQ(page.value().head, at);
  }
  EXPECT_TRUE(read({"team", "s"}, 5, {.seq_max = 4}).value().units.empty());
}

TEST_P(JournalContract, J7NamesThatResembleEachOtherDoNotMix) {
  const std::vector<StreamName> names = {{"t", ""},   {"t", "t"},   {"tt", ""},   {"t", "tt"},
                                         {"tt", "t"}, {"t", "a.b"}, {"t.a", "b"}, {"t", "0"}};
  for (const StreamName& name : names) {
    Head at;
    const std::string payload = name.team + "/" + name.stream;
    ASSERT_EQ(append(acquire(name.team), one(next_unit(at, name.stream, payload))).state,
              AppendState::Durable);
  }
  for (const StreamName& name : names) {
    EXPECT_EQ(payloads(name), std::vector<std::string>{name.team + "/" + name.stream});
  }
}

TEST_P(JournalContract, J7DamageIsAnErrorAndNeverAGap) {
  const Head end = fill(acquire("team"), "s", 9);
  fill(acquire("sound"), "s", 3);
  if (!subject_->flip_stored_byte({"team", "s"}, 5)) {
    GTEST_SKIP() << "stored bytes of this journal cannot be flipped";
  }
  EXPECT_TRUE(read({"team", "s"}, 1).has_error());
  EXPECT_TRUE(read({"team", "s"}, 5).has_error());
  EXPECT_EQ(read({"team", "s"}, 6).value().head, end);
  EXPECT_EQ(payloads({"sound", "s"}).size(), 3U);
}

TEST_P(JournalContract, TeamsAndStreamsAreListedInOrder) {
  const auto teams = [&] {
    return ask<Result<std::vector<std::string>>>([&](auto done) { journal().teams(done); }).value();
  };
  const auto streams = [&](const std::string& team) {
    return ask<Result<std::vector<std::string>>>([&](auto done) { journal().streams(team, done); })
        .value();
  };
  EXPECT_TRUE(teams().empty());
  EXPECT_EQ(head({"unborn", "s"}), Head{});
  for (const char* team : {"b", "aa", "a"}) {
    const Tenure tenure = acquire(team);
    for (const char* stream : {"s2", "s10", ""}) {
      fill(tenure, stream, 2);
    }
  }
  EXPECT_EQ(teams(), (std::vector<std::string>{"a", "aa", "b"}));
  EXPECT_EQ(streams("aa"), (std::vector<std::string>{"", "s10", "s2"}));
  EXPECT_TRUE(streams("unborn").empty());
}

// ---- J8: keyframes

TEST_P(JournalContract, J8NewestKeyframeAtOrBelowIsFound) {
  fill(acquire("team"), "s", 9);
  const StreamName name{"team", "s"};
  EXPECT_FALSE(put_keyframe(name, 3, 1, "three"));
  EXPECT_FALSE(put_keyframe(name, 6, 1, "six"));
  EXPECT_FALSE(put_keyframe({"team", ""}, 5, 1, "library"));
  EXPECT_FALSE(keyframe_at(name, 2, 1).has_value());
  EXPECT_EQ(*keyframe_at(name, 3, 1).value().bytes, "three");
  EXPECT_EQ(*keyframe_at(name, 5, 1).value().bytes, "three");
  const KeyframeBytes newest = keyframe_at(name, UINT64_MAX, 1).value();
  EXPECT_EQ(*newest.bytes, "six");
  EXPECT_EQ(newest.seq, 6U);
  EXPECT_EQ(newest.stream, "s");
  EXPECT_EQ(newest.state_version, 1U);
}

TEST_P(JournalContract, J8KeyframeOfAnotherStateVersionIsNotUsed) {
  fill(acquire("team"), "s", 9);
  const StreamName name{"team", "s"};
  EXPECT_FALSE(put_keyframe(name, 3, 1, "old"));
  EXPECT_FALSE(keyframe_at(name, 9, 2).has_value());
  EXPECT_FALSE(put_keyframe(name, 6, 2, "new"));
  EXPECT_EQ(*keyframe_at(name, 9, 2).value().bytes, "new");
}

TEST_P(JournalContract, J8NewestKeyframesSurviveMany) {
  fill(acquire("team"), "s", 1);
  for (std::uint64_t seq = 1; seq <= 60; ++seq) {
    EXPECT_FALSE(put_keyframe({"team", "s"}, seq, 1, std::to_string(seq)));
  }
  EXPECT_EQ(*keyframe_at({"team", "s"}, 60, 1).value().bytes, "60");
  EXPECT_EQ(*keyframe_at({"team", "s"}, 59, 1).value().bytes, "59");
}

// ---- J9: sealed entries

TEST_P(JournalContract, J9SealedEntriesLieInOrderOfTheirIds) {
  const Tenure tenure = acquire("team");
  for (const char* id : {"m", "z", "a", "k"}) {
    Group group;
    group.sealed_puts = {{"s", "stage", id, std::string("value of ") + id}};
    EXPECT_EQ(append(tenure, group).state, AppendState::Durable);
  }
  const std::vector<SealedEntry> entries = sealed({"team", "s"}, "stage");
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].id, "a");
  EXPECT_EQ(entries[0].value, "value of a");
  EXPECT_EQ(entries[3].id, "z");
  EXPECT_EQ(head({"team", "s"}), Head{});
}

TEST_P(JournalContract, J9BucketsDoNotMix) {
  const Tenure tenure = acquire("team");
  Group group;
  group.sealed_puts = {{"s", "b", "1", "x"}, {"s", "bb", "1", "y"}, {"", "b", "1", "z"}};
  EXPECT_EQ(append(tenure, group).state, AppendState::Durable);
  EXPECT_EQ(sealed({"team", "s"}, "b").size(), 1U);
  EXPECT_EQ(sealed({"team", "s"}, "bb").front().value, "y");
  EXPECT_EQ(sealed({"team", ""}, "b").front().value, "z");
  EXPECT_TRUE(sealed({"team", "s"}, "").empty());
}

TEST_P(JournalContract, J9DropIsAtomicWithTheGroupThatReplacesIt) {
  const Tenure tenure = acquire("team");
  Group puts;
  puts.sealed_puts = {{"s", "b", "1", "x"}, {"s", "b", "2", "y"}};
  EXPECT_EQ(append(tenure, puts).state, AppendState::Durable);
  Head wrong;
  wrong.seq = 3;
  Group refused = one(next_unit(wrong, "s", "cards"));
  refused.sealed_drops = {{"s", "b"}};
  EXPECT_EQ(append(tenure, refused).state, AppendState::Failed);
  EXPECT_EQ(sealed({"team", "s"}, "b").size(), 2U);

  const Tenure again = acquire("team");
  Head at;
  Group reveal = one(next_unit(at, "s", "cards"));
  reveal.sealed_drops = {{"s", "b"}};
  reveal.sealed_puts = {{"s", "b", "3", "late"}};
  EXPECT_EQ(append(again, reveal).state, AppendState::Durable);
  const std::vector<SealedEntry> entries = sealed({"team", "s"}, "b");
  ASSERT_EQ(entries.size(), 1U) << "drops are carried out before puts";
  EXPECT_EQ(entries[0].id, "3");
}

TEST_P(JournalContract, J9SealedEntriesSurviveACrash) {
  const Tenure tenure = acquire("team");
  Group group;
  group.sealed_puts = {{"s", "b", "1", "x"}};
  EXPECT_EQ(append(tenure, group).state, AppendState::Durable);
  if (!subject_->crash()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  EXPECT_EQ(sealed({"team", "s"}, "b").size(), 1U);
}

// ---- settings, followers, names

TEST_P(JournalContract, SettingsAreKeptByPrefix) {
  EXPECT_FALSE(put_setting("login/a", "1"));
  EXPECT_FALSE(put_setting("login/b", "2"));
  EXPECT_FALSE(put_setting("logins", "3"));
  EXPECT_FALSE(put_setting("login/a", "4"));
  ASSERT_EQ(settings("login/").size(), 2U);
  EXPECT_EQ(settings("login/")[0].id, "login/a");
  EXPECT_EQ(settings("login/")[0].value, "4");
  EXPECT_FALSE(put_setting("login/a", std::nullopt));
  EXPECT_EQ(settings("login/").size(), 1U);
  EXPECT_EQ(settings("login").size(), 2U);
}

TEST_P(JournalContract, SettingsSurviveACrash) {
  EXPECT_FALSE(put_setting("key", "value"));
  if (!subject_->crash()) {
    GTEST_SKIP() << "nothing of this journal survives";
  }
  ASSERT_EQ(settings("key").size(), 1U);
  EXPECT_EQ(settings("key")[0].value, "value");
}

TEST_P(JournalContract, FollowerGetsStoredUnitsAndThenLiveOnes) {
  const Tenure tenure = acquire("team");
  fill(tenure, "s", 5);
  auto seen = std::make_shared<std::vector<std::string>>();
  auto following = journal().follow({"team", "s"}, 3, [subject = subject_, seen](const Unit& unit) {
    subject->poke([&] { seen->push_back(*unit.payload); });
  });
  fill(tenure, "s", 4);
  fill(tenure, "other", 2);
  ASSERT_TRUE(subject_->run_until([&] { return seen->size() >= 7; }));
  EXPECT_EQ(*seen, (std::vector<std::string>{"3", "4", "5", "6", "7", "8", "9"}));
  following.reset();
  fill(tenure, "s", 2);
  EXPECT_EQ(seen->size(), 7U);
}

TEST_P(JournalContract, NamesThatNoKeyCanHoldAreRefused) {
  for (const std::string& team : {std::string(), std::string("a/b"), std::string(65, 'x')}) {
    EXPECT_TRUE(ask<Result<Tenure>>([&](auto done) { journal().acquire(team, done); }).has_error());
  }
  const Tenure tenure = acquire("team");
  Head at;
  EXPECT_EQ(append(tenure, one(next_unit(at, "a b", "x"))).state, AppendState::Failed);
  EXPECT_TRUE(read({"team", "a b"}, 1).has_error());
  fill(acquire(std::string(64, 'x')), std::string(64, 'y'), 2);
  EXPECT_EQ(payloads({std::string(64, 'x'), std::string(64, 'y')}).size(), 2U);
}

}  // namespace swarmboard::persistence
