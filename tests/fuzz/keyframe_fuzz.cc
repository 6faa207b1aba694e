// A keyframe is a cache: accepted only when its records give its hash, ignored otherwise; what is
// accepted encodes to itself. Its dedupe memory is loaded as a joining client would meet it.
#include <cstdint>
#include <memory>
#include <string>

#include "server/board/snapshot.h"
#include "server/room/dedupe.h"
#include "server/room/keyframe.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {
namespace {

using fuzz::require;

void check_dedupe(const std::vector<v1::ClientDedupe>& entries) {
  Dedupe dedupe;
  for (const v1::ClientDedupe& entry : entries) {
    dedupe.load(entry);
  }
  Dedupe again;
  for (const v1::ClientDedupe& entry : dedupe.logged()) {
    require(entry.last_cmd_no() != 0, "a client of a keyframe has done something");
    again.load(entry);
  }
  for (const v1::ClientDedupe& entry : entries) {
    const auto& client = entry.client_id();
    const auto next = dedupe.last_released(client) + 1;
    require(dedupe.last_released(client) == again.last_released(client),
            "a keyframe keeps what a client may know");
    require(dedupe.judge(client, next, 0).judged == again.judge(client, next, 0).judged,
            "a keyframe keeps how a number is judged");
  }
}

std::optional<LoadedKeyframe> decode(std::string bytes, std::uint64_t seq) {
  return decode_keyframe(
      {"s", seq, board::kStateVersion, std::make_shared<const std::string>(std::move(bytes))});
}

void check_accepted(const LoadedKeyframe& loaded) {
  const auto encoded = encode_keyframe("s", loaded.fold, loaded.dedupe);
  const auto again = decode_keyframe(encoded);
  require(again.has_value(), "what is encoded is accepted");
  require(again->fold.seq == loaded.fold.seq && again->fold.chain == loaded.fold.chain &&
              again->fold.last_at_ms == loaded.fold.last_at_ms &&
              board::state_hash(again->fold.state) == board::state_hash(loaded.fold.state),
          "encode(decode(x)) is the same state");
  check_dedupe(loaded.dedupe);
}

}  // namespace
}  // namespace swarmboard::room

SWARMBOARD_MUTATES(swarmboard::v1::Keyframe)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace swarmboard;  // NOLINT(google-build-using-namespace): one function.
  v1::Keyframe keyframe;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const bool parses = keyframe.ParseFromString(bytes);
  const auto loaded = room::decode(bytes, keyframe.seq());
  fuzz::require(!loaded || parses, "what does not parse is ignored");
  if (loaded) {
    room::check_accepted(*loaded);
    fuzz::require(!room::decode(bytes, keyframe.seq() + 1),
                  "a keyframe of another place is ignored");
  }
  if (!parses) {
    return 0;
  }
  // The same records under a hash that fits.
  board::State state;
  for (const v1::Record& record : keyframe.records()) {
    state.put(std::make_shared<const v1::Record>(record));
  }
  keyframe.set_state_version(board::kStateVersion);
  keyframe.set_state_hash(board::state_hash(state));
  const auto honest = room::decode(keyframe.SerializeAsString(), keyframe.seq());
  fuzz::require(honest.has_value(), "a keyframe whose hash fits is accepted");
  room::check_accepted(*honest);
  keyframe.set_state_hash(keyframe.state_hash() + 1);
  fuzz::require(!room::decode(keyframe.SerializeAsString(), keyframe.seq()),
                "a keyframe whose hash does not fit is ignored");
  return 0;
}
