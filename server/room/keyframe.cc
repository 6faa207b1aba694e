#include "server/room/keyframe.h"

#include <utility>

#include "server/board/snapshot.h"

namespace swarmboard::room {

persistence::KeyframeBytes encode_keyframe(const std::string& stream, const Fold& fold,
                                           const std::vector<v1::ClientDedupe>& dedupe) {
  v1::Keyframe keyframe;
  keyframe.set_state_version(board::kStateVersion);
  keyframe.set_seq(fold.seq);
  keyframe.set_chain(fold.chain);
  keyframe.set_last_at_ms(fold.last_at_ms);
  keyframe.set_state_hash(board::state_hash(fold.state));
  for (const auto& [key, record] : fold.state.records()) {
    *keyframe.add_records() = *record;
  }
  for (const v1::ClientDedupe& entry : dedupe) {
    *keyframe.add_dedupe() = entry;
  }
  return {stream, fold.seq, board::kStateVersion,
          std::make_shared<const std::string>(keyframe.SerializeAsString())};
}

std::optional<LoadedKeyframe> decode_keyframe(const persistence::KeyframeBytes& bytes) {
  v1::Keyframe keyframe;
  if (bytes.bytes == nullptr || !keyframe.ParseFromString(*bytes.bytes) ||
      keyframe.state_version() != board::kStateVersion || keyframe.seq() != bytes.seq) {
    return std::nullopt;
  }
  LoadedKeyframe loaded;
  loaded.fold.seq = keyframe.seq();
  loaded.fold.chain = keyframe.chain();
  loaded.fold.last_at_ms = keyframe.last_at_ms();
  for (v1::Record& record : *keyframe.mutable_records()) {
    loaded.fold.state.put(std::make_shared<const v1::Record>(std::move(record)));
  }
  if (board::state_hash(loaded.fold.state) != keyframe.state_hash()) {
    return std::nullopt;
  }
  loaded.dedupe.assign(keyframe.dedupe().begin(), keyframe.dedupe().end());
  return loaded;
}

}  // namespace swarmboard::room
