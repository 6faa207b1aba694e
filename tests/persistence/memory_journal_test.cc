#include "persistence/memory_journal.h"

#include "tests/persistence/journal_contract.h"

namespace swarmboard::persistence {
namespace {

class MemorySubject final : public JournalSubject {
 public:
  Journal& journal() override { return journal_; }

  bool run_until(const std::function<bool()>& done) override { return done(); }

  bool reopen() override { return false; }

 private:
  MemoryJournal journal_;
};

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, testing::Values(MakeSubject([] {
                           return std::make_unique<MemorySubject>();
                         })));
INSTANTIATE_TEST_SUITE_P(Memory, JournalEpochs, testing::Values(MakeSubject([] {
                           return std::make_unique<MemorySubject>();
                         })));

}  // namespace
}  // namespace swarmboard::persistence
