// State to bytes and back: keyframes (all lanes, with the dedupe memory) and snapshots (one
// audience). Also the hash that proves two states equal, in C++ and TypeScript alike. PURE.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "server/board/apply.h"
#include "server/board/state.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::board {

// Raised when the meaning of stored records changes; keyframes of another version are ignored.
inline constexpr std::uint32_t kStateVersion = 1;

// First eight bytes, little-endian, of SHA-256 over the records by ascending (kind, id), each as
// u32le kind, u32le length and bytes of the id, u32le length and bytes of the record serialized
// with its fields in ascending order and without unknown fields.
[[nodiscard]] std::uint64_t state_hash(const State& state);

// The same hash for whoever has the records' bytes at hand.
class StateHasher {
 public:
  StateHasher();
  ~StateHasher();
  StateHasher(const StateHasher&) = delete;
  StateHasher& operator=(const StateHasher&) = delete;

  // In ascending order of the keys.
  void add(const RecordKey& key, std::string_view record_bytes);
  // Once.
  [[nodiscard]] std::uint64_t finish();

 private:
  struct Digest;
  std::unique_ptr<Digest> digest_;
};

// True when the member receives the record. An empty member is the public.
[[nodiscard]] bool is_visible(const v1::Record& record, const std::string& member);

// The part of the state that an audience sees.
[[nodiscard]] State visible_to(const State& state, const std::string& member);

// Bytes of repeated field Snapshot.records for the public, and for what a member sees beyond it;
// the two concatenated with a header (seq, chain, last_at_ms) are a serialized Snapshot.
[[nodiscard]] std::string encode_public_records(const State& state);
[[nodiscard]] std::string encode_private_records(const State& state, const std::string& member);

// Sets state_version, state_hash and the records, all lanes; the caller adds the rest.
void fill_keyframe(v1::Keyframe& keyframe, const State& state);
// Fails when the keyframe is of another state version or does not match its hash: it is a cache,
// so the caller folds from an earlier one or from the start.
[[nodiscard]] boost::system::result<State, Misfit> read_keyframe(const v1::Keyframe& keyframe);

// A state with these records, without their unknown fields.
[[nodiscard]] State state_of(const google::protobuf::RepeatedPtrField<v1::Record>& records);

}  // namespace swarmboard::board
