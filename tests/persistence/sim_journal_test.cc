#include "persistence/sim_journal.h"

#include <map>

#include "tests/persistence/journal_contract.h"

namespace swarmboard::persistence {
namespace {

// Virtual time in its smallest form: tasks by due time.
class SimSubject final : public JournalSubject {
 public:
  SimSubject() { open(); }

  Journal& journal() override { return *journal_; }

  bool reopen() override {
    journal_->close();
    open();
    return true;
  }

  bool crash() override {
    journal_.reset();
    disk_.crash(random_);
    open();
    return true;
  }

  bool set_disk_full(bool full) override {
    faults_.disk_full = full;
    return true;
  }

  bool fail_next_sync() override {
    faults_.sync_fails = 1;
    return true;
  }

  bool flip_stored_byte(const StreamName& name, std::uint64_t first_seq) override {
    disk_.damage(name, first_seq);
    return true;
  }

  bool run_until(const std::function<bool()>& done) override {
    while (!done() && !tasks_.empty()) {
      const auto next = tasks_.begin();
      now_us_ = next->first;
      const auto task = std::move(next->second);
      tasks_.erase(next);
      task();
    }
    return done();
  }

  SimDisk& disk() { return disk_; }

  SimFaults& faults() { return faults_; }

 private:
  void open() {
    journal_ = std::make_unique<SimJournal>(
        disk_, faults_, random_, [this](std::int64_t delay_us, std::function<void()> task) {
          tasks_.emplace(now_us_ + delay_us, std::move(task));
        });
  }

  SimDisk disk_;
  SimFaults faults_;
  std::mt19937_64 random_{7};
  std::int64_t now_us_ = 0;
  std::multimap<std::int64_t, std::function<void()>> tasks_;
  std::unique_ptr<SimJournal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Sim, JournalContract, testing::Values(MakeSubject([] {
                           return std::make_unique<SimSubject>();
                         })));
INSTANTIATE_TEST_SUITE_P(Sim, JournalEpochs, testing::Values(MakeSubject([] {
                           return std::make_unique<SimSubject>();
                         })));

// What only a simulated disk can be asked.
class SimJournalFaults : public testing::Test {
 protected:
  Tenure acquire() {
    const Answer<Result<Tenure>> answer(subject_);
    subject_.journal().acquire("team", answer.callback());
    return answer.wait().value().value();
  }

  Answer<AppendResult> start(const Tenure& tenure, std::uint64_t seq) {
    const Answer<AppendResult> answer(subject_);
    subject_.journal().append(tenure, group_of({unit("s", seq, 1, seq - 1, seq)}),
                              answer.callback());
    return answer;
  }

  SimSubject subject_;
};

TEST_F(SimJournalFaults, ACrashKeepsWhatWasDurableAndAPrefixOfTheRest) {
  std::map<std::uint64_t, int> heads;
  for (int round = 0; round < 50; ++round) {
    SimSubject subject;
    // Rounds differ in what their seed has drawn before.
    for (int i = 0; i < round; ++i) {
      subject.disk().crash(*std::make_unique<std::mt19937_64>(i));
    }
    const Answer<Result<Tenure>> acquired(subject);
    subject.journal().acquire("team", acquired.callback());
    const Tenure tenure = acquired.wait().value().value();
    for (std::uint64_t seq = 1; seq <= 5; ++seq) {
      const Answer<AppendResult> answer(subject);
      subject.journal().append(tenure, group_of({unit("s", seq, 1, seq - 1, seq)}),
                               answer.callback());
      if (seq == 2) {
        ASSERT_EQ(answer.wait().value().state, AppendState::Durable);
      }
    }
    std::mt19937_64 random(static_cast<std::uint64_t>(round));
    subject.disk().crash(random);
    const std::uint64_t head = subject.disk().head({"team", "s"}).seq;
    EXPECT_GE(head, 2U);
    ++heads[head];
  }
  EXPECT_GT(heads.size(), 1U) << "a torn tail has several lengths";
}

TEST_F(SimJournalFaults, AnUnknownOutcomeSticksUntilTheTeamIsAcquiredAgain) {
  const Tenure tenure = acquire();
  EXPECT_EQ(start(tenure, 1).wait().value().state, AppendState::Durable);
  subject_.faults().outcome_unknown = 1;
  EXPECT_EQ(start(tenure, 2).wait().value().state, AppendState::Unknown);
  subject_.faults().outcome_unknown = 0;
  EXPECT_EQ(start(tenure, 3).wait().value().state, AppendState::Unknown);
  const Answer<Result<Head>> resolved(subject_);
  subject_.journal().resolve(tenure, "s", resolved.callback());
  const Head head = resolved.wait().value().value();
  EXPECT_TRUE(head.seq == 1 || head.seq == 2);
  EXPECT_EQ(start(acquire(), head.seq + 1).wait().value().state, AppendState::Durable);
}

TEST_F(SimJournalFaults, RestoringABackupStartsANewEpoch) {
  const Tenure tenure = acquire();
  EXPECT_EQ(start(tenure, 1).wait().value().state, AppendState::Durable);
  const SimDisk::Backup backup = subject_.disk().backup();
  EXPECT_EQ(start(tenure, 2).wait().value().state, AppendState::Durable);
  subject_.disk().restore(backup, 9);
  subject_.crash();
  EXPECT_EQ(subject_.disk().head({"team", "s"}), (Head{9, 1, 1}));
  EXPECT_EQ(start(acquire(), 2).wait().value().state, AppendState::Durable);
}

TEST_F(SimJournalFaults, GroupsBehindARefusedOneAreReadOnlyToo) {
  const Tenure tenure = acquire();
  subject_.faults().disk_full = true;
  const auto first = start(tenure, 1);
  subject_.faults().disk_full = false;
  const auto second = start(tenure, 2);
  EXPECT_EQ(first.wait().value().state, AppendState::ReadOnly);
  EXPECT_EQ(second.wait().value().state, AppendState::ReadOnly);
  EXPECT_EQ(start(tenure, 1).wait().value().state, AppendState::Durable);
}

}  // namespace
}  // namespace swarmboard::persistence
