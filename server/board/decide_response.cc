// Publishing a response: it goes to the library on trial, with a keeper, under an entry that is
// made if it is new. "Proven" has to be earned by what happened with customers. PURE.
#include <cstdint>
#include <set>
#include <string>

#include "server/board/decide_families.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"

namespace swarmboard::board {
namespace {

constexpr std::size_t kProvenOutcomes = 3;
constexpr std::size_t kProvenDeals = 2;
constexpr std::size_t kTitleUtf16Max = 300;

// As many whole characters as fit. A character of four bytes is two UTF-16 units.
std::string cut_to_utf16(const std::string& text, std::size_t longest) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) {
      continue;
    }
    units += byte >= 0xF0U ? 2 : 1;
    if (units > longest) {
      return text.substr(0, i);
    }
  }
  return text;
}

// Three logged outcomes with progress, on two deals or more.
bool is_proven(const View& view, const std::string& response) {
  std::set<std::string> outcomes;
  std::set<std::string> deals;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::ResponseOutcome>([&](const std::string& id, const v1::ResponseOutcome& body) {
      const bool progress =
          body.led_to() == v1::STEP_CLASS_ADVANCE || body.led_to() == v1::STEP_CLASS_ORDER;
      if (body.response() == response && progress) {
        outcomes.insert(id);
        deals.insert(body.deal_id());
      }
    });
  }
  return outcomes.size() >= kProvenOutcomes && deals.size() >= kProvenDeals;
}

std::optional<Refusal> check_publisher(const View& view, const Context& context) {
  const bool observes = has_role(view.session, context.actor, v1::SESSION_ROLE_OBSERVER);
  if (member_role(view.library, context.actor) != v1::MEMBER_ROLE_REP || observes) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "Only reps publish to the library.");
  }
  return std::nullopt;
}

std::optional<Refusal> check_status(const View& view, const v1::PublishResponse& command) {
  switch (command.status()) {
    case v1::RESPONSE_STATUS_UNSPECIFIED:
    case v1::RESPONSE_STATUS_TRIAL:
    case v1::RESPONSE_STATUS_RETIRED:
      return std::nullopt;
    case v1::RESPONSE_STATUS_PROVEN:
      if (!is_proven(view, command.id())) {
        return refuse(v1::REJECT_REASON_NO_EVIDENCE,
                      "Proven needs three outcomes with progress on two deals or more.");
      }
      return std::nullopt;
    default:
      return refuse(v1::REJECT_REASON_INVALID, "A response is published on trial or proven.");
  }
}

// The entry for a response whose library id is new.
void create_entry(v1::Patch& patch, const View& view, const v1::PublishResponse& command,
                  const std::string& keeper) {
  const auto& response = *lookup<v1::Response>(view, command.id());
  std::string title = command.library_id();
  v1::ObjectionCategory category = v1::OBJECTION_CATEGORY_UNSPECIFIED;
  if (const auto* objection = lookup<v1::Objection>(view, response.objection())) {
    title = cut_to_utf16(objection->as_heard(), kTitleUtf16Max);
    category = objection->category();
  } else if (const auto* other = lookup<v1::ObjectionEntry>(view, response.objection())) {
    title = other->title();
    category = other->category();
  }
  auto& entry = create<v1::ObjectionEntry>(patch, command.library_id());
  entry.set_title(title);
  if (category != v1::OBJECTION_CATEGORY_UNSPECIFIED) {
    entry.set_category(category);
  }
  entry.set_keeper(keeper);
  entry.set_status(v1::ENTRY_STATUS_OPEN);
}

}  // namespace

Decided decide_publish_response(const View& view, const v1::PublishResponse& command,
                                const Context& context) {
  if (auto refusal = check_publisher(view, context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_target(view, kind_of<v1::Response>(), command.id(), context)) {
    return *std::move(refusal);
  }
  if (auto refusal = check_status(view, command)) {
    return *std::move(refusal);
  }
  const std::string keeper = command.keeper().empty() ? context.actor : command.keeper();
  if (!is_active_member(view.library, keeper)) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "The keeper is not a member of the team.");
  }
  Decision decision;
  if (lookup<v1::ObjectionEntry>(view, command.library_id()) == nullptr) {
    if (command.library_id().empty()) {
      return refuse(v1::REJECT_REASON_INVALID, "Name the entry of the library.");
    }
    auto id = take_id(view, kind_of<v1::ObjectionEntry>(), command.library_id(), context);
    if (!id) {
      return id.error();
    }
    create_entry(decision.patch, view, command, keeper);
  }
  auto& response = change<v1::Response>(decision.patch, command.id());
  response.set_status(command.status() == v1::RESPONSE_STATUS_UNSPECIFIED
                          ? v1::RESPONSE_STATUS_TRIAL
                          : command.status());
  response.set_library_id(command.library_id());
  response.set_keeper(keeper);
  return decision;
}

}  // namespace swarmboard::board
