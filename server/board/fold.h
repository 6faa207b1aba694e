// From what a stream stored to its state: units in order, up to a sequence number. The same fold
// serves start-up, replay and the check of a journal. PURE.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include <boost/system/result.hpp>

#include "server/board/apply.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::board {

struct Folded {
  State state;
  std::uint64_t seq = 0;        // Of the last event folded.
  std::int64_t last_at_ms = 0;  // Its time.
};

inline constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

// Folds the unit's events with seq <= `to` onto `onto`; all lanes. Fails, and leaves `onto` as it
// was before the offending event, when a number is skipped, time falls or a patch does not fit.
[[nodiscard]] boost::system::result<void, Misfit> fold_unit(Folded& onto,
                                                            const v1::StoredUnit& unit,
                                                            std::uint64_t to = kToTheEnd);

// The same for one event and for what one audience received of it; `member` empty: the public.
[[nodiscard]] boost::system::result<void, Misfit> fold_event(Folded& onto,
                                                             const v1::StoredEvent& event);
[[nodiscard]] boost::system::result<void, Misfit> fold_event_for(Folded& onto,
                                                                 const v1::StoredEvent& event,
                                                                 const std::string& member);

}  // namespace swarmboard::board
