// What happens when an allocation fails: the process ends at once, at that place, with a sentence.
//
// A half-carried-out command must not be seen by anybody, and there is no memory to clean up with.
// Ending is the same as being killed: what was acknowledged is on disk, the rest is decided anew
// after the restart (docs/decisions).
#pragma once

namespace swarmboard::app {

inline constexpr int kExitOutOfMemory = 71;

// For the whole process and for good. Before the first thread.
void end_when_out_of_memory();

}  // namespace swarmboard::app
