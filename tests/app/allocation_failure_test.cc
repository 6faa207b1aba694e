// The Nth allocation fails, for every N: while a member says hello, joins, has commands judged,
// written and acknowledged, and comes back. The process must end as it says it does, and nothing
// that it had called saved may be missing from the journal. Goal G4.6 of the reliability notes.
//
// Each N is a fork of a process that is warm already. SWARMBOARD_ALLOCATIONS_EVERY chooses how many
// of them are tried: 1 is all.
#include <cstdlib>
#include <memory>
#include <new>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/app/out_of_memory.h"
#include "tests/room/rig.h"

#include "swarmboard/v1/event.pb.h"

namespace {

constexpr int kExitFalseAcknowledgement = 3;
constexpr long kAllocationsMax = 5'000;
constexpr unsigned kPatienceS = 20;

long allocations_left = 0;           // 0: none fails.
void (*before_the_end)() = nullptr;  // What the test looks at then; it may allocate.

void* allocate(std::size_t bytes) {
  if (allocations_left > 0 && --allocations_left == 0) {
    before_the_end();
    std::get_new_handler()();
    std::_Exit(1);  // The handler came back.
  }
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) {
    std::abort();
  }
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace swarmboard {
namespace {

class AllocationFailure : public ::testing::Test {
 protected:
  AllocationFailure() {
    rig.add_members({"ana", "ben"});
    rig.open_session({"ana", "ben"});
    rig.start_stage("open");
    current = this;
  }

  // The numbers of commands that the journal was given. It is not asked: it may be what failed, and
  // holds its own lock then.
  std::set<std::uint64_t> stored() const {
    std::set<std::uint64_t> numbers;
    for (const persistence::Group& group : rig.journal.groups) {
      for (const persistence::Unit& unit : group.units) {
        v1::StoredUnit parsed;
        (void)parsed.ParseFromString(*unit.payload);
        for (const v1::StoredEvent& event : parsed.events()) {
          numbers.insert(event.cmd_no());
        }
      }
    }
    return numbers;
  }

  void live_through_it() {
    ben = rig.in_session("ben");
    ben->submit(1, room::a_note("n1", "one"));
    rig.run();
    ben->submit(1, room::a_note("n1", "refused: it is there"));
    ben->submit(1, room::a_note("n2", "two"));
    rig.run();
    ben->drop();
    ben = rig.in_session("ben");
    rig.pass(3'000'000);
  }

  static void look_for_false_acknowledgements() {
    if (current->ben == nullptr) {
      return;
    }
    const std::set<std::uint64_t> kept = current->stored();
    for (const std::uint64_t number : current->ben->sub(1).saved) {
      if (!kept.contains(number)) {
        std::_Exit(kExitFalseAcknowledgement);
      }
    }
  }

  // How the process ended.
  int with_failure_at(long number) {
    const pid_t child = ::fork();
    if (child == 0) {
      // Its last sentence is read elsewhere; five thousand of them say no more.
      ::close(STDERR_FILENO);
      ::alarm(kPatienceS);
      app::end_when_out_of_memory();
      before_the_end = look_for_false_acknowledgements;
      allocations_left = number;
      live_through_it();
      allocations_left = 0;
      std::_Exit(ben->sub(1).joined.has_value() && stored().size() >= 2 ? 0 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  room::Rig rig;
  std::unique_ptr<room::Peer> ben;
  static inline AllocationFailure* current = nullptr;
};

TEST_F(AllocationFailure, EveryOneEndsTheProcessAndNothingSavedIsMissing) {
  const char* asked = std::getenv("SWARMBOARD_ALLOCATIONS_EVERY");
  const long every = std::max(1L, asked == nullptr ? 11L : std::atol(asked));
  ASSERT_EQ(with_failure_at(kAllocationsMax * 100), 0) << "without a failure all of it works";
  long failed = 0;
  for (long number = 1; number <= kAllocationsMax; number += every) {
    const int ended = with_failure_at(number);
    if (ended == 0) {
      break;  // It needs fewer.
    }
    ASSERT_EQ(ended, app::kExitOutOfMemory) << "allocation " << number;
    ++failed;
  }
  RecordProperty("failed", std::to_string(failed));
  EXPECT_GT(failed * every, 1'000) << "too few allocations: does the counter see them?";
}

}  // namespace
}  // namespace swarmboard
