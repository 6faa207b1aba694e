// The watermark's file as a crash or a bad disk may leave it: a mark, a new file, or an error; and
// what is noted afterwards is read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include "persistence/watermark.h"
#include "tests/fuzz/require.h"

namespace swarmboard::persistence {
namespace {

using fuzz::require;

void check(const std::string& path, bool is_empty) {
  CommitMark next{1, 1, 1};
  {
    auto opened = Watermark::open(path);
    if (!opened) {
      require(!is_empty, "a new file is fine");
      return;
    }
    require(opened->mark().has_value() != is_empty, "a file that opens has a mark, a new one none");
    if (opened->mark()) {
      next = *opened->mark();
      next.writes += next.writes == UINT64_MAX ? 0 : 1;
    }
    require(!opened->note(next), "a mark can be noted");
    require(!opened->sync(), "and synced");
  }
  const auto again = Watermark::open(path);
  require(again && again->mark() && again->mark()->writes == next.writes,
          "what was noted is read again");
}

}  // namespace
}  // namespace swarmboard::persistence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // In memory: a sync costs nothing there.
  std::string path = "/dev/shm/swarmboard-watermark-XXXXXX";
  const int descriptor = ::mkstemp(path.data());
  swarmboard::fuzz::require(descriptor >= 0, "a file in memory can be made");
  swarmboard::fuzz::require(::write(descriptor, data, size) == static_cast<ssize_t>(size),
                            "and written");
  ::close(descriptor);
  swarmboard::persistence::check(path, size == 0);
  ::unlink(path.c_str());
  return 0;
}
