#include "server/room/keyframe.h"

#include <utility>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"

namespace swarmboard::room {
namespace {

// The hash is over the bytes of the records as they lie in the keyframe: writing each of them once
// more only to hash it would be half of the work.
boost::system::result<board::State, Damage> read_records(
    const std::vector<std::string_view>& records, std::uint64_t hash_wanted) {
  board::State state;
  board::StateHasher hasher;
  for (const std::string_view bytes : records) {
    auto record = std::make_shared<v1::Record>();
    if (!record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Damage{"a record of a keyframe does not parse"};
    }
    hasher.add(board::key_of(*record), bytes);
    state.put(std::move(record));
  }
  // Bytes in another order or form may stand for the same state.
  if (hasher.finish() != hash_wanted && board::state_hash(state) != hash_wanted) {
    return Damage{"a keyframe does not match its hash"};
  }
  return state;
}

}  // namespace

persistence::KeyframeBytes encode_keyframe(const std::string& stream, const Fold& fold,
                                           const std::vector<v1::ClientDedupe>& dedupe) {
  std::string records;
  board::StateHasher hasher;
  std::string bytes;
  for (const auto& [key, record] : fold.state.records()) {
    bytes.clear();
    record->AppendToString(&bytes);
    hasher.add(key, bytes);
    append_field(records, v1::Keyframe::kRecordsFieldNumber, bytes);
  }
  v1::Keyframe rest;
  rest.set_state_version(board::kStateVersion);
  rest.set_seq(fold.seq);
  rest.set_chain(fold.chain);
  rest.set_last_at_ms(fold.last_at_ms);
  rest.set_state_hash(hasher.finish());
  for (const v1::ClientDedupe& entry : dedupe) {
    *rest.add_dedupe() = entry;
  }
  rest.AppendToString(&records);
  return {stream, fold.seq, board::kStateVersion,
          std::make_shared<const std::string>(std::move(records))};
}

std::optional<KeyframeHead> read_keyframe_head(const persistence::KeyframeBytes& keyframe) {
  if (keyframe.bytes == nullptr) {
    return std::nullopt;
  }
  auto split = split_field(*keyframe.bytes, v1::Keyframe::kRecordsFieldNumber);
  KeyframeHead head;
  if (!split || !head.rest.ParseFromString(split->rest) ||
      head.rest.state_version() != board::kStateVersion || head.rest.seq() != keyframe.seq) {
    return std::nullopt;
  }
  head.records = std::move(split->fields);
  return head;
}

std::optional<LoadedKeyframe> decode_keyframe(const persistence::KeyframeBytes& keyframe) {
  const auto head = read_keyframe_head(keyframe);
  if (!head) {
    return std::nullopt;
  }
  auto state = read_records(head->records, head->rest.state_hash());
  if (!state) {
    return std::nullopt;
  }
  const v1::Keyframe& rest = head->rest;
  LoadedKeyframe loaded;
  loaded.fold.state = *std::move(state);
  loaded.fold.seq = rest.seq();
  loaded.fold.chain = rest.chain();
  loaded.fold.last_at_ms = rest.last_at_ms();
  loaded.dedupe.assign(rest.dedupe().begin(), rest.dedupe().end());
  return loaded;
}

}  // namespace swarmboard::room
