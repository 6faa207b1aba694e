// What must hold for any input. Like an assertion, but with a sentence: the fuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace swarmboard::fuzz {

inline void require(bool holds, const char* sentence) {
  if (!holds) {
    std::fprintf(stderr, "broken property: %s\n", sentence);
    std::abort();
  }
}

}  // namespace swarmboard::fuzz
