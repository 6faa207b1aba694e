// A stream's state at a position as bytes, with the dedupe memory: what loading starts from. A
// disposable cache; a bad one is ignored and the log wins. PURE; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/journal.h"
#include "server/room/fold.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {

[[nodiscard]] persistence::KeyframeBytes encode_keyframe(
    const std::string& stream, const Fold& fold, const std::vector<v1::ClientDedupe>& dedupe);

struct LoadedKeyframe {
  Fold fold;
  std::vector<v1::ClientDedupe> dedupe;
};

// A keyframe whose records are still the bytes that they were; nothing is checked against the hash.
struct KeyframeHead {
  std::vector<std::string_view> records;  // Into the keyframe.
  v1::Keyframe rest;                      // All but the records.
};

// Nothing when it does not parse or is of another version.
[[nodiscard]] std::optional<KeyframeHead> read_keyframe_head(
    const persistence::KeyframeBytes& keyframe);

// Nothing when it does not parse, is of another version or its records do not give its hash.
[[nodiscard]] std::optional<LoadedKeyframe> decode_keyframe(
    const persistence::KeyframeBytes& keyframe);

}  // namespace swarmboard::room
