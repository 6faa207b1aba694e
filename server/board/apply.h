// The fold step: a patch changes a state, by the field policies of the proto files. The same
// function exists in TypeScript (client-web/src/board/apply.ts); tests/vectors keep the two equal.
//
// Never MergeFrom: its traps (lost `false`, growing lists, merging members of a oneof, unknown
// fields) are described in docs/decisions and each has a test.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "server/board/state.h"

#include "swarmboard/v1/event.pb.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace swarmboard::board {

// What is wrong with a patch that does not fit its state. In a log it means damage or a bug of
// ours.
struct Misfit {
  std::string what;
};

// Applies all of it or nothing. Fails when an upsert without `create` or a removal names a record
// that is not there, or when a record is malformed.
[[nodiscard]] boost::system::result<void, Misfit> apply_patch(State& state, const v1::Patch& patch);

// What became of one record; null = absent.
struct RecordChange {
  RecordKey key;
  RecordPtr before;
  RecordPtr after;
  std::vector<v1::TextDelta> text;  // By which its texts changed in places.
};

// The same for several patches, one after the other, all of them or nothing. Uses the patches up.
// Tells what was changed, in the order in which it was: a record may be among it more than once.
[[nodiscard]] boost::system::result<std::vector<RecordChange>, Misfit> apply_patches(
    State& state, std::span<v1::Patch* const> patches);

// The text of a record in a field of its kind that holds text.
[[nodiscard]] std::string text_of(const v1::Record& record,
                                  const google::protobuf::FieldDescriptor& field);
// Puts whole texts in the place of an upsert's text deltas: for a stream whose copy of the record
// is not the one to which they were made. `after` is that record with the upsert applied.
void write_texts_whole(v1::Upsert& upsert, const v1::Record& after);

// Whether the merge of one record would leave another record than `record`. Both are of one kind.
[[nodiscard]] bool would_change(const v1::Record& record, const v1::Upsert& upsert);

// The merge of one record: clears, then the present fields, each by its policy. Unknown fields of
// the upsert are dropped.
void apply_upsert(v1::Record& record, const v1::Upsert& upsert);

// Sees a patch of an event before anything is applied, and may bring the records that it names into
// the state.
using BeforePatch = std::function<void(const v1::Patch&)>;

// Applies every part of a stored event, public first: the whole truth. What was changed is added to
// `changes`, when there is one.
[[nodiscard]] boost::system::result<void, Misfit> apply_stored(
    State& state, const v1::StoredEvent& event, const BeforePatch& before = {},
    std::vector<RecordChange>* changes = nullptr);

// Applies the parts that this audience received. `member` empty: the public only, as a replay shows
// it.
[[nodiscard]] boost::system::result<void, Misfit> apply_for(State& state,
                                                            const v1::StoredEvent& event,
                                                            const std::string& member);

}  // namespace swarmboard::board
