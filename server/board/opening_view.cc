// The records of the library that a new session starts with: what people on this board will read
// or act on, and nothing else, because every session keeps its own copy for ever. PURE.
#include <set>
#include <string>

#include "server/board/patch_builder.h"
#include "server/board/queries.h"
#include "server/board/route.h"

namespace swarmboard::board {
namespace {

class OpeningView {
 public:
  OpeningView(const State& library, const v1::Topic& topic) : library_(library), topic_(topic) {}

  v1::Patch take() {
    choose_deals();
    choose_reviews();
    choose_swarms();
    choose_promises();
    for (const auto& [key, record] : library_.records()) {
      // Private records (a person's own figures) never enter a session.
      if (!record->has_only_for() && belongs(key, *record)) {
        put_whole(patch_, *record);
      }
    }
    return std::move(patch_);
  }

 private:
  // Open deals and the topic's own come with all we know about them; of customers that we have won
  // only the deal itself, so that they can be named.
  void choose_deals() {
    library_.each<v1::Deal>([&](const std::string& id, const v1::Deal& deal) {
      if (deal.is_open() || id == topic_.deal_id()) {
        deals_.insert(id);
      } else if (deal.outcome() == v1::DEAL_OUTCOME_WON) {
        customers_.insert(id);
      }
    });
  }

  // Of the deals whose review is due, so that they can be named.
  void choose_reviews() {
    library_.each<v1::WinLossReview>([&](const std::string&, const v1::WinLossReview& review) {
      if (review.status() == v1::REVIEW_STATUS_OPEN) {
        customers_.insert(review.deal_id());
      }
    });
  }

  void choose_swarms() {
    library_.each<v1::Swarm>([&](const std::string& id, const v1::Swarm& swarm) {
      if (swarm.status() != v1::SWARM_STATUS_CLOSED) {
        swarms_.insert(id);
      }
    });
  }

  // Promises that are not settled, and what they are about.
  void choose_promises() {
    library_.each<v1::Commitment>([&](const std::string& id, const v1::Commitment& commitment) {
      if (commitment.status() == v1::COMMITMENT_STATUS_OPEN ||
          commitment.status() == v1::COMMITMENT_STATUS_MISSED) {
        promises_.insert(id);
        promised_on_.insert(commitment.ref());
      }
    });
  }

  bool belongs(const RecordKey& key, const v1::Record& record) const {
    switch (record.body_case()) {
      case v1::Record::kTeam:
      case v1::Record::kRota:
      case v1::Record::kTargetPeriod:
      case v1::Record::kCompetitor:
      case v1::Record::kBuddyPair:
        return true;
      case v1::Record::kMember:
        return record.member().active();
      case v1::Record::kDeal:
        return deals_.contains(key.id) || customers_.contains(key.id);
      case v1::Record::kSwarm:
        return swarms_.contains(key.id);
      case v1::Record::kCommitment:
        return promises_.contains(key.id);
      default:
        return belongs_to_chosen(record) || is_in_use(key, record) || is_practised(record);
    }
  }

  // Records that hang on a deal or a swarm.
  bool belongs_to_chosen(const v1::Record& record) const {
    switch (record.body_case()) {
      case v1::Record::kJourneyEvidence:
        return deals_.contains(record.journey_evidence().deal_id());
      case v1::Record::kNextStep:
        return deals_.contains(record.next_step().deal_id()) &&
               record.next_step().status() == v1::NEXT_STEP_STATUS_WAITING;
      case v1::Record::kStakeholder:
        return deals_.contains(record.stakeholder().deal_id());
      case v1::Record::kScoreElement:
        return deals_.contains(record.score_element().deal_id());
      case v1::Record::kCompetitivePlay:
        return deals_.contains(record.competitive_play().deal_id()) &&
               record.competitive_play().current();
      case v1::Record::kSwarmMember:
        return swarms_.contains(record.swarm_member().swarm());
      case v1::Record::kBlocker:
        return swarms_.contains(record.blocker().swarm()) && !record.blocker().has_resolved_on();
      default:
        return false;
    }
  }

  // What the team still works with: the objection library with its answers, the open blocks.
  bool is_in_use(const RecordKey& key, const v1::Record& record) const {
    switch (record.body_case()) {
      case v1::Record::kObjectionEntry:
        return record.objection_entry().status() != v1::ENTRY_STATUS_RETIRED ||
               key.id == topic_.entry_id();
      case v1::Record::kResponse:
        return promised_on_.contains(key.id) ||
               record.response().status() == v1::RESPONSE_STATUS_TRIAL ||
               record.response().status() == v1::RESPONSE_STATUS_PROVEN;
      case v1::Record::kBlock:
        return record.block().status() != v1::BLOCK_STATUS_CLOSED || key.id == topic_.block_id();
      case v1::Record::kObjection:
        return promised_on_.contains(key.id);
      default:
        return false;
    }
  }

  // What reviews, messages, experiments and handovers are not done with; the playbook.
  bool is_practised(const v1::Record& record) const {
    switch (record.body_case()) {
      case v1::Record::kWinLossReview:
        return record.win_loss_review().status() == v1::REVIEW_STATUS_OPEN;
      case v1::Record::kCustomerVoice:
        return is_open_review(record.customer_voice().review());
      case v1::Record::kTimelineEntry:
        return is_open_review(record.timeline_entry().review());
      case v1::Record::kReasonTag:
        return is_open_review(record.reason_tag().review());
      case v1::Record::kExperiment:
        return record.experiment().status() == v1::EXPERIMENT_STATUS_OPEN;
      case v1::Record::kPlaybookItem:
        return record.playbook_item().status() != v1::PLAYBOOK_STATUS_RETIRED;
      case v1::Record::kValueMessage:
        return record.value_message().status() == v1::RESPONSE_STATUS_TRIAL ||
               record.value_message().status() == v1::RESPONSE_STATUS_PROVEN;
      case v1::Record::kTactic:
      case v1::Record::kCompetitorPoint:
        return true;
      case v1::Record::kStuckDeal:
        return deals_.contains(record.stuck_deal().deal_id());
      case v1::Record::kHandover:
        return record.handover().status() != v1::HANDOVER_STATUS_REFUSED;
      case v1::Record::kHandoverPromise:
        return record.handover_promise().status() == v1::COMMITMENT_STATUS_OPEN;
      default:
        return false;
    }
  }

  bool is_open_review(const std::string& id) const {
    const auto* review = library_.get<v1::WinLossReview>(id);
    return review != nullptr && review->status() == v1::REVIEW_STATUS_OPEN;
  }

  const State& library_;
  const v1::Topic& topic_;
  v1::Patch patch_;
  std::set<std::string> deals_;
  std::set<std::string> customers_;
  std::set<std::string> swarms_;
  std::set<std::string> promises_;
  std::set<std::string> promised_on_;
};

}  // namespace

v1::Patch opening_view(const State& library, const v1::Topic& topic) {
  return OpeningView(library, topic).take();
}

}  // namespace swarmboard::board
