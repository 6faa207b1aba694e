#include <iostream>

#include "tests/faults/kinds.h"

namespace swarmboard::faults {

std::uint64_t report(const std::string& kind, std::uint64_t seed, const std::string& figures,
                     const Ground& ground) {
  const bool failed = !ground.findings().empty();
  std::cout << kind << " seed " << seed << ": " << figures << (failed ? "; FOUND" : "; ok") << '\n';
  for (const std::string& finding : ground.findings()) {
    std::cout << "  " << finding << '\n';
  }
  if (failed) {
    std::cout << "  kept in " << ground.folder().string() << '\n';
  }
  std::cout << std::flush;
  return failed ? 1 : 0;
}

}  // namespace swarmboard::faults
