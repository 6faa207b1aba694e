// Groups: cards that belong together, under a title. A card is in one group at a time.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/board/decide_families.h"
#include "server/board/groups.h"
#include "server/board/lanes.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr int kMembersMax = 200;
constexpr std::size_t kTitleUtf16Max = 300;
constexpr std::size_t kGroupsMax = 500;

struct Card {
  Kind kind = 0;
  std::string group;
};

std::optional<Card> find_card(const State& session, const std::string& id) {
  for (const Kind kind : groupable_kinds()) {
    const RecordPtr record = session.find(kind, id);
    if (record != nullptr && !is_hidden(*record)) {
      return Card{kind, group_of(*record)};
    }
  }
  return std::nullopt;
}

void set_group(v1::Patch& patch, const std::string& id, Kind kind, const std::string& group) {
  set_group_of(change(patch, kind, id), group);
}

void clear_group(v1::Patch& patch, const std::string& id, Kind kind) {
  change(patch, kind, id, {group_field_number(kind)});
}

// The groups that lose cards to another one: smaller, or gone with their last card.
void shrink_others(v1::Patch& patch, const State& session, const std::string& group,
                   const std::vector<std::string>& taken) {
  session.each<v1::NoteGroup>([&](const std::string& id, const v1::NoteGroup& other) {
    if (id == group) {
      return;
    }
    v1::Ids left;
    for (const std::string& member : other.members().items()) {
      if (std::find(taken.begin(), taken.end(), member) == taken.end()) {
        left.add_items(member);
      }
    }
    if (left.items_size() == other.members().items_size()) {
      return;
    }
    if (left.items().empty()) {
      remove<v1::NoteGroup>(patch, id);
    } else {
      *change<v1::NoteGroup>(patch, id).mutable_members() = std::move(left);
    }
  });
}

std::optional<Refusal> check(const View& view, const v1::GroupCards& command, bool fresh) {
  if (utf16_length(command.title()) > kTitleUtf16Max) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "The title is too long.");
  }
  if (command.ids_size() > kMembersMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "A group holds at most two hundred cards.");
  }
  if (fresh && command.ids().empty()) {
    return refuse(v1::REJECT_REASON_INVALID, "Choose the cards that belong together.");
  }
  std::size_t groups = 0;
  view.session.each<v1::NoteGroup>([&](const std::string&, const auto&) { ++groups; });
  if (fresh && groups >= kGroupsMax) {
    return refuse(v1::REJECT_REASON_LIMIT_REACHED, "There are too many groups on this board.");
  }
  std::vector<std::string> seen(command.ids().begin(), command.ids().end());
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
    return refuse(v1::REJECT_REASON_INVALID, "A card is in a group only once.");
  }
  for (const std::string& id : seen) {
    if (!find_card(view.session, id)) {
      return refuse(v1::REJECT_REASON_TARGET_GONE, "One of the cards is not on the board.");
    }
  }
  return std::nullopt;
}

// Cards of the group that are not in the new list are free again.
void release(v1::Patch& patch, const State& session, const v1::NoteGroup& group,
             const v1::GroupCards& command) {
  for (const std::string& member : group.members().items()) {
    const auto card = find_card(session, member);
    const bool stays =
        std::find(command.ids().begin(), command.ids().end(), member) != command.ids().end();
    if (card && !stays) {
      clear_group(patch, member, card->kind);
    }
  }
}

}  // namespace

// An existing group gets the cards named in place of its own; with none it is dissolved.
Decided decide_group_cards(const View& view, const v1::GroupCards& command,
                           const Context& context) {
  if (auto refusal = check_contributor(view, context)) {
    return *std::move(refusal);
  }
  const auto* before = view.session.get<v1::NoteGroup>(command.id());
  if (auto refusal = check(view, command, before == nullptr)) {
    return *std::move(refusal);
  }
  std::string id = command.id();
  if (before == nullptr) {
    auto taken = take_id(view, kind_of<v1::NoteGroup>(), command.id(), context);
    if (taken.has_error()) {
      return taken.error();
    }
    id = *std::move(taken);
  }
  Decision decision;
  v1::Patch& patch = decision.patch;
  if (before != nullptr) {
    release(patch, view.session, *before, command);
  }
  if (command.ids().empty()) {
    remove<v1::NoteGroup>(patch, id);
    return decision;
  }
  auto& group =
      before == nullptr ? create<v1::NoteGroup>(patch, id) : change<v1::NoteGroup>(patch, id);
  if (before == nullptr || !command.title().empty()) {
    group.set_title(command.title());
  }
  group.set_grouped_by(context.actor);
  *group.mutable_members()->mutable_items() = command.ids();
  for (const std::string& member : command.ids()) {
    set_group(patch, member, find_card(view.session, member)->kind, id);
  }
  shrink_others(patch, view.session, id, {command.ids().begin(), command.ids().end()});
  return decision;
}

}  // namespace swarmboard::board
