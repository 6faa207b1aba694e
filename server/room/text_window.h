// How the texts of one stream changed lately, so that a change that was made to an older text can
// be carried over to the one of now.
//
// Owner: Stream; single-threaded. Bounded by count and bytes; what is too old to be known is said
// so and never guessed. It follows the speculative head and forgets what is rolled back. After a
// load it knows what the tail behind the keyframe tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "server/board/apply.h"
#include "server/text/change.h"

namespace swarmboard::room {

class TextWindow {
 public:
  // Nothing is known of the time up to and with `seq`.
  void begin(std::uint64_t seq);
  // What this event did to the texts of records that were there before it. Events in order, every
  // one: also those that did nothing to any text.
  void note(std::uint64_t seq, std::span<const board::RecordChange> changes);
  // Events after `seq` never happened.
  void forget_after(std::uint64_t seq);

  // The changes of one text by the events after `seq`, oldest first. Nothing: not all are known,
  // there is no such event yet, or the record was removed since, so that one with its id now is
  // another one.
  [[nodiscard]] std::optional<std::vector<text::Change>> since(const board::RecordKey& record,
                                                               std::uint32_t field,
                                                               std::uint64_t seq) const;

  [[nodiscard]] std::uint64_t last_seq() const { return last_seq_; }

 private:
  struct Entry {
    std::uint64_t seq = 0;
    board::RecordKey record;
    std::uint32_t field = 0;             // 0: all of them.
    std::optional<text::Change> change;  // Nothing: the record was removed.
  };

  void note_texts(std::uint64_t seq, const board::RecordChange& change);
  void add(Entry entry);
  [[nodiscard]] static std::size_t bytes_of(const Entry& entry);

  std::deque<Entry> entries_;
  std::uint64_t known_after_ = 0;
  std::uint64_t last_seq_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace swarmboard::room
