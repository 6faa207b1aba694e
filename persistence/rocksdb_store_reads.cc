// The reads of the store: each from one iterator, so that a page and its head belong together.
#include <algorithm>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_options.h"
#include "persistence/rocksdb_store.h"

namespace swarmboard::persistence {
namespace {

boost::system::error_code error_of(const rocksdb::Status& status) {
  if (status.ok()) {
    return {};
  }
  return status.IsCorruption() ? JournalErrc::Damaged : JournalErrc::Io;
}

// The unit under the iterator, if it is whole and lies where its key says.
Result<StoredUnitFrame> unit_at(const rocksdb::Iterator& it, const StreamName& name) {
  const std::string_view key = it.key().ToStringView();
  auto frame = decode_unit(key, it.value().ToStringView());
  if (!frame) {
    return frame;
  }
  if (frame->unit.count == 0 || log_key(name, frame->unit.first_seq) != key) {
    return make_error_code(JournalErrc::Damaged);
  }
  frame->unit.stream = name.stream;
  return frame;
}

Result<Head> head_from(rocksdb::Iterator& it, const StreamName& name, const std::string& prefix) {
  it.SeekForPrev(log_key(name, UINT64_MAX));
  if (!it.Valid() || !it.key().starts_with(prefix)) {
    const auto error = error_of(it.status());
    return error ? Result<Head>(error) : Result<Head>(Head{});
  }
  const auto frame = unit_at(it, name);
  if (!frame) {
    return frame.error();
  }
  return Head{frame->epoch, frame->unit.first_seq + frame->unit.count - 1, frame->unit.chain_after};
}

// Whether `unit` may stand behind those that are on the page.
bool continues(const std::vector<Unit>& page, const Unit& unit, std::uint64_t from) {
  if (page.empty()) {
    return unit.first_seq <= from && from < unit.first_seq + unit.count;
  }
  return unit.first_seq == page.back().first_seq + page.back().count &&
         unit.chain_before == page.back().chain_after;
}

}  // namespace

std::unique_ptr<rocksdb::Iterator> RocksDbStore::iterate(
    rocksdb::ColumnFamilyHandle* family) const {
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(verified_reads(), family));
}

Result<CommitMark> RocksDbStore::last_commit() const {
  std::string value;
  const rocksdb::Status status = db_->Get(verified_reads(), meta(), kCommitKey, &value);
  if (status.IsNotFound()) {
    return CommitMark{};
  }
  if (!status.ok()) {
    return error_of(status);
  }
  return decode_commit(kCommitKey, value);
}

boost::system::error_code RocksDbStore::load_epochs() {
  const auto stored = entries(kEpochPrefix);
  if (!stored) {
    return stored.error();
  }
  Epochs epochs;
  for (const SealedEntry& entry : *stored) {
    auto change = decode_epoch(entry.id, entry.value);
    if (!change) {
      return change.error();
    }
    epochs.add(*std::move(change));
  }
  const std::lock_guard lock(mutex_);
  epochs_ = std::make_shared<const Epochs>(std::move(epochs));
  return {};
}

void RocksDbStore::adopt(const EpochChange& change) {
  Epochs epochs = *this->epochs();
  epochs.add(change);
  const std::lock_guard lock(mutex_);
  epochs_ = std::make_shared<const Epochs>(std::move(epochs));
}

std::shared_ptr<const Epochs> RocksDbStore::epochs() const {
  const std::lock_guard lock(mutex_);
  return epochs_;
}

Result<Head> RocksDbStore::head(const StreamName& name) const {
  const auto end = head_from(*iterate(log()), name, name_key(name));
  return end ? epochs()->raised(name, *end) : end;
}

