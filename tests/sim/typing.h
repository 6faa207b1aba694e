// What a simulated person's page knows of the texts that they are typing in: one change under way,
// the rest kept together behind it, both carried over what others write. Written against the
// protocol: the algebra is the server's, what is done with it is not.
//
// Owner: SimClient; single-threaded. It dies with the tab; what is under way is in the outbox.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/board/state.h"
#include "server/text/change.h"
#include "tests/sim/findings.h"
#include "tests/sim/ledger.h"
#include "tests/sim/virtual_time.h"

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"

namespace swarmboard::sim {

struct TextPlace {
  std::string stream;
  board::RecordKey record;
  std::uint32_t field = 0;

  auto operator<=>(const TextPlace&) const = default;
};

// The event after which a text was as it was.
struct TextBase {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
};

// The text of a place in a state; nothing: its record is not there.
[[nodiscard]] std::optional<std::string> text_in(const board::State& state, const TextPlace& place);

// A change of whole words: no token is cut, and no character.
[[nodiscard]] text::Change typed(Random& random, std::string_view text, const std::string& words);

class Typing {
 public:
  explicit Typing(Findings& findings) : findings_(findings) {}

  // What the person has before their eyes. `confirmed` is the text as it was received.
  [[nodiscard]] std::string seen(const TextPlace& place, const std::string& confirmed) const;
  // They change it. Precondition: the change is of what they see.
  void type(const TextPlace& place, const std::string& confirmed, const text::Change& change);

  struct Edit {
    v1::Command command;
    TextAsk ask;
  };

  // What is to be sent now, made to `confirmed` as of `base`; nothing while a change is under
  // way. It is under way from here on, under this number.
  [[nodiscard]] std::optional<Edit> send(const TextPlace& place, const std::string& confirmed,
                                         const TextBase& base, std::uint64_t number);
  // Places with something to send, of one stream.
  [[nodiscard]] std::vector<TextPlace> waiting(const std::string& stream) const;

  [[nodiscard]] bool is_typing(const std::string& stream) const;
  // An event was folded. `before` may be empty while nobody is typing. `own_number`: of the command
  // that it answers, 0 when it is not ours.
  void hear(const std::string& stream, const v1::Event& event, const board::State& before,
            const board::State& after, std::uint64_t own_number);
  // What was under way was refused: the text goes back to its author, out of this model.
  void refused(const std::string& stream, std::uint64_t number);
  // The stream is received anew: what was typed is not made to what is there now.
  void forget(const std::string& stream);
  // With nothing under way everybody sees what was received.
  void check_at_rest(const std::string& stream, const board::State& state) const;

 private:
  struct Draft {
    std::optional<text::Change> under_way;
    std::uint64_t number = 0;
    std::optional<text::Change> buffer;
    std::string view;
  };

  void carry_over(Draft& draft, const text::Change& theirs);

  Findings& findings_;
  std::map<TextPlace, Draft> drafts_;
};

}  // namespace swarmboard::sim
