#include "persistence/rocksdb_survey.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>
#include <vector>
#include <xxhash.h>

#include "persistence/errc.h"
#include "persistence/keys.h"
#include "persistence/rocksdb_copy.h"
#include "persistence/rocksdb_folder.h"
#include "persistence/rocksdb_store.h"
#include "persistence/stream_ends.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;
using Family = ReadableCopy::Family;

// Takes what is whole, batch by batch, into a new store. Without a store it takes nothing.
class Sink {
 public:
  explicit Sink(RocksDbStore* store) : store_(store) {}

  void put(Family family, std::string_view key, std::string_view value) {
    if (store_ == nullptr || !status_.ok()) {
      return;
    }
    rocksdb::ColumnFamilyHandle* handle = family == Family::Log         ? store_->log()
                                          : family == Family::Keyframes ? store_->keyframes()
                                                                        : store_->meta();
    status_ = batch_.Put(handle, rocksdb::Slice(key.data(), key.size()),
                         rocksdb::Slice(value.data(), value.size()));
    if (status_.ok() && batch_.GetDataSize() >= kBatchBytes) {
      flush();
    }
  }

  // Empty, or why not everything was written.
  [[nodiscard]] std::string finish() {
    if (store_ != nullptr && status_.ok()) {
      flush();
    }
    return status_.ok() ? std::string() : status_.ToString();
  }

 private:
  static constexpr std::size_t kBatchBytes = 1024 * 1024;

  void flush() {
    status_ = store_->write(batch_);
    batch_.Clear();
  }

  RocksDbStore* store_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status status_;
};

// Walks a copy and notes what is missing.
class Surveyor {
 public:
  Surveyor(const ReadableCopy& copy, const KnownEnds& ends, DamageReport& report, Sink& sink)
      : copy_(copy), ends_(ends), report_(report), sink_(sink) {}

  void walk() {
    copy_.each(Family::Log, landmarks(),
               [this](std::string_view key, std::string_view value) { see_unit(key, value); });
    copy_.each(Family::Keyframes, {},
               [this](std::string_view key, std::string_view value) { see_keyframe(key, value); });
    report_.values_unreadable +=
        copy_.each(Family::Meta, {},
                   [this](std::string_view key, std::string_view value) { see_value(key, value); });
    compare_with_ends();
  }

  // The mark of a store that goes on from here: above everything that was ever given.
  [[nodiscard]] CommitMark next_mark() const {
    CommitMark mark;
    mark.commit_no =
        std::max({report_.acknowledged.commit_no, report_.found.commit_no, newest_commit_});
    mark.writes = std::max(report_.acknowledged.writes, report_.found.writes) + 1;
    mark.chain = XXH3_64bits_withSeed("salvaged", 8, report_.found.chain);
    return mark;
  }

 private:
  struct Progress {
    std::uint64_t whole_to = 0;
    std::uint64_t chain = 0;
    std::uint64_t known_to = 0;
    std::uint64_t set_aside = 0;
    bool broken = false;
  };

