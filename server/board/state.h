// The state of one stream: typed records by (kind, id). A value; copying is cheap because records
// are shared and never changed in place. Changed only by apply.h.
//
// PURE: no I/O, clock, random or log. Any thread, no sharing without a copy.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "swarmboard/v1/record.pb.h"

namespace swarmboard::board {

// Number of the record's body in the oneof of v1::Record.
using Kind = std::uint32_t;
using RecordPtr = std::shared_ptr<const v1::Record>;

struct RecordKey {
  Kind kind = 0;
  std::string id;
  auto operator<=>(const RecordKey&) const = default;
};

// A key to look up by, whose id is somebody else's.
struct RecordRef {
  Kind kind = 0;
  std::string_view id;
};

// Orders both alike: questions to a state are asked without a copy of the id.
struct RecordKeyLess {
  using is_transparent = void;

  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return a.kind != b.kind ? a.kind < b.kind : std::string_view(a.id) < std::string_view(b.id);
  }
};

// The oneof number of a body type: kind_of<v1::Note>() == v1::Record::kNote. Defined in kinds.h.
template <class Body>
constexpr Kind kind_of();
// The body of a record of that kind: body_of<v1::Note>(record). Precondition: the kinds agree.
template <class Body>
const Body& body_of(const v1::Record& record);

class State {
 public:
  using Records = std::map<RecordKey, RecordPtr, RecordKeyLess>;

  [[nodiscard]] RecordPtr find(Kind kind, std::string_view id) const;
  // The record with this id of whatever kind, the lowest kind first; null when there is none.
  [[nodiscard]] RecordPtr find_any(std::string_view id) const;

  // The body, or null. Valid until the state changes.
  template <class Body>
  [[nodiscard]] const Body* get(std::string_view id) const {
    const auto it = records_.find(RecordRef{kind_of<Body>(), id});
    return it == records_.end() ? nullptr : &body_of<Body>(*it->second);
  }

  // Calls fn(const std::string& id, const Body& body) for every record of a kind, by ascending id.
  template <class Body, class Fn>
  void each(Fn fn) const {
    for (auto it = records_.lower_bound(RecordRef{kind_of<Body>(), {}});
         it != records_.end() && it->first.kind == kind_of<Body>(); ++it) {
      fn(it->first.id, body_of<Body>(*it->second));
    }
  }

  void put(RecordPtr record);  // Only apply.cc and the loading of keyframes.
  void erase(const RecordKey& key);
  // Puts it there, or erases the key when there is none.
  void set(const RecordKey& key, RecordPtr record);

  [[nodiscard]] const Records& records() const { return records_; }

  [[nodiscard]] std::size_t size() const { return records_.size(); }

 private:
  Records records_;
};

}  // namespace swarmboard::board
