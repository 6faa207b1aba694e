// One function for each command that has a rule of its own, grouped by the file that defines it.
// Called only by the table in decide.cc, which has made the common checks: the command may come
// from this sender, the stream is the right one, the session is open, the actor takes part in it.
//
// PURE. Errors: a refusal on the merits (below 100), never for circumstances.
#pragma once

#include "server/board/decide.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::board {

// edit_record.cc
[[nodiscard]] Decided decide_edit_record(const View& view, const v1::EditRecord& command,
                                         const Context& context);
[[nodiscard]] Decided decide_remove_record(const View& view, const v1::RemoveRecord& command,
                                           const Context& context);

// decide_text.cc
[[nodiscard]] Decided decide_text_edit(const View& view, const v1::TextEdit& command,
                                       const Context& context);

// decide_session.cc
[[nodiscard]] Decided decide_open_session(const View& view, const v1::OpenSession& command,
                                          const Context& context);
[[nodiscard]] Decided decide_join_session(const View& view, const v1::JoinSession& command,
                                          const Context& context);
[[nodiscard]] Decided decide_leave_session(const View& view, const v1::LeaveSession& command,
                                           const Context& context);
[[nodiscard]] Decided decide_rejoin_session(const View& view, const v1::RejoinSession& command,
                                            const Context& context);
[[nodiscard]] Decided decide_lose_connection(const View& view, const v1::LoseConnection& command,
                                             const Context& context);
[[nodiscard]] Decided decide_close_session(const View& view, const v1::CloseSession& command,
                                           const Context& context);

// decide_seat.cc
[[nodiscard]] Decided decide_hand_over_seat(const View& view, const v1::HandOverSeat& command,
                                            const Context& context);
[[nodiscard]] Decided decide_claim_seat(const View& view, const v1::ClaimSeat& command,
                                        const Context& context);
[[nodiscard]] Decided decide_vacate_seat(const View& view, const v1::VacateSeat& command,
                                         const Context& context);
[[nodiscard]] Decided decide_give_feedback(const View& view, const v1::GiveFeedback& command,
                                           const Context& context);

// decide_stage.cc
[[nodiscard]] Decided decide_start_stage(const View& view, const v1::StartStage& command,
                                         const Context& context);
[[nodiscard]] Decided decide_reveal_stage(const View& view, const v1::RevealStage& command,
                                          const Context& context);

// decide_clock.cc
[[nodiscard]] Decided decide_pause_clock(const View& view, const v1::PauseClock& command,
                                         const Context& context);
[[nodiscard]] Decided decide_resume_clock(const View& view, const v1::ResumeClock& command,
                                          const Context& context);
[[nodiscard]] Decided decide_extend_stage(const View& view, const v1::ExtendStage& command,
                                          const Context& context);

// decide_poll.cc
[[nodiscard]] Decided decide_open_time_poll(const View& view, const v1::OpenTimePoll& command,
                                            const Context& context);
[[nodiscard]] Decided decide_answer_time_poll(const View& view, const v1::AnswerTimePoll& command,
                                              const Context& context);
[[nodiscard]] Decided decide_close_time_poll(const View& view, const v1::CloseTimePoll& command,
                                             const Context& context);

// decide_power.cc
[[nodiscard]] Decided decide_share_power(const View& view, const v1::SharePower& command,
                                         const Context& context);
[[nodiscard]] Decided decide_answer_knock(const View& view, const v1::AnswerKnock& command,
                                          const Context& context);

// decide_rota.cc
[[nodiscard]] Decided decide_nominate_next(const View& view, const v1::NominateNext& command,
                                           const Context& context);
[[nodiscard]] Decided decide_swap_turns(const View& view, const v1::SwapTurns& command,
                                        const Context& context);
[[nodiscard]] Decided decide_skip_turn(const View& view, const v1::SkipTurn& command,
                                       const Context& context);

// decide_worth.cc
[[nodiscard]] Decided decide_answer_worth(const View& view, const v1::AnswerWorth& command,
                                          const Context& context);

// decide_audience.cc
[[nodiscard]] Decided decide_narrow_audience(const View& view, const v1::NarrowAudience& command,
                                             const Context& context);
[[nodiscard]] Decided decide_widen_audience(const View& view, const v1::WidenAudience& command,
                                            const Context& context);
