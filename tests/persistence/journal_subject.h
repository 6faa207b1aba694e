// What the contract suite needs around a journal: a way to wait, and the means to provoke what a
// disk can do. One subject per implementation; a subject answers false to what it cannot provoke,
// and the test is then skipped for it.
//
// Threads: the base class waits for callbacks of journals with threads of their own. A subject of a
// single-threaded journal overrides run_until() and runs its scheduler there.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "persistence/journal.h"

namespace swarmboard::persistence {

class JournalSubject {
 public:
  virtual ~JournalSubject() = default;

  // The journal that is open now.
  virtual Journal& journal() = 0;

  // Closes the journal in order and opens it again.
  virtual bool reopen() { return false; }

  // Ends the journal as a killed process would and opens what is left.
  virtual bool crash() { return false; }

  // Makes the disk look full, or not any longer.
  virtual bool set_disk_full(bool /*full*/) { return false; }

  // The next sync fails.
  virtual bool fail_next_sync() { return false; }

  // Flips one byte of the stored unit; the journal is open afterwards (again).
  virtual bool flip_stored_byte(const StreamName& /*name*/, std::uint64_t /*first_seq*/) {
    return false;
  }

  // Runs until `done` holds; false: it never did. `done` is called under the lock of poke().
  virtual bool run_until(const std::function<bool()>& done) {
    constexpr auto kPatience = std::chrono::seconds(30);
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, done);
  }

