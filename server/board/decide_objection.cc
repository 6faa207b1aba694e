// Objections: two that say the same become one without losing a sighting, one is linked to the
// library, and what is behind the sentence gets a name. PURE.
#include <string>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/record_check.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr Kind kObjection = kind_of<v1::Objection>();

// The checks that all acts on an objection share.
std::optional<Refusal> check_objection(const View& view, const std::string& id,
                                       const Context& context) {
  if (auto refusal = check_contributor(view, context)) {
    return refusal;
  }
  return check_target(view, kObjection, id, context);
}

}  // namespace

// Rule 10: the merged objection stays a record of its own, with its deal and its reporter.
Decided decide_merge_objection(const View& view, const v1::MergeObjection& command,
                               const Context& context) {
  if (command.source() == command.into()) {
    return refuse(v1::REJECT_REASON_INVALID, "An objection cannot be merged into itself.");
  }
  for (const std::string& id : {command.source(), command.into()}) {
    if (auto refusal = check_objection(view, id, context)) {
      return *std::move(refusal);
    }
  }
  const auto& source = *lookup<v1::Objection>(view, command.source());
  if (source.merged_into() == command.into()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "These two are merged already.");
  }
  if (source.has_merged_into() || lookup<v1::Objection>(view, command.into())->has_merged_into()) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "One of the two is merged into another already.");
  }
  Decision decision;
  change<v1::Objection>(decision.patch, command.source()).set_merged_into(command.into());
  // What was merged into the source follows it, so that a sighting is never two steps away.
  view.session.each<v1::Objection>([&](const std::string& id, const v1::Objection& objection) {
    if (objection.merged_into() == command.source()) {
      change<v1::Objection>(decision.patch, id).set_merged_into(command.into());
    }
  });
  return decision;
}

Decided decide_link_objection(const View& view, const v1::LinkObjection& command,
                              const Context& context) {
  if (auto refusal = check_objection(view, command.id(), context)) {
    return *std::move(refusal);
  }
  if (lookup<v1::ObjectionEntry>(view, command.library_id()) == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such entry in the library.");
  }
  if (lookup<v1::Objection>(view, command.id())->library_id() == command.library_id()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "It is linked to this entry already.");
  }
  Decision decision;
  change<v1::Objection>(decision.patch, command.id()).set_library_id(command.library_id());
  return decision;
}

Decided decide_name_concern(const View& view, const v1::NameConcern& command,
                            const Context& context) {
  if (auto refusal = check_objection(view, command.id(), context)) {
    return *std::move(refusal);
  }
  if (is_blank(command.real_concern())) {
    return refuse(v1::REJECT_REASON_INVALID, "Say what may be behind the sentence.");
  }
  Decision decision;
  auto& objection = change<v1::Objection>(decision.patch, command.id());
  objection.set_real_concern(command.real_concern());
  objection.set_concern_by(context.actor);
  if (command.nature() != v1::OBJECTION_NATURE_UNSPECIFIED) {
    objection.set_nature(command.nature());
  }
  if (auto refusal = check_values(objection)) {
    return *std::move(refusal);
  }
  return decision;
}

}  // namespace swarmboard::board
