// What the library's decide files have in common: who may change a deal, whether a record that a
// command names may be touched, and the check of a new id.
//
// PURE. A refusal never repeats the text of a card.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {

// Off the record nothing is stored but the start and the end of the stage.
[[nodiscard]] std::optional<Refusal> check_on_record(const View& view);

// Whether the actor may add something to what the room works on now: the owner of the ask only
// reads in a listen-only stage, an observer waits until the stage opens the floor. Outside a
// session every member may.
[[nodiscard]] std::optional<Refusal> check_contributor(const View& view, const Context& context);

enum class DealRight {
  Owner,          // The deal's owner, or the owner of the ask.
  OwnerOrScribe,  // Also the session's scribe, who writes down what the owner says.
};

// The right to change a deal in the session of the view; in the library only its owner has it.
// TARGET_GONE when there is no such deal.
[[nodiscard]] std::optional<Refusal> check_deal_right(const View& view, std::string_view deal_id,
                                                      DealRight right, const Context& context);

// Whether a record may be named by a command: it is there and everybody may see it.
[[nodiscard]] std::optional<Refusal> check_target(const View& view, Kind kind, std::string_view id,
                                                  const Context& context);

// The id of a record to be made: the client's, when it is well-formed and free, or a new one.
[[nodiscard]] boost::system::result<std::string, Refusal> take_id(const View& view, Kind kind,
                                                                  const std::string& wanted,
                                                                  const Context& context);

// The day of a moment, in UTC, as YYYY-MM-DD.
[[nodiscard]] std::string date_of(std::int64_t at_ms);

}  // namespace swarmboard::board
