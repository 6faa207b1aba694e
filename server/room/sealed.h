// The anonymous cards of one session that wait for their reveal, by stage. Keyed by their random
// ids alone: no author, client, order or time is kept, and nothing here counts or logs.
//
// Owner: Stream (one speculative and one durable copy). PURE; the team's thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/board/decide.h"

#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

class SealedCards {
 public:
  using Bucket = std::map<std::string, v1::SealedNote>;

  [[nodiscard]] const Bucket* find(const std::string& stage) const;

  void put(const std::string& stage, const std::string& id, v1::SealedNote note) {
    buckets_[stage][id] = std::move(note);
  }

  void drop(const std::string& stage) { buckets_.erase(stage); }

  [[nodiscard]] bool empty() const { return buckets_.empty(); }

  // All cards of all stages, by id.
  [[nodiscard]] std::vector<board::SealedCard> all() const;
  [[nodiscard]] std::uint32_t count(const std::string& stage) const;

  [[nodiscard]] const std::map<std::string, Bucket>& buckets() const { return buckets_; }

 private:
  std::map<std::string, Bucket> buckets_;
};

inline constexpr std::size_t kSealedStepBytes = 1024;

// The note as it lies in the journal: filled up to the next step, so that its size says little.
[[nodiscard]] v1::SealedNote seal(const v1::SubmitAnonymous& submit);
[[nodiscard]] bool has_right(const v1::SealedNote& note, const std::string& secret);
// Random bytes as a name that may be a record id.
[[nodiscard]] std::string hex_of(const std::string& bytes);

}  // namespace swarmboard::room
