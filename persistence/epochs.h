// Epochs: which history of a stream a client's token belongs to. After a restore or an accepted
// loss the streams concerned go on in a new epoch, and every token of the old one is answered with
// a snapshot (EPOCH_CHANGED) instead of a tail that may not fit.
//
// How to raise: open the journal while nobody serves from it and call Journal::raise_epoch with the
// time, a sentence for the record and the streams (none named: every stream). It is durable when it
// answers; from then on Head::epoch of these streams is the new number, also when nothing is
// written after it. Journal::epochs lists all changes, for the start log and for `verify`.
//
// The number is the wall clock in ms, or one more than the last when that is larger: so two
// restores of the same backup do not get the same one.
//
//   key    := 'E' epoch[8 big-endian]                                (in the family of settings)
//   value  := at_ms[8] streams[4] (len[1] team len[1] stream)* why   (framed as in record.h)
//
// Pure values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/journal.h"

namespace swarmboard::persistence {

// Of a change that concerns more streams the names are left out: it then concerns every stream.
inline constexpr std::size_t kEpochStreamsMax = 10'000;
// Longer accounts are cut.
inline constexpr std::size_t kEpochWhyBytesMax = 64 * 1024;

// All changes of one journal.
class Epochs {
 public:
  // In the order of their numbers.
  void add(EpochChange change);

  // 1: never raised.
  [[nodiscard]] std::uint64_t of(const StreamName& name) const;
  [[nodiscard]] std::uint64_t last() const;

  // `change` with its number and within the limits.
  [[nodiscard]] EpochChange numbered(EpochChange change) const;

  // The head with the stream's epoch, where that is the newer one.
  [[nodiscard]] Head raised(const StreamName& name, Head head) const;

  [[nodiscard]] const std::vector<EpochChange>& changes() const { return changes_; }

 private:
  std::vector<EpochChange> changes_;
  std::uint64_t of_all_ = 1;
  std::map<StreamName, std::uint64_t> of_stream_;
};

[[nodiscard]] bool concerns(const EpochChange& change, std::string_view team);
// Whether every stream that it names can be one.
[[nodiscard]] bool has_good_names(const EpochChange& change);

inline constexpr const char* kEpochPrefix = "E";
[[nodiscard]] std::string epoch_key(std::uint64_t epoch);
[[nodiscard]] std::string encode_epoch(const EpochChange& change);
// `rest`: the key behind its prefix. Fails with JournalErrc::Damaged.
[[nodiscard]] Result<EpochChange> decode_epoch(std::string_view rest, std::string_view bytes);

}  // namespace swarmboard::persistence
