// The table of the rules, and those of reviews, messages, experiments and the playbook.
#include "server/board/record_rules.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "server/board/kinds.h"
#include "server/board/library_rules.h"
#include "server/board/queries.h"
#include "server/board/refusal.h"

namespace swarmboard::board {
namespace {

using Checked = std::optional<Refusal>;

bool is_about_price(v1::ReasonCode code) {
  return v1::ReasonCode_Name(code).starts_with("REASON_CODE_PRICE_");
}

// Whether anything but our own guess stands behind this reason. A tag that is still hidden is
// nobody's evidence yet.
bool has_evidence(const View& view, const std::string& review, v1::ReasonCode code) {
  for (const State* state : {&view.session, &view.library}) {
    for (const auto& [key, record] : state->records()) {
      if (!record->has_reason_tag() || record->has_only_for()) {
        continue;
      }
      const v1::ReasonTag& tag = record->reason_tag();
      if (tag.review() == review && tag.code() == code &&
          tag.evidence_class() != v1::EVIDENCE_CLASS_UNSPECIFIED &&
          tag.evidence_class() != v1::EVIDENCE_CLASS_OUR_GUESS) {
        return true;
      }
    }
  }
  return false;
}

bool leads_review(const RecordEdit& edit, const v1::WinLossReview& review) {
  return review.reviewer() == edit.context.actor || review.author() == edit.context.actor ||
         is_facilitator(edit.view.session, edit.context.actor);
}

// Rule 11, and that one review of a deal is open at a time.
Checked rule_of_review(const RecordEdit& edit) {
  const v1::WinLossReview& review = edit.after.win_loss_review();
  const auto* deal = lookup<v1::Deal>(edit.view, review.deal_id());
  if (deal != nullptr && deal->owner() == review.reviewer()) {
    return refuse(v1::REJECT_REASON_OWNER_CANNOT_REVIEW,
                  "A peer leads the review, not the owner of the deal.");
  }
  v1::WinLossReview& written = *edit.written.mutable_win_loss_review();
  if (edit.before == nullptr && deal != nullptr) {
    written.set_owner(deal->owner());
  }
  if (is_about_price(review.primary()) &&
      !has_evidence(edit.view, edit.after.id(), review.primary())) {
    return refuse(v1::REJECT_REASON_NO_EVIDENCE,
                  "Price is a guess until something but our own guess says so.");
  }
  const bool was_published = edit.before != nullptr &&
                             edit.before->win_loss_review().status() == v1::REVIEW_STATUS_PUBLISHED;
  const bool publishes = review.status() == v1::REVIEW_STATUS_PUBLISHED && !was_published;
  if (was_published && review.status() != v1::REVIEW_STATUS_PUBLISHED) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "What is published stays published.");
  }
  if (publishes && !leads_review(edit, review)) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED,
                  "The reviewer or the facilitator publishes a review.");
  }
  if (publishes) {
    written.set_published_on(date_of(edit.context.now_ms));
  }
  return std::nullopt;
}

// The owner of a deal never asks the customer why it ended as it did.
Checked rule_of_voice(const RecordEdit& edit) {
  const v1::CustomerVoice& voice = edit.after.customer_voice();
  const std::string& by = voice.by().empty() ? voice.author() : voice.by();
  const auto* review = lookup<v1::WinLossReview>(edit.view, voice.review());
  if (review != nullptr && review->owner() == by) {
    return refuse(v1::REJECT_REASON_OWNER_CANNOT_REVIEW,
                  "Somebody who did not sell speaks with the customer.");
  }
  return std::nullopt;
}

bool same_words(const v1::ValueMessage& a, const v1::ValueMessage& b) {
  const auto words = [](const v1::ValueMessage& message) {
    v1::ValueMessage only = message;
    only.clear_status();
    only.clear_keeper();
    only.clear_tried_on();
    only.clear_review_on();
    only.clear_group();
    return only.SerializeAsString();
  };
  return words(a) == words(b);
}

// A new wording is a new version; a message that goes on trial has a keeper.
Checked rule_of_message(const RecordEdit& edit) {
  const v1::ValueMessage& message = edit.after.value_message();
  v1::ValueMessage& written = *edit.written.mutable_value_message();
  if (edit.before == nullptr) {
    written.set_version(1);
  } else if (!same_words(edit.before->value_message(), message)) {
    written.set_version(edit.before->value_message().version() + 1);
  }
  const bool was_draft =
      edit.before == nullptr || edit.before->value_message().status() == v1::RESPONSE_STATUS_DRAFT;
  const bool publishes =
      was_draft && message.has_status() && message.status() != v1::RESPONSE_STATUS_DRAFT;
  if (publishes && member_role(edit.view.library, edit.context.actor) != v1::MEMBER_ROLE_REP) {
    return refuse(v1::REJECT_REASON_NOT_ALLOWED, "A rep publishes to the library.");
  }
  if (publishes && edit.after.has_only_for()) {
    return refuse(v1::REJECT_REASON_WRONG_STAGE, "This waits until the card is revealed.");
  }
  if (publishes && message.keeper().empty()) {
    written.set_keeper(edit.context.actor);
  }
  return std::nullopt;
}

