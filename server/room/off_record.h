// The cards of off-the-record stages: in memory until their stage ends, never journaled, logged or
// counted by person. A restart forgets them, by design.
//
// Owner: Stream. PURE; the team's thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/board/decide.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

class OffRecord {
 public:
  struct Place {
    std::string stage;
    std::string author;
  };

  // Writes the card, or changes it if it is the author's own. Returns the refusal, if any.
  [[nodiscard]] std::optional<board::Refusal> put(const Place& place,
                                                  const v1::SubmitOffRecord& submit);
  void forget(const std::string& stage);

  // All cards of the stage; the caller names stream and stage.
  [[nodiscard]] v1::OffRecordNotes notes_of(const std::string& stage) const;

  [[nodiscard]] bool empty() const { return stages_.empty(); }

 private:
  std::map<std::string, std::map<std::string, v1::Record>> stages_;
  std::size_t bytes_ = 0;
};

}  // namespace swarmboard::room
