// How often a bench asked for memory. Linking this file replaces the program's operator new.
//
// For programs of one thread.
#pragma once

#include <cstdint>

namespace swarmboard::bench {

[[nodiscard]] std::uint64_t allocations();

}  // namespace swarmboard::bench