[[nodiscard]] Decided decide_assign_role(const View& view, const v1::AssignRole& command,
                                         const Context& context);

// decide_group.cc
[[nodiscard]] Decided decide_group_cards(const View& view, const v1::GroupCards& command,
                                         const Context& context);

// decide_vote.cc
[[nodiscard]] Decided decide_open_vote(const View& view, const v1::OpenVote& command,
                                       const Context& context);
[[nodiscard]] Decided decide_cast_vote(const View& view, const v1::CastVote& command,
                                       const Context& context);
[[nodiscard]] Decided decide_close_vote(const View& view, const v1::CloseVote& command,
                                        const Context& context);

// decide_objection.cc, decide_response.cc
[[nodiscard]] Decided decide_merge_objection(const View& view, const v1::MergeObjection& command,
                                             const Context& context);
[[nodiscard]] Decided decide_link_objection(const View& view, const v1::LinkObjection& command,
                                            const Context& context);
[[nodiscard]] Decided decide_name_concern(const View& view, const v1::NameConcern& command,
                                          const Context& context);
[[nodiscard]] Decided decide_publish_response(const View& view, const v1::PublishResponse& command,
                                              const Context& context);

// decide_swarm.cc
[[nodiscard]] Decided decide_open_swarm(const View& view, const v1::OpenSwarm& command,
                                        const Context& context);
[[nodiscard]] Decided decide_join_swarm(const View& view, const v1::JoinSwarm& command,
                                        const Context& context);
[[nodiscard]] Decided decide_leave_swarm(const View& view, const v1::LeaveSwarm& command,
                                         const Context& context);
[[nodiscard]] Decided decide_close_swarm(const View& view, const v1::CloseSwarm& command,
                                         const Context& context);
[[nodiscard]] Decided decide_give_part(const View& view, const v1::GivePart& command,
                                       const Context& context);
[[nodiscard]] Decided decide_resolve_blocker(const View& view, const v1::ResolveBlocker& command,
                                             const Context& context);

// decide_commitment.cc
[[nodiscard]] Decided decide_make_commitment(const View& view, const v1::MakeCommitment& command,
                                             const Context& context);
[[nodiscard]] Decided decide_renegotiate_commitment(const View& view,
                                                    const v1::RenegotiateCommitment& command,
                                                    const Context& context);
[[nodiscard]] Decided decide_complete_commitment(const View& view,
                                                 const v1::CompleteCommitment& command,
                                                 const Context& context);
[[nodiscard]] Decided decide_miss_commitment(const View& view, const v1::MissCommitment& command,
                                             const Context& context);
[[nodiscard]] Decided decide_drop_commitment(const View& view, const v1::DropCommitment& command,
                                             const Context& context);

// decide_deal.cc
[[nodiscard]] Decided decide_set_journey_stage(const View& view, const v1::SetJourneyStage& command,
                                               const Context& context);
[[nodiscard]] Decided decide_set_score(const View& view, const v1::SetScore& command,
                                       const Context& context);
[[nodiscard]] Decided decide_set_stakeholder(const View& view, const v1::SetStakeholder& command,
                                             const Context& context);
[[nodiscard]] Decided decide_set_strategy(const View& view, const v1::SetStrategy& command,
                                          const Context& context);
[[nodiscard]] Decided decide_set_next_step(const View& view, const v1::SetNextStep& command,
                                           const Context& context);
[[nodiscard]] Decided decide_resolve_next_step(const View& view, const v1::ResolveNextStep& command,
                                               const Context& context);

// decide_help.cc
[[nodiscard]] Decided decide_set_lobby_status(const View& view, const v1::SetLobbyStatus& command,
                                              const Context& context);
[[nodiscard]] Decided decide_set_target(const View& view, const v1::SetTarget& command,
                                        const Context& context);
[[nodiscard]] Decided decide_set_progress(const View& view, const v1::SetProgress& command,
                                          const Context& context);

// decide_server.cc: only from the server itself
[[nodiscard]] Decided decide_load_fixture(const View& view, const v1::LoadFixture& command,
                                          const Context& context);
[[nodiscard]] Decided decide_add_member(const View& view, const v1::AddMember& command,
                                        const Context& context);
[[nodiscard]] Decided decide_log_replay_view(const View& view, const v1::LogReplayView& command,
                                             const Context& context);

}  // namespace swarmboard::board
