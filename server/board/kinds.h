// Body types and their kinds: the traits that State and the decide files use to speak of records by
// type, the names of kinds, and the ids of the records that exist once.
//
// A new record kind is one more line here. PURE.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "server/board/state.h"

namespace swarmboard::board {

// Ids of the records of which a stream has one. A session's record has the id of its stream, a
// participant's, a member's the member's id, a stage's its key.
inline constexpr std::string_view kSeatId = "seat";
inline constexpr std::string_view kWideningId = "widening";
inline constexpr std::string_view kRotaId = "rota";
inline constexpr std::string_view kWorthId = "worth";

// The mutable body of a record, which becomes one of that kind.
template <class Body>
Body& mutable_body_of(v1::Record& record);

// The kinds in use, ascending.
[[nodiscard]] std::span<const Kind> all_kinds();
// The name of the kind's field in v1::Record ("objection_entry"); empty when there is no such kind.
[[nodiscard]] std::string_view kind_name(Kind kind);
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name);

// The kind of a record; 0 when it has no body.
[[nodiscard]] inline Kind kind_of_record(const v1::Record& record) {
  return static_cast<Kind>(record.body_case());
}

[[nodiscard]] inline RecordKey key_of(const v1::Record& record) {
  return RecordKey{kind_of_record(record), record.id()};
}

// The body as a plain message. Precondition: the record has one.
[[nodiscard]] const google::protobuf::Message& body_message(const v1::Record& record);
[[nodiscard]] google::protobuf::Message& mutable_body_message(v1::Record& record);

#define SWARMBOARD_KIND(Type, field)                                \
  template <>                                                       \
  constexpr Kind kind_of<v1::Type>() {                              \
    return static_cast<Kind>(v1::Record::k##Type);                  \
  }                                                                 \
  template <>                                                       \
  inline const v1::Type& body_of<v1::Type>(const v1::Record& rec) { \
    return rec.field();                                             \
  }                                                                 \
  template <>                                                       \
  inline v1::Type& mutable_body_of<v1::Type>(v1::Record & rec) {    \
    return *rec.mutable_##field();                                  \
  }

SWARMBOARD_KIND(Session, session)
SWARMBOARD_KIND(Seat, seat)
SWARMBOARD_KIND(Stage, stage)
SWARMBOARD_KIND(Participant, participant)
SWARMBOARD_KIND(FacilitationTurn, facilitation_turn)
SWARMBOARD_KIND(Note, note)
SWARMBOARD_KIND(NoteGroup, note_group)
SWARMBOARD_KIND(Objection, objection)
SWARMBOARD_KIND(Response, response)
SWARMBOARD_KIND(Evidence, evidence)
SWARMBOARD_KIND(Vote, vote)
SWARMBOARD_KIND(Ballot, ballot)
SWARMBOARD_KIND(Drill, drill)
SWARMBOARD_KIND(Blocker, blocker)
SWARMBOARD_KIND(Learning, learning)
SWARMBOARD_KIND(Recognition, recognition)
SWARMBOARD_KIND(FacilitatorFeedback, facilitator_feedback)
SWARMBOARD_KIND(AudienceWidening, audience_widening)
SWARMBOARD_KIND(SwapMark, swap_mark)
SWARMBOARD_KIND(Team, team)
SWARMBOARD_KIND(Member, member)
SWARMBOARD_KIND(Rota, rota)
SWARMBOARD_KIND(Deal, deal)
SWARMBOARD_KIND(JourneyEvidence, journey_evidence)
SWARMBOARD_KIND(NextStep, next_step)
SWARMBOARD_KIND(Stakeholder, stakeholder)
SWARMBOARD_KIND(ScoreElement, score_element)
SWARMBOARD_KIND(Competitor, competitor)
SWARMBOARD_KIND(CompetitivePlay, competitive_play)
SWARMBOARD_KIND(ObjectionEntry, objection_entry)
SWARMBOARD_KIND(ResponseOutcome, response_outcome)
SWARMBOARD_KIND(Swarm, swarm)
SWARMBOARD_KIND(SwarmMember, swarm_member)
SWARMBOARD_KIND(Commitment, commitment)
SWARMBOARD_KIND(Block, block)
SWARMBOARD_KIND(BuddyPair, buddy_pair)
SWARMBOARD_KIND(TargetPeriod, target_period)
SWARMBOARD_KIND(MemberProgress, member_progress)
SWARMBOARD_KIND(SessionCard, session_card)
SWARMBOARD_KIND(ReplayView, replay_view)
SWARMBOARD_KIND(WinLossReview, win_loss_review)
SWARMBOARD_KIND(Experiment, experiment)
SWARMBOARD_KIND(PlaybookItem, playbook_item)
SWARMBOARD_KIND(PlaybookUse, playbook_use)
SWARMBOARD_KIND(HelpMatch, help_match)
SWARMBOARD_KIND(Handover, handover)
SWARMBOARD_KIND(BuddyCheckIn, buddy_check_in)
SWARMBOARD_KIND(OneToOne, one_to_one)
SWARMBOARD_KIND(Update, update)
SWARMBOARD_KIND(UpdateRead, update_read)
SWARMBOARD_KIND(LobbyStatus, lobby_status)
SWARMBOARD_KIND(ValueMessage, value_message)
SWARMBOARD_KIND(Tactic, tactic)
SWARMBOARD_KIND(CompetitorPoint, competitor_point)
SWARMBOARD_KIND(StuckDeal, stuck_deal)
SWARMBOARD_KIND(CustomerVoice, customer_voice)
SWARMBOARD_KIND(TimelineEntry, timeline_entry)
SWARMBOARD_KIND(ReasonTag, reason_tag)
SWARMBOARD_KIND(Finding, finding)
SWARMBOARD_KIND(BlockCause, block_cause)
SWARMBOARD_KIND(HelpAsk, help_ask)
SWARMBOARD_KIND(HelpOffer, help_offer)
SWARMBOARD_KIND(HandoverPromise, handover_promise)
SWARMBOARD_KIND(HandoverRisk, handover_risk)
SWARMBOARD_KIND(TimePoll, time_poll)
SWARMBOARD_KIND(TimeAnswer, time_answer)
SWARMBOARD_KIND(ParkedTopic, parked_topic)
SWARMBOARD_KIND(SessionPlan, session_plan)
SWARMBOARD_KIND(Knock, knock)
SWARMBOARD_KIND(WorthAnswer, worth_answer)
SWARMBOARD_KIND(WorthTally, worth_tally)

#undef SWARMBOARD_KIND

}  // namespace swarmboard::board
