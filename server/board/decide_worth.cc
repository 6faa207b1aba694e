// "Was it worth your time?": one question to everybody, counted without names.
#include "server/board/decide_families.h"
#include "server/board/lanes.h"
#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

void count(v1::WorthTally& tally, v1::Worth worth, std::int32_t by) {
  const auto add = [&](std::uint32_t now) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(now) + by);
  };
  switch (worth) {
    case v1::WORTH_YES:
      tally.set_yes(add(tally.yes()));
      break;
    case v1::WORTH_PARTLY:
      tally.set_partly(add(tally.partly()));
      break;
    case v1::WORTH_NO:
      tally.set_no(add(tally.no()));
      break;
    default:
      break;
  }
}

}  // namespace

Decided decide_answer_worth(const View& view, const v1::AnswerWorth& command,
                            const Context& context) {
  if (command.worth() == v1::WORTH_UNSPECIFIED || !v1::Worth_IsValid(command.worth())) {
    return refuse(v1::REJECT_REASON_INVALID, "Answer yes, partly or no.");
  }
  const auto* before = view.session.get<v1::WorthAnswer>(context.actor);
  if (before != nullptr && before->worth() == command.worth()) {
    return refuse(v1::REJECT_REASON_NO_EFFECT, "You have said so already.");
  }
  Decision decision;
  decision.private_act = true;
  v1::Patch& own = lane_patch(decision, {context.actor});
  auto& answer = create<v1::WorthAnswer>(own, context.actor);
  answer.set_author(context.actor);
  answer.set_worth(command.worth());
  only_for(*own.mutable_upsert()->rbegin(), {context.actor});
  const auto* tally = view.session.get<v1::WorthTally>(kWorthId);
  v1::WorthTally next = tally == nullptr ? v1::WorthTally() : *tally;
  if (before != nullptr) {
    count(next, before->worth(), -1);
  }
  count(next, command.worth(), 1);
  create<v1::WorthTally>(decision.patch, kWorthId) = next;
  return decision;
}

}  // namespace swarmboard::board