// One reader marks a message once; a change of mind is an edit.
Checked rule_of_mark(const RecordEdit& edit) {
  const v1::SwapMark& mark = edit.after.swap_mark();
  bool twice = false;
  edit.view.session.each<v1::SwapMark>([&](const std::string& id, const v1::SwapMark& other) {
    twice = twice || (id != edit.after.id() && other.message() == mark.message() &&
                      other.author() == mark.author());
  });
  if (twice) {
    return refuse(v1::REJECT_REASON_ALREADY_EXISTS, "You have marked this message already.");
  }
  return std::nullopt;
}

std::size_t open_experiments(const View& view) {
  std::set<std::string> open;
  for (const State* state : {&view.session, &view.library}) {
    state->each<v1::Experiment>([&](const std::string& id, const v1::Experiment& experiment) {
      if (experiment.status() == v1::EXPERIMENT_STATUS_OPEN) {
        open.insert(id);
      }
    });
  }
  return open.size();
}

// Rule 15: a team tries at most so many things at once. The result ends an experiment.
Checked rule_of_experiment(const RecordEdit& edit) {
  const v1::Experiment& experiment = edit.after.experiment();
  if (edit.before == nullptr) {
    if (open_experiments(edit.view) >= team_rules(edit.view.library).max_open_experiments()) {
      return refuse(v1::REJECT_REASON_LIMIT_REACHED,
                    "The team tries enough things at once; review one of them first.");
    }
    return std::nullopt;
  }
  if (edit.before->experiment().status() == v1::EXPERIMENT_STATUS_REVIEWED) {
    return refuse(v1::REJECT_REASON_PRECONDITION, "This experiment has its result already.");
  }
  if (experiment.has_result()) {
    edit.written.mutable_experiment()->set_status(v1::EXPERIMENT_STATUS_REVIEWED);
  }
  return std::nullopt;
}

// Whoever publishes keeps it, unless they name somebody else.
Checked rule_of_playbook(const RecordEdit& edit) {
  if (edit.after.playbook_item().keeper().empty()) {
    edit.written.mutable_playbook_item()->set_keeper(edit.context.actor);
  }
  return std::nullopt;
}

// A cause stands below another one of the same block.
Checked rule_of_cause(const RecordEdit& edit) {
  const v1::BlockCause& cause = edit.after.block_cause();
  const auto* parent = lookup<v1::BlockCause>(edit.view, cause.parent());
  if (parent != nullptr && parent->block() != cause.block()) {
    return refuse(v1::REJECT_REASON_INVALID, "That cause belongs to another block.");
  }
  return std::nullopt;
}

struct Row {
  Kind kind;
  Checked (*rule)(const RecordEdit&);
};

constexpr Row kRows[] = {
    {kind_of<v1::SwapMark>(), rule_of_mark},
    {kind_of<v1::BuddyPair>(), rule_of_pair},
    {kind_of<v1::WinLossReview>(), rule_of_review},
    {kind_of<v1::Experiment>(), rule_of_experiment},
    {kind_of<v1::PlaybookItem>(), rule_of_playbook},
    {kind_of<v1::HelpMatch>(), rule_of_match},
    {kind_of<v1::Handover>(), rule_of_handover},
    {kind_of<v1::BuddyCheckIn>(), rule_of_check_in},
    {kind_of<v1::ValueMessage>(), rule_of_message},
    {kind_of<v1::CustomerVoice>(), rule_of_voice},
    {kind_of<v1::BlockCause>(), rule_of_cause},
};

const Row* row_of(Kind kind) {
  const auto* const row = std::find_if(std::begin(kRows), std::end(kRows),
                                       [&](const Row& one) { return one.kind == kind; });
  return row == std::end(kRows) ? nullptr : row;
}

}  // namespace

bool has_record_rule(Kind kind) {
  return row_of(kind) != nullptr;
}

std::optional<Refusal> apply_record_rule(const RecordEdit& edit) {
  const Row* row = row_of(kind_of_record(edit.after));
  return row == nullptr ? std::nullopt : row->rule(edit);
}

}  // namespace swarmboard::board