  // Keys at which a stream may be met again behind a place that cannot be read.
  [[nodiscard]] std::vector<std::string> landmarks() const {
    std::vector<std::string> keys;
    for (const auto& [name, end] : ends_.ends) {
      for (int bits = 0; bits < 64 && end.seq >> bits != 0; bits += 4) {
        keys.push_back(log_key(name, std::uint64_t{1} << bits));
      }
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  void see_unit(std::string_view key, std::string_view value) {
    const auto position = parse_log_key(key);
    if (!position) {
      ++report_.values_unreadable;
      return;
    }
    Progress& stream = streams_[position->name];
    const auto frame = decode_unit(key, value);
    if (!frame || frame->unit.count == 0 || frame->unit.first_seq != position->first_seq) {
      stream.broken = true;
      stream.known_to = std::max(stream.known_to, position->first_seq);
      return;
    }
    const Unit& unit = frame->unit;
    newest_commit_ = std::max(newest_commit_, frame->commit_no);
    stream.known_to = unit.first_seq + unit.count - 1;
    stream.broken =
        stream.broken || unit.first_seq != stream.whole_to + 1 || unit.chain_before != stream.chain;
    if (stream.broken) {
      stream.set_aside += unit.count;
      return;
    }
    stream.whole_to = stream.known_to;
    stream.chain = unit.chain_after;
    report_.events_readable += unit.count;
    sink_.put(Family::Log, key, value);
  }

  // A keyframe of events that are not whole would hide the gap.
  void see_keyframe(std::string_view key, std::string_view value) {
    std::string_view rest = key;
    const auto name = take_name(rest);
    const auto position =
        name ? parse_keyframe_key(key, name_key(*name)) : std::optional<KeyframePosition>();
    if (!position || !decode_value(key, value)) {
      ++report_.keyframes_unreadable;
      return;
    }
    const auto stream = streams_.find(*name);
    if (stream != streams_.end() && position->seq <= stream->second.whole_to) {
      sink_.put(Family::Keyframes, key, value);
    }
  }

  void see_value(std::string_view key, std::string_view value) {
    if (key == RocksDbStore::kCommitKey) {
      const auto mark = decode_commit(key, value);
      if (mark && mark->writes > report_.found.writes) {
        report_.found = *mark;
      }
    } else if (decode_value(key, value)) {
      sink_.put(Family::Meta, key, value);
    } else {
      ++report_.values_unreadable;
    }
  }

  void compare_with_ends() {
    for (const auto& [name, end] : ends_.ends) {
      Progress& stream = streams_[name];
      stream.known_to = std::max(stream.known_to, end.seq);
    }
    report_.ends_known = ends_.bytes > 0 && report_.acknowledged.writes > 0 &&
                         ends_.commit_no >= report_.acknowledged.commit_no;
    for (const auto& [name, stream] : streams_) {
      report_.streams_readable += stream.whole_to > 0 ? 1 : 0;
      if (stream.whole_to < stream.known_to) {
        report_.streams.push_back({name, stream.whole_to, stream.known_to, stream.set_aside});
      }
    }
  }

  const ReadableCopy& copy_;
  const KnownEnds& ends_;
  DamageReport& report_;
  Sink& sink_;
  std::map<StreamName, Progress> streams_;
  std::uint64_t newest_commit_ = 0;
};

std::string write_mark(RocksDbStore& store, const CommitMark& mark) {
  rocksdb::WriteBatch batch;
  rocksdb::Status status = batch.Put(store.meta(), RocksDbStore::kCommitKey,
                                     encode_commit(RocksDbStore::kCommitKey, mark));
  if (status.ok()) {
    status = store.write(batch);
  }
  return status.ok() ? std::string() : status.ToString();
}

// `store` may be null: then nothing is written.
std::string read_all(const std::string& folder, RocksDbStore* store, DamageReport& report,
                     CommitMark& next_mark) {
  std::string why_not;
  const auto copy = ReadableCopy::make(store_folder(folder), folder + "/survey", why_not);
  if (copy == nullptr) {
    return why_not;
  }
  const KnownEnds ends = StreamEnds::read(ends_file(folder));
  Sink sink(store);
  Surveyor surveyor(*copy, ends, report, sink);
  surveyor.walk();
  report.surveyed = true;
  next_mark = surveyor.next_mark();
  return sink.finish();
}

}  // namespace

void survey_damage(const std::string& folder, DamageReport& report) {
  CommitMark unused;
  if (const std::string why_not = read_all(folder, nullptr, report, unused); !why_not.empty()) {
    report.reason += " What is left cannot be surveyed: " + why_not + ".";
  }
}

std::string salvage(const std::string& folder, const std::string& to, DamageReport& report) {
  std::error_code error;
  fs::remove_all(to, error);
  fs::create_directories(to, error);
  if (error) {
    return "the folder " + to + " cannot be made: " + error.message();
  }
  RocksDbStore::Opened opened = RocksDbStore::open(store_folder(to), nullptr);
  if (!opened.store) {
    return opened.detail;
  }
  CommitMark mark;
  std::string problem = read_all(folder, opened.store.get(), report, mark);
  if (problem.empty()) {
    problem = write_mark(*opened.store, mark);
  }
  if (problem.empty()) {
    const auto failed = begin_folder(to, mark);
    problem = failed ? "the folder " + to + " cannot be written: " + failed.message() : "";
  }
  return problem;
}

}  // namespace swarmboard::persistence
