// TextEdit: several people write in one text. The change is carried over to the text as it is now;
// what may be changed by whom is as for EditRecord. Declared in decide_families.h.
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/base/limits.h"
#include "server/board/apply.h"
#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/record_rules.h"
#include "server/board/refusal.h"
#include "server/board/rights.h"
#include "server/board/snapshot.h"
#include "server/text/change.h"
#include "server/text/units.h"

namespace swarmboard::board {
namespace {

using google::protobuf::FieldDescriptor;
using Checked = std::optional<Refusal>;

const FieldDescriptor* text_field(Kind kind, std::uint32_t number) {
  for (const FieldDescriptor* field : text_fields(kind)) {
    if (static_cast<std::uint32_t>(field->number()) == number) {
      return field;
    }
  }
  return nullptr;
}

Refusal does_not_fit() {
  return refuse(v1::REJECT_REASON_INVALID, "This change does not fit the text.");
}

Refusal base_too_old() {
  return refuse(v1::REJECT_REASON_TEXT_BASE_TOO_OLD,
                "Too much was written since. Look at the text as it is now.");
}

// The change as it is to be made to the text of now.
boost::system::result<text::Change, Refusal> carried_over(const v1::TextEdit& command,
                                                          const std::string& now,
                                                          const Context& context) {
  auto change = text::read(command.change());
  if (!change) {
    return refuse(v1::REJECT_REASON_INVALID, change.error().what);
  }
  const auto since =
      context.text_since ? context.text_since(command) : std::optional(std::vector<text::Change>());
  if (!since) {
    return base_too_old();
  }
  std::int64_t base_units = text::units_of(now);
  for (const text::Change& later : *since) {
    base_units += static_cast<std::int64_t>(later.length_before()) - later.length_after();
  }
  if (base_units != change->length_before()) {
    return does_not_fit();
  }
  for (const text::Change& later : *since) {
    change = text::transform(*change, later, text::Side::Right);
  }
  // What was written since has cut it into more parts than an event may hold.
  return change->parts.size() > limits::kTextChangePartsMax
             ? boost::system::result<text::Change, Refusal>(base_too_old())
             : std::move(*change);
}

// Whoever may write such a card may write in one that all see; one that is hidden is its author's.
Checked check_writer(const View& view, const v1::Record& record, const std::string& actor) {
  const Kind kind = kind_of_record(record);
  Checked no = check_who(view, kind, Deed::Edit, &record, actor);
  return no && !is_hidden(record) ? check_who(view, kind, Deed::Create, nullptr, actor) : no;
}

Checked check_length(const FieldDescriptor& field, const text::Change& change) {
  const std::uint32_t most = field_policy(field).utf16_max();
  const std::size_t units_max = most == 0 ? limits::kTextUtf16Default : most;
  // Whoever makes a text shorter that is too long is not kept from it.
  if (change.length_after() > units_max && change.length_after() > change.length_before()) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "This text would be too long.");
  }
  return std::nullopt;
}

}  // namespace

Decided decide_text_edit(const View& view, const v1::TextEdit& command, const Context& context) {
  const Kind kind = command.target().kind();
  const FieldDescriptor* field = text_field(kind, command.field());
  if (field == nullptr) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such text to write in.");
  }
  if (context.actor.empty()) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Records are edited by people.");
  }
  // In this stream alone: the base is a moment of it.
  const State& state = view.stream.empty() ? view.library : view.session;
  const RecordPtr existing = state.find(kind, command.target().id());
  if (existing == nullptr || !is_visible(*existing, context.actor)) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "This record is not there any more.");
  }
  if (Checked no = check_writer(view, *existing, context.actor)) {
    return *no;
  }
  if (Checked no = check_stage(view, *existing, Deed::Edit, context.actor)) {
    return *no;
  }
  const std::string& now = text_of(*existing, *field);
  auto change = carried_over(command, now, context);
  if (!change) {
    return change.error();
  }
  if (change->changes_nothing()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Nothing would change.");
  }
  if (Checked no = check_length(*field, *change)) {
    return *no;
  }
  if (!text::changed(now, *change)) {
    return does_not_fit();
  }
  Decision decision;
  v1::Patch& patch = patch_for(decision, *existing);
  v1::Record& record = board::change(patch, kind, command.target().id());
  if (author_of(*existing) != context.actor) {
    stamp_text(mutable_body_message(record), "edited_by", context.actor);
  }
  v1::TextDelta& delta = *patch.mutable_upsert(0)->add_text();
  delta.set_field(command.field());
  *delta.mutable_change() = text::write(*change);
  if (has_record_rule(kind)) {
    v1::Record after = *existing;
    apply_upsert(after, patch.upsert(0));
    if (Checked no =
            apply_record_rule({view, context, existing.get(), after, record, decision.patch})) {
      return *no;
    }
  }
  return decision;
}

}  // namespace swarmboard::board