Result<UnitPage> RocksDbStore::read(const StreamName& name, std::uint64_t from,
                                    ReadLimits limits) const {
  UnitPage page;
  const std::string prefix = name_key(name);
  const auto it = iterate(log());
  const auto end = head_from(*it, name, prefix);
  if (!end) {
    return end.error();
  }
  page.head = epochs()->raised(name, *end);
  from = std::max<std::uint64_t>(from, 1);
  if (from > end->seq || from > limits.seq_max) {
    return page;
  }
  std::size_t bytes = 0;
  for (it->SeekForPrev(log_key(name, from)); it->Valid() && it->key().starts_with(prefix);
       it->Next()) {
    auto frame = unit_at(*it, name);
    if (!frame) {
      return frame.error();
    }
    if (!page.units.empty() && frame->unit.first_seq > limits.seq_max) {
      return page;
    }
    if (!continues(page.units, frame->unit, from)) {
      return make_error_code(JournalErrc::Damaged);
    }
    bytes += frame->unit.payload->size();
    if (!page.units.empty() &&
        (bytes > limits.bytes_max || page.units.size() >= limits.units_max)) {
      return page;
    }
    page.units.push_back(std::move(frame->unit));
  }
  if (const auto error = error_of(it->status())) {
    return error;
  }
  const bool reaches_head =
      !page.units.empty() && page.units.back().first_seq + page.units.back().count == end->seq + 1;
  return reaches_head ? Result<UnitPage>(std::move(page)) : make_error_code(JournalErrc::Damaged);
}

Result<std::optional<KeyframeBytes>> RocksDbStore::keyframe_at(const StreamName& name,
                                                               std::uint64_t seq_max,
                                                               std::uint32_t state_version) const {
  const std::string prefix = name_key(name);
  const auto it = iterate(keyframes());
  // The largest key with this seq is the one of version 0xffffffff, whatever the byte order.
  for (it->SeekForPrev(keyframe_key(name, seq_max, UINT32_MAX));
       it->Valid() && it->key().starts_with(prefix); it->Prev()) {
    const auto position = parse_keyframe_key(it->key().ToStringView(), prefix);
    const auto bytes = decode_value(it->key().ToStringView(), it->value().ToStringView());
    if (position && position->state_version == state_version && bytes) {
      return std::optional<KeyframeBytes>(
          {name.stream, position->seq, state_version, std::make_shared<const std::string>(*bytes)});
    }
  }
  const auto error = error_of(it->status());
  return error ? Result<std::optional<KeyframeBytes>>(error) : std::optional<KeyframeBytes>();
}

Result<std::vector<KeyframePosition>> RocksDbStore::keyframe_positions(
    const StreamName& name) const {
  std::vector<KeyframePosition> found;
  const std::string prefix = name_key(name);
  const auto it = iterate(keyframes());
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    if (const auto position = parse_keyframe_key(it->key().ToStringView(), prefix)) {
      found.push_back(*position);
    }
  }
  const auto error = error_of(it->status());
  return error ? Result<std::vector<KeyframePosition>>(error) : std::move(found);
}

Result<std::vector<SealedEntry>> RocksDbStore::entries(std::string_view prefix) const {
  std::vector<SealedEntry> found;
  const auto it = iterate(meta());
  const rocksdb::Slice begin(prefix.data(), prefix.size());
  for (it->Seek(begin); it->Valid() && it->key().starts_with(begin); it->Next()) {
    const std::string_view key = it->key().ToStringView();
    const auto bytes = decode_value(key, it->value().ToStringView());
    if (!bytes) {
      return bytes.error();
    }
    found.push_back({std::string(key.substr(prefix.size())), std::string(*bytes)});
  }
  const auto error = error_of(it->status());
  return error ? Result<std::vector<SealedEntry>>(error) : std::move(found);
}

Result<std::vector<std::string>> RocksDbStore::names(const std::string& team) const {
  std::vector<std::string> found;
  const auto it = iterate(log());
  const std::string prefix = team.empty() ? std::string() : team_key(team);
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix);) {
    const auto position = parse_log_key(it->key().ToStringView());
    if (!position) {
      return make_error_code(JournalErrc::Damaged);
    }
    found.push_back(team.empty() ? position->name.team : position->name.stream);
    // Skip the rest of this name: one seek each, whatever the length of the stream.
    it->Seek(after_prefix(team.empty() ? team_key(position->name.team) : name_key(position->name)));
  }
  if (const auto error = error_of(it->status())) {
    return error;
  }
  // Keys are in order of length first.
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace swarmboard::persistence
