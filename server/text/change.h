// Changes of one flat text, and the algebra that lets several people make them at once.
//
// A change walks over the whole text from its beginning: keep, remove, insert. Of two changes that
// were made to the same text, the one that is earlier in the log stands first where both insert at
// one place (Side::Left); one transformation is enough, because the server is the only one who says
// what is earlier. Sources: Ellis and Gibbs, "Concurrency Control in Groupware Systems" (1989) for
// the idea; the meaning at equal places is that of CodeMirror's ChangeSet for changes whose
// insertions and removals are separate, which the clients use (tests/vectors/text.jsonl).
//
// PURE, no shared state. Lengths and places are UTF-16 code units; texts are valid UTF-8. A place
// inside a surrogate pair is no place: what would cut one does not fit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "swarmboard/v1/text.pb.h"

namespace swarmboard::text {

struct Part {
  enum class Kind : std::uint8_t { Keep, Remove, Insert };

  Kind kind = Kind::Keep;
  std::uint32_t units = 0;
  std::string inserted;  // Of an Insert; as long as `units` says.

  bool operator==(const Part&) const = default;
};

// Neighbours are of different kinds and none is empty; only the functions below append.
struct Change {
  std::vector<Part> parts;

  void keep(std::uint32_t units);
  void remove(std::uint32_t units);
  void insert(std::string_view text);

  [[nodiscard]] std::uint32_t length_before() const;
  [[nodiscard]] std::uint32_t length_after() const;
  [[nodiscard]] bool changes_nothing() const;
  [[nodiscard]] std::size_t bytes() const;  // Of what it inserts.

  bool operator==(const Change&) const = default;
};

enum class Side { Left, Right };

// What is wrong with something that came from outside, as a sentence without any of its text.
struct Problem {
  std::string what;
};

// Reads a change from outside: no empty part, not too many, nothing inserted that is not text
// (control characters other than line feed and tab, lone surrogates cannot be in UTF-8).
[[nodiscard]] boost::system::result<Change, Problem> read(const v1::TextChange& given);
[[nodiscard]] v1::TextChange write(const Change& change);

// Nothing: the change is for a text of another length, or cuts a surrogate pair.
[[nodiscard]] std::optional<std::string> changed(std::string_view text, const Change& change);

// The change as it is to be made after `over`; both were made to one text. `side` says where the
// change's own insertions stand when `over` inserts at the same place.
// Precondition: both have the same length_before().
[[nodiscard]] Change transform(const Change& change, const Change& over, Side side);

// Both, one after the other, as one. Precondition: second.length_before() is first.length_after().
[[nodiscard]] Change compose(const Change& first, const Change& second);

// What takes it back. Precondition: the change fits the text.
[[nodiscard]] Change invert(const Change& change, std::string_view text);

// From one text to another by one replacement between their longest common beginning and end, as
// the clients see a text that was replaced as a whole.
[[nodiscard]] Change difference(std::string_view before, std::string_view after);

}  // namespace swarmboard::text
