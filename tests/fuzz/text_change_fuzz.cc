// Any two changes of any text: read or refused with a reason, made or found not to fit, and the
// laws of typing together for those that fit.
//
// Input: an Upsert; the text of its note, and its first two text deltas.
#include <cstdint>
#include <optional>
#include <string>

#include "server/base/limits.h"
#include "server/text/change.h"
#include "server/text/units.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

#include "swarmboard/v1/record.pb.h"

namespace swarmboard::text {
namespace {

using fuzz::require;

// A change that fits the text; nothing: it is refused, or does not fit.
std::optional<Change> fitting(const std::string& text, const v1::TextChange& given) {
  const auto change = read(given);
  if (!change) {
    require(!change.error().what.empty(), "a refused change says why");
    return std::nullopt;
  }
  const auto again = read(write(*change));
  require(again.has_value() && *again == *change, "a change is what is written of it");
  require(change->parts.size() <= limits::kTextChangePartsMax, "a change is bounded");
  const auto after = changed(text, *change);
  require(!after || (change->length_before() == units_of(text) &&
                     change->length_after() == units_of(*after)),
          "a change is as long as the texts before and after it");
  if (!after) {
    return std::nullopt;
  }
  require(changed(*after, invert(*change, text)) == text, "the inverse takes it back");
  require(changed(text, difference(text, *after)) == after, "the difference leads there");
  return *change;
}

void check(const v1::Upsert& input) {
  const std::string& text = input.record().note().text();
  if (input.text_size() < 2) {
    return;
  }
  const auto earlier = fitting(text, input.text(0).change());
  const auto later = fitting(text, input.text(1).change());
  if (!earlier || !later) {
    return;
  }
  const Change later_after = transform(*later, *earlier, Side::Right);
  const Change earlier_after = transform(*earlier, *later, Side::Left);
  const auto one_way = changed(*changed(text, *earlier), later_after);
  const auto other_way = changed(*changed(text, *later), earlier_after);
  require(one_way.has_value() && one_way == other_way,
          "whichever is made first, the text is the same");
  require(changed(text, compose(*earlier, later_after)) == one_way, "two as one are the two");
}

}  // namespace
}  // namespace swarmboard::text

SWARMBOARD_MUTATES(swarmboard::v1::Upsert)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::v1::Upsert input;
  if (input.ParseFromArray(data, static_cast<int>(size))) {
    swarmboard::text::check(input);
  }
  return 0;
}
