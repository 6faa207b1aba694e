// The acts that have a rule of their own: leading, voting, promising, deals, coming and going.
#include <utility>

#include "server/board/kinds.h"
#include "tests/sim/workload.h"

namespace swarmboard::sim {

Workload::Maybe Workload::lead(const Sight& sight) {
  v1::Command command;
  switch (below(random_, 18)) {
    case 14:
      command.mutable_pause_clock();
      return command;
    case 15:
      command.mutable_resume_clock();
      return command;
    case 16:
      command.mutable_open_time_poll();
      return command;
    case 17:
      command.mutable_share_power()->set_member(any<v1::Participant>(sight.state));
      command.mutable_share_power()->set_power(
          static_cast<v1::Power>(1 + below(random_, v1::Power_ARRAYSIZE - 1)));
      command.mutable_share_power()->set_take_back(chance(random_, 0.3));
      return command;
    case 0:
      command.mutable_hand_over_seat()->set_to(any<v1::Participant>(sight.state));
      return command;
    case 1:
      command.mutable_assign_role()->set_member(any<v1::Participant>(sight.state));
      command.mutable_assign_role()->set_role(v1::SESSION_ROLE_SCRIBE);
      return command;
    case 2:
    case 3: {
      v1::OpenVote& vote = *command.mutable_open_vote();
      vote.set_id(new_id("v"));
      for (const std::string& id : cards(sight.state)) {
        if (vote.targets_size() < 5 && chance(random_, 0.5)) {
          vote.add_targets(id);
        }
      }
      vote.set_hidden(chance(random_, 0.6));
      return command;
    }
    case 4:
      command.mutable_close_vote()->set_vote(any<v1::Vote>(sight.state));
      return command;
    case 5:
      command.mutable_nominate_next()->set_member(any<v1::Participant>(sight.state));
      return command;
    case 6:
      if (chance(random_, 0.25)) {
        command.mutable_close_session();
        return command;
      }
      return lead_stage(sight);
    default:
      return lead_stage(sight);
  }
}

Workload::Maybe Workload::lead_stage(const Sight& sight) {
  v1::Command command;
  const bool hides =
      sight.stage != nullptr && (sight.stage->visibility() == v1::VISIBILITY_ANONYMOUS ||
                                 sight.stage->visibility() == v1::VISIBILITY_PRIVATE_UNTIL_REVEAL ||
                                 !sight.stage->private_kinds().items().empty());
  if (hides && !sight.stage->has_revealed_at_ms() && chance(random_, 0.5)) {
    command.mutable_reveal_stage()->set_stage(chance(random_, 0.8) ? sight.stage_key
                                                                   : any<v1::Stage>(sight.state));
    return command;
  }
  if (sight.stage != nullptr && chance(random_, 0.2)) {
    command.mutable_extend_stage()->set_add_min(1);
    return command;
  }
  // Stages that hide something are where the interesting rules are.
  std::string next = any<v1::Stage>(sight.state);
  sight.state.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    if (stage.visibility() != v1::VISIBILITY_OPEN && chance(random_, 0.3)) {
      next = key;
    }
  });
  command.mutable_start_stage()->set_stage(next);
  command.mutable_start_stage()->set_off_record(chance(random_, 0.08));
  return command;
}

Workload::Maybe Workload::talk(const Sight& sight) {
  v1::Command command;
  switch (below(random_, 10)) {
    case 7:
      command.mutable_answer_time_poll()->set_poll(any<v1::TimePoll>(sight.state));
      command.mutable_answer_time_poll()->set_answer(
          static_cast<v1::MoreTime>(1 + below(random_, v1::MoreTime_ARRAYSIZE - 1)));
      return command;
    case 8:
      command.mutable_answer_worth()->set_worth(
          static_cast<v1::Worth>(1 + below(random_, v1::Worth_ARRAYSIZE - 1)));
      return command;
    case 9: {
      v1::EditRecord& edit = *command.mutable_edit_record();
      edit.set_create(true);
      edit.mutable_record()->set_id(new_id("t"));
      edit.mutable_record()->mutable_parked_topic()->set_text(new_text());
      return command;
    }
    case 0: {
      v1::GroupCards& group = *command.mutable_group_cards();
      group.set_id(new_id("g"));
      group.add_ids(any<v1::Note>(sight.state));
      group.add_ids(any<v1::Note>(sight.state));
      group.set_title("Group");
      return command;
    }
    case 1:
      command.mutable_merge_objection()->set_source(any<v1::Objection>(sight.state));
      command.mutable_merge_objection()->set_into(any<v1::Objection>(sight.state));
      return command;
    case 2:
      command.mutable_name_concern()->set_id(any<v1::Objection>(sight.state));
      command.mutable_name_concern()->set_real_concern(new_text());
      command.mutable_name_concern()->set_nature(v1::OBJECTION_NATURE_CONCERN);
      return command;
    case 3:
      command.mutable_give_feedback()->set_to(any<v1::Participant>(sight.state));
      command.mutable_give_feedback()->set_rating(
          static_cast<std::uint32_t>(1 + below(random_, 5)));
      command.mutable_give_feedback()->set_text(new_text());
      return command;
    default: {
      const std::string id = any<v1::Vote>(sight.state);
      v1::CastVote& cast = *command.mutable_cast_vote();
      cast.set_vote(id);
      if (const auto* vote = sight.state.get<v1::Vote>(id); vote != nullptr) {
        for (const std::string& target : vote->targets().items()) {
          if (chance(random_, 0.4)) {
            cast.add_on(target);
          }
        }
      }
      return command;
    }
  }
}

