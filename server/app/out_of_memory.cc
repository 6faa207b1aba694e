#include "server/app/out_of_memory.h"

#include <cstdlib>
#include <new>
#include <string_view>
#include <unistd.h>

namespace swarmboard::app {
namespace {

// Nothing here may allocate.
[[noreturn]] void end_now() {
  static constexpr std::string_view kSentence =
      "swarmboard: out of memory; the server ends at once. What was shown as saved is on disk.\n";
  // The end comes whether or not anybody can read why.
  [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, kSentence.data(), kSentence.size());
  std::_Exit(kExitOutOfMemory);
}

}  // namespace

void end_when_out_of_memory() {
  std::set_new_handler(end_now);
}

}  // namespace swarmboard::app
