#include "server/room/past.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "server/board/kinds.h"
#include "server/board/snapshot.h"
#include "server/room/keyframe.h"

namespace swarmboard::room {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr board::RecordKeyLess kLess;

}  // namespace

// Which record it is and whether everybody sees it, without building it.
std::optional<Past::Stored> Past::look_at(std::string_view record) {
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(record.data()),
                      static_cast<int>(record.size()));
  Stored stored{{}, record, true, false};
  while (const std::uint32_t tag = in.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    int length = 0;
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
        !in.ReadVarintSizeAsInt(&length)) {
      return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (!in.Skip(length)) {
      return std::nullopt;
    }
    if (field == v1::Record::kIdFieldNumber) {
      stored.key.id = record.substr(at, static_cast<std::size_t>(length));
    } else if (field == v1::Record::kOnlyForFieldNumber) {
      stored.is_public = false;
    } else {
      stored.key.kind = static_cast<board::Kind>(field);
    }
  }
  const bool is_whole = in.ConsumedEntireMessage() && !stored.key.id.empty();
  return is_whole && !board::kind_name(stored.key.kind).empty() ? std::optional(stored)
                                                                : std::nullopt;
}

std::optional<Past> Past::from(const persistence::KeyframeBytes& keyframe) {
  const auto head = read_keyframe_head(keyframe);
  if (!head) {
    return std::nullopt;
  }
  Past past;
  past.keyframe_ = keyframe.bytes;
  past.stored_.reserve(head->records.size());
  board::StateHasher hasher;
  for (const std::string_view bytes : head->records) {
    const auto stored = look_at(bytes);
    if (!stored || (!past.stored_.empty() && !kLess(past.stored_.back().key, stored->key))) {
      return std::nullopt;
    }
    hasher.add({stored->key.kind, std::string(stored->key.id)}, bytes);
    past.stored_.push_back(*stored);
  }
  if (hasher.finish() != head->rest.state_hash()) {
    return std::nullopt;
  }
  past.fold_.seq = head->rest.seq();
  past.fold_.chain = head->rest.chain();
  past.fold_.last_at_ms = head->rest.last_at_ms();
  return past;
}

// Its bytes were hashed: what does not parse is no damage of the disk, and then it is missing,
// which the fold reports.
void Past::take_out(const board::RecordRef& key) {
  const auto found = std::partition_point(
      stored_.begin(), stored_.end(), [&](const Stored& stored) { return kLess(stored.key, key); });
  if (found == stored_.end() || kLess(key, found->key) || found->is_folded) {
    return;
  }
  auto record = std::make_shared<v1::Record>();
  if (record->ParseFromArray(found->bytes.data(), static_cast<int>(found->bytes.size()))) {
    found->is_folded = true;
    fold_.state.put(std::move(record));
  }
}

boost::system::result<void, Damage> Past::add(const persistence::Unit& unit,
                                              std::uint64_t seq_max) {
  FoldWatch watch;
  if (!stored_.empty()) {
    watch.before_patch = [this](const v1::Patch& patch) {
      for (const v1::Upsert& upsert : patch.upsert()) {
        take_out({board::kind_of_record(upsert.record()), upsert.record().id()});
      }
      for (const v1::RecordId& target : patch.remove()) {
        take_out({target.kind(), target.id()});
      }
    };
  }
  return fold_unit(fold_, unit, watch, seq_max);
}

std::string Past::public_records() const {
  std::string bytes;
  bytes.reserve(keyframe_ == nullptr ? 0 : keyframe_->size());
  const auto& folded = fold_.state.records();
  auto next = folded.begin();
  const auto append_folded_before = [&](const board::RecordRef* key) {
    for (; next != folded.end() && (key == nullptr || kLess(next->first, *key)); ++next) {
      if (board::is_visible(*next->second, {})) {
        append_field(bytes, v1::Snapshot::kRecordsFieldNumber, next->second->SerializeAsString());
      }
    }
  };
  for (const Stored& stored : stored_) {
    append_folded_before(&stored.key);
    if (stored.is_public && !stored.is_folded) {
      append_field(bytes, v1::Snapshot::kRecordsFieldNumber, stored.bytes);
    }
  }
  append_folded_before(nullptr);
  return bytes;
}

}  // namespace swarmboard::room