Workload::Maybe Workload::promise(const Sight& sight) {
  v1::Command command;
  const std::string id = any<v1::Commitment>(sight.state);
  switch (below(random_, 6)) {
    case 0:
      command.mutable_complete_commitment()->set_id(id);
      command.mutable_complete_commitment()->set_on("2026-02-03");
      return command;
    case 1:
      command.mutable_renegotiate_commitment()->set_id(id);
      command.mutable_renegotiate_commitment()->set_due("2026-03-01");
      command.mutable_renegotiate_commitment()->set_why(new_text());
      return command;
    case 2:
      command.mutable_drop_commitment()->set_id(id);
      command.mutable_drop_commitment()->set_why("no longer");
      return command;
    default: {
      v1::MakeCommitment& make = *command.mutable_make_commitment();
      make.set_id(new_id("c"));
      make.set_ref("d1");
      make.set_text(new_text());
      make.set_due("2026-02-20");
      return command;
    }
  }
}

Workload::Maybe Workload::deal(const Sight& sight) {
  v1::Command command;
  switch (below(random_, 5)) {
    case 0:
      command.mutable_set_journey_stage()->set_deal_id("d1");
      command.mutable_set_journey_stage()->set_stage(
          static_cast<v1::JourneyStage>(1 + below(random_, v1::JourneyStage_MAX)));
      return command;
    case 1:
      command.mutable_set_score()->set_deal_id("d1");
      command.mutable_set_score()->set_element(v1::ELEMENT_METRICS);
      command.mutable_set_score()->set_level(static_cast<std::uint32_t>(below(random_, 4)));
      command.mutable_set_score()->set_evidence(new_text());
      return command;
    case 2:
      command.mutable_join_swarm()->set_swarm(any<v1::Swarm>(sight.state));
      command.mutable_join_swarm()->set_role(v1::SWARM_ROLE_HELPER);
      return command;
    case 3: {
      v1::SetNextStep& step = *command.mutable_set_next_step();
      step.set_deal_id("d1");
      step.set_buyer_person("Owen");
      step.set_buyer_action("Signs " + new_text());
      step.set_by("2026-03-05");
      return command;
    }
    default: {
      v1::OpenSwarm& open = *command.mutable_open_swarm();
      open.set_id(new_id("w"));
      open.set_deal_id("d1");
      open.set_ask_kind(v1::ASK_KIND_PROVE_VALUE);
      open.set_ask(new_text());
      return command;
    }
  }
}

Workload::Maybe Workload::move(const Sight& sight) {
  v1::Command command;
  const auto* seat = sight.state.get<v1::Seat>("seat");
  if (sight.part == nullptr) {
    command.mutable_join_session()->set_accepts_replay_audience(
        v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS);
  } else if (!sight.part->present()) {
    command.mutable_rejoin_session();
  } else if (seat != nullptr && seat->state() != v1::SEAT_STATE_HELD) {
    command.mutable_claim_seat();
  } else if (chance(random_, 0.15)) {
    command.mutable_leave_session();
  } else if (chance(random_, 0.2)) {
    command.mutable_narrow_audience()->set_replay_audience(v1::REPLAY_AUDIENCE_PARTICIPANTS);
  } else {
    return write(sight);
  }
  return command;
}

// What a broken or hostile client could send: all of it must be refused, and nothing be lost.
Workload::Maybe Workload::misbehave(const Sight& sight) {
  v1::Command command;
  switch (below(random_, 8)) {
    case 0:
      command.mutable_close_session();
      return command;
    case 1:
      command.mutable_reveal_stage()->set_stage(any<v1::Stage>(sight.state));
      return command;
    case 2:
      command.mutable_lose_connection();
      return command;
    case 3:
      command.mutable_claim_seat();
      return command;
    case 4: {
      v1::Record& record = *command.mutable_edit_record()->mutable_record();
      record.set_id(any<v1::Note>(sight.state));
      record.mutable_note()->set_text(new_text());
      return command;
    }
    case 5:
      command.mutable_remove_record()->mutable_target()->set_kind(board::kind_of<v1::Seat>());
      command.mutable_remove_record()->mutable_target()->set_id("seat");
      return command;
    case 6:
      return command;  // A command without a body.
    default:
      command.mutable_edit_record()->set_create(true);
      command.mutable_edit_record()->mutable_record()->set_id("bad id!");
      command.mutable_edit_record()->mutable_record()->mutable_note()->set_author("ada");
      return command;
  }
}

}  // namespace swarmboard::sim