  // Runs `change` so that run_until() sees its effect.
  void poke(const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

// The answer to one asynchronous call; shared, so that a late callback hits nothing dead.
template <class T>
class Answer {
 public:
  explicit Answer(JournalSubject& subject) : subject_(&subject), value_(std::make_shared<Slot>()) {}

  [[nodiscard]] Callback<T> callback() const {
    return [subject = subject_, slot = value_](T value) {
      subject->poke([&] {
        ++slot->calls;
        slot->value.emplace(std::move(value));
      });
    };
  }

  // Empty: no answer came.
  [[nodiscard]] std::optional<T> wait() const {
    const bool came = subject_->run_until([slot = value_] { return slot->value.has_value(); });
    return came ? value_->value : std::nullopt;
  }

  [[nodiscard]] int calls() const { return value_->calls; }

 private:
  struct Slot {
    std::optional<T> value;
    int calls = 0;
  };

  JournalSubject* subject_;
  std::shared_ptr<Slot> value_;
};

using MakeSubject = std::function<std::unique_ptr<JournalSubject>()>;

inline Unit unit(std::string stream, std::uint64_t first_seq, std::uint32_t count,
                 std::uint64_t chain_before, std::uint64_t chain_after) {
  return {std::move(stream),
          first_seq,
          count,
          chain_before,
          chain_after,
          std::make_shared<const std::string>("event " + std::to_string(first_seq))};
}

inline Group group_of(std::vector<Unit> units) {
  Group group;
  group.units = std::move(units);
  return group;
}

// Calls that wait for their answer.
class JournalCalls {
 protected:
  explicit JournalCalls(JournalSubject& subject) : subject_(&subject) {}

  Journal& journal() { return subject_->journal(); }

  // Starts a call and waits for its answer.
  template <class T>
  T ask(const std::function<void(Callback<T>)>& start) {
    const Answer<T> answer(*subject_);
    start(answer.callback());
    const std::optional<T> value = answer.wait();
    EXPECT_TRUE(value.has_value()) << "the journal never answered";
    if (!value) {
      throw std::runtime_error("the journal never answered");
    }
    return *value;
  }

  Tenure acquire(const std::string& team) {
    return ask<Result<Tenure>>([&](auto done) { journal().acquire(team, done); }).value();
  }

  AppendResult append(const Tenure& tenure, Group group) {
    return ask<AppendResult>([&](auto done) { journal().append(tenure, std::move(group), done); });
  }

  Head head(const StreamName& name) {
    return ask<Result<Head>>([&](auto done) { journal().head(name, done); }).value();
  }

  Result<UnitPage> read(const StreamName& name, std::uint64_t from, ReadLimits limits = {}) {
    return ask<Result<UnitPage>>([&](auto done) { journal().read(name, from, limits, done); });
  }

  std::vector<std::string> payloads(const StreamName& name, std::uint64_t from = 1) {
    std::vector<std::string> found;
    const Result<UnitPage> page = read(name, from);
    for (const Unit& unit : page.value().units) {
      found.push_back(*unit.payload);
    }
    return found;
  }

  // Page by page, of units of one event each. An error of the journal fails the test.
  std::vector<std::string> all_payloads(const StreamName& name) {
    std::vector<std::string> found;
    while (true) {
      const auto page = read(name, found.size() + 1);
      EXPECT_TRUE(page) << page.error().message();
      if (!page || page->units.empty()) {
        return found;
      }
      for (const Unit& unit : page->units) {
        found.push_back(*unit.payload);
      }
    }
  }

  std::optional<KeyframeBytes> keyframe_at(const StreamName& name, std::uint64_t seq,
                                           std::uint32_t version) {
    return ask<Result<std::optional<KeyframeBytes>>>(
               [&](auto done) { journal().keyframe_at(name, seq, version, done); })
        .value();
  }

  boost::system::error_code put_keyframe(const StreamName& name, std::uint64_t seq,
                                         std::uint32_t version, const std::string& bytes) {
    return ask<boost::system::error_code>([&](auto done) {
      journal().put_keyframe(
          name.team, {name.stream, seq, version, std::make_shared<const std::string>(bytes)}, done);
    });
  }

  std::vector<SealedEntry> sealed(const StreamName& name, const std::string& bucket) {
    return ask<Result<std::vector<SealedEntry>>>(
               [&](auto done) { journal().read_sealed(name, bucket, done); })
        .value();
  }

  std::vector<SealedEntry> settings(const std::string& prefix) {
    return ask<Result<std::vector<SealedEntry>>>(
               [&](auto done) { journal().settings(prefix, done); })
        .value();
  }

  boost::system::error_code put_setting(const std::string& key, std::optional<std::string> value) {
    return ask<boost::system::error_code>(
        [&](auto done) { journal().put_setting(key, value, done); });
  }

  // A unit of `count` events that continues `at`, and moves `at` on.
  static Unit next_unit(Head& at, const std::string& stream, const std::string& payload,
                        std::uint32_t count = 1) {
    Unit unit;
    unit.stream = stream;
    unit.first_seq = at.seq + 1;
    unit.count = count;
    unit.chain_before = at.chain;
    unit.chain_after = at.chain * 31 + std::hash<std::string>{}(payload) + 1;
    unit.payload = std::make_shared<const std::string>(payload);
    at.seq += count;
    at.chain = unit.chain_after;
    return unit;
  }

  static Group one(Unit unit) {
    Group group;
    group.units.push_back(std::move(unit));
    return group;
  }

  // Appends units "1", "2", ... of one event each; all must become durable.
  Head fill(const Tenure& tenure, const std::string& stream, int units) {
    Head at = head({tenure.team, stream});
    for (int i = 0; i < units; ++i) {
      const std::string payload = std::to_string(at.seq + 1);
      EXPECT_EQ(append(tenure, one(next_unit(at, stream, payload))).state, AppendState::Durable);
    }
    return at;
  }

  JournalSubject* subject_;
};

class JournalContract : public JournalCalls, public ::testing::TestWithParam<MakeSubject> {
 protected:
  JournalContract() : JournalContract(GetParam()()) {}

 private:
  explicit JournalContract(std::unique_ptr<JournalSubject> made)
      : JournalCalls(*made), made_(std::move(made)) {}

  std::unique_ptr<JournalSubject> made_;
};

}  // namespace swarmboard::persistence
