// The state of a stream at a moment of its past, as the public saw it, from a keyframe and the
// units after it. A seek changes a few hundred of thousands of records: those are parsed and
// folded; all others pass from the keyframe into the answer as the bytes that they are.
//
// Owner: whoever reads; one thread. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "persistence/journal.h"
#include "server/board/state.h"
#include "server/room/fold.h"

namespace swarmboard::room {

class Past {
 public:
  // The start of a stream.
  Past() = default;
  // Nothing when the keyframe is of another version, does not parse or does not give its hash: the
  // log alone gives the same state.
  [[nodiscard]] static std::optional<Past> from(const persistence::KeyframeBytes& keyframe);

  [[nodiscard]] std::uint64_t seq() const { return fold_.seq; }

  [[nodiscard]] std::uint64_t chain() const { return fold_.chain; }

  [[nodiscard]] std::int64_t last_at_ms() const { return fold_.last_at_ms; }

  // As fold_unit.
  [[nodiscard]] boost::system::result<void, Damage> add(const persistence::Unit& unit,
                                                        std::uint64_t seq_max);

  // Bytes of repeated field Snapshot.records for the public, by ascending key.
  [[nodiscard]] std::string public_records() const;

 private:
  struct Stored {
    board::RecordRef key;    // Into the keyframe.
    std::string_view bytes;  // The record.
    bool is_public = false;
    bool is_folded = false;  // An event touched it: the fold has it, or it is gone.
  };

  static std::optional<Stored> look_at(std::string_view record);
  // Into the fold, if it is still as the keyframe has it.
  void take_out(const board::RecordRef& key);

  std::shared_ptr<const std::string> keyframe_;
  std::vector<Stored> stored_;  // By ascending key.
  Fold fold_;                   // Of the records that events touched.
};

}  // namespace swarmboard::room
