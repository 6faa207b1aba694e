// What the server itself does to the library: members come in, a replay was watched, a sample team
// is loaded.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/library_rules.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"
#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

constexpr std::size_t kNameUtf16Max = 200;
// Ids such as vote/member have to stay within the limit of ids.
constexpr std::size_t kMemberIdBytesMax = 23;

// A person's own figures are for that person and the managers, in the library as it will be.
std::vector<std::string> progress_readers(const State& library, const v1::LoadFixture& command,
                                          const std::string& member) {
  std::vector<std::string> readers = {member};
  library.each<v1::Member>([&](const std::string& id, const v1::Member& body) {
    if (body.role() == v1::MEMBER_ROLE_MANAGER) {
      readers.push_back(id);
    }
  });
  for (const v1::Record& record : command.records()) {
    if (record.has_member() && record.member().role() == v1::MEMBER_ROLE_MANAGER) {
      readers.push_back(record.id());
    }
  }
  std::sort(readers.begin(), readers.end());
  readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
  return readers;
}

}  // namespace

Decided decide_load_fixture(const View& view, const v1::LoadFixture& command, const Context&) {
  Decision decision;
  std::set<RecordKey> seen;
  for (const v1::Record& record : command.records()) {
    const Kind kind = kind_of_record(record);
    if (kind == 0 || (!lives_in_library(kind) && !is_shared(kind))) {
      return refuse(v1::REJECT_REASON_INVALID, "A fixture holds records of the library only.");
    }
    if (record.id().empty() || !seen.insert(key_of(record)).second) {
      return refuse(v1::REJECT_REASON_INVALID, "Each record of a fixture has an id of its own.");
    }
    std::vector<std::string> readers(record.only_for().items().begin(),
                                     record.only_for().items().end());
    if (record.has_member_progress() && readers.empty()) {
      readers = progress_readers(view.library, command, record.member_progress().member());
    }
    if (readers.empty()) {
      put_whole(decision.patch, record);
      continue;
    }
    std::sort(readers.begin(), readers.end());
    v1::Patch& patch = lane_patch(decision, readers);
    put_whole(patch, record);
    only_for(*patch.mutable_upsert()->rbegin(), readers);
  }
  if (command.records().empty()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "There is nothing in the fixture.");
  }
  return decision;
}

Decided decide_add_member(const View& view, const v1::AddMember& command, const Context& context) {
  if (is_blank(command.name())) {
    return refuse(v1::REJECT_REASON_INVALID, "A member has a name.");
  }
  if (utf16_length(command.name()) > kNameUtf16Max) {
    return refuse(v1::REJECT_REASON_TOO_LARGE, "The name is too long.");
  }
  if (command.role() == v1::MEMBER_ROLE_UNSPECIFIED || !v1::MemberRole_IsValid(command.role())) {
    return refuse(v1::REJECT_REASON_INVALID, "There is no such role.");
  }
  if (command.member_id().size() > kMemberIdBytesMax) {
    return refuse(v1::REJECT_REASON_INVALID, "The id of a member has at most 23 characters.");
  }
  const auto id = take_id(view, kind_of<v1::Member>(), command.member_id(), context);
  if (id.has_error()) {
    return id.error();
  }
  Decision decision;
  auto& member = create<v1::Member>(decision.patch, *id);
  member.set_name(command.name());
  member.set_role(command.role());
  member.set_active(true);
  if (command.owner()) {
    member.set_owner(true);
  }
  return decision;
}

Decided decide_log_replay_view(const View& view, const v1::LogReplayView& command,
                               const Context& context) {
  const auto* card = view.library.get<v1::SessionCard>(command.session_id());
  if (card == nullptr) {
    return refuse(v1::REJECT_REASON_TARGET_GONE, "There is no such session.");
  }
  if (!is_active_member(view.library, context.actor)) {
    return refuse(v1::REJECT_REASON_NOT_IN_AUDIENCE, "Only members replay sessions.");
  }
  if (contains(card->participants(), context.actor)) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "Who took part watches their own session.");
  }
  const std::string id = command.session_id() + "/" + context.actor;
  const auto* before = view.library.get<v1::ReplayView>(id);
  Decision decision;
  auto& seen = before == nullptr ? create<v1::ReplayView>(decision.patch, id)
                                 : change<v1::ReplayView>(decision.patch, id);
  seen.set_session_id(command.session_id());
  seen.set_viewer(context.actor);
  seen.set_at_ms(context.now_ms);
  seen.set_times(before == nullptr ? 1 : before->times() + 1);
  return decision;
}

}  // namespace swarmboard::board
