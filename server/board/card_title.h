// What the team room says a session is about. PURE.
#pragma once

#include <string>

#include "server/board/templates.h"

#include "swarmboard/v1/board_records.pb.h"

namespace swarmboard::board {

// Everybody in the team reads the card; what a pair talks about is not written on it.
[[nodiscard]] inline std::string card_title(const v1::Session& session,
                                            v1::ReplayAudience audience) {
  const Template* origin = find_template(session.template_id());
  if (audience == v1::REPLAY_AUDIENCE_PAIR && origin != nullptr) {
    return std::string(origin->name);
  }
  return session.topic().title();
}

}  // namespace swarmboard::board
