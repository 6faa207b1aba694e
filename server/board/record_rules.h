// The rules of single kinds that their policies cannot say: whom a review may be led by, how many
// experiments are open, who may accept a handover. A kind with such a rule has one function here,
// called after the policy's own checks by every EditRecord of that kind.
//
// PURE. A refusal never repeats the text of a card.
#pragma once

#include <optional>

#include "server/board/decide.h"
#include "server/board/kinds.h"

namespace swarmboard::board {

struct RecordEdit {
  const View& view;
  const Context& context;
  const v1::Record* before;  // Null: a new record.
  const v1::Record& after;   // As the record would be.
  v1::Record& written;       // What the event will carry; a rule may add what the server sets.
  v1::Patch& more;           // Other records that change with it, for everybody.
};

[[nodiscard]] bool has_record_rule(Kind kind);
// A refusal, or what the kind's rule adds to `written` and `more`.
[[nodiscard]] std::optional<Refusal> apply_record_rule(const RecordEdit& edit);

// record_rules_help.cc: the rules of the records of help_records.proto.
[[nodiscard]] std::optional<Refusal> rule_of_match(const RecordEdit& edit);
[[nodiscard]] std::optional<Refusal> rule_of_handover(const RecordEdit& edit);
[[nodiscard]] std::optional<Refusal> rule_of_pair(const RecordEdit& edit);
[[nodiscard]] std::optional<Refusal> rule_of_check_in(const RecordEdit& edit);

}  // namespace swarmboard::board
