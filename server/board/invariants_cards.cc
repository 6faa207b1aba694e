// Invariants of the contributions: who sees them, who wrote them, how they hang together, and the
// votes on them.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/groups.h"
#include "server/board/invariants_parts.h"
#include "server/board/lanes.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/rights.h"

namespace swarmboard::board {
namespace {

bool is_content(Kind kind) {
  return record_policy(kind).lane() == v1::LANE_RULE_STAGE;
}

// Cards that wait for a reveal: their stage counts them, is not revealed yet, and only their
// writers hold them.
void check_hidden(const State& session, Findings& findings) {
  std::map<std::string, std::uint32_t> hidden;
  for (const auto& [key, record] : session.records()) {
    if (!is_content(key.kind) || !is_hidden(*record)) {
      continue;
    }
    const std::string stage_id = stage_of(*record);
    ++hidden[stage_id];
    const v1::Stage* stage = session.get<v1::Stage>(stage_id);
    findings.expect(stage != nullptr, "a hidden card waits in a stage", key.id);
    findings.expect(stage == nullptr || !stage->has_revealed_at_ms(),
                    "nothing is hidden in a revealed stage", key.id);
    const auto& members = record->only_for().items();
    findings.expect(members.size() == 1 && members[0] == author_of(*record),
                    "a hidden card is its writer's alone", key.id);
  }
  session.each<v1::Stage>([&](const std::string& id, const v1::Stage& stage) {
    findings.expect(stage.hidden_count() == hidden[id], "a stage counts its hidden cards", id);
  });
}

void check_notes(const State& session, Findings& findings) {
  session.each<v1::Note>([&](const std::string& id, const v1::Note& note) {
    findings.expect(note.anonymous() == note.author().empty(),
                    "a note has an author or is anonymous", id);
    const v1::Stage* stage = session.get<v1::Stage>(note.stage());
    findings.expect(stage != nullptr, "a note belongs to a stage", id);
    if (stage != nullptr && note.anonymous()) {
      findings.expect(stage->has_revealed_at_ms(), "anonymous notes come with the reveal", id);
    }
    if (!note.anonymous()) {
      findings.expect(participant(session, note.author()) != nullptr, "a note's author took part",
                      id);
    }
  });
}

void check_groups(const State& session, Findings& findings) {
  std::set<std::string> grouped;
  session.each<v1::NoteGroup>([&](const std::string& id, const v1::NoteGroup& group) {
    for (const std::string& member : group.members().items()) {
      findings.expect(grouped.insert(member).second, "a card is in one group", member);
      const RecordPtr card = find_groupable(session, member);
      findings.expect(card != nullptr && group_of(*card) == id && !is_hidden(*card),
                      "a group holds open cards that name it", member);
    }
  });
  for (const Kind kind : groupable_kinds()) {
    const auto end = session.records().lower_bound(RecordKey{kind + 1, {}});
    for (auto it = session.records().lower_bound(RecordKey{kind, {}}); it != end; ++it) {
      const std::string group = group_of(*it->second);
      // A shared card may come from the library with the group of another session.
      if (!group.empty() &&
          (kind == kind_of<v1::Note>() || session.get<v1::NoteGroup>(group) != nullptr)) {
        findings.expect(grouped.count(it->first.id) > 0, "a card is in the group that it names",
                        it->first.id);
      }
    }
  }
}

void check_links(const State& session, Findings& findings) {
  session.each<v1::Objection>([&](const std::string& id, const v1::Objection& objection) {
    if (!objection.has_merged_into()) {
      return;
    }
    const v1::Objection* into = session.get<v1::Objection>(objection.merged_into());
    findings.expect(objection.merged_into() != id, "no objection is merged into itself", id);
    findings.expect(into != nullptr, "a merged objection leads to one that is there", id);
    findings.expect(into == nullptr || !into->has_merged_into(),
                    "what is merged is one step from where it went", id);
  });
  session.each<v1::Drill>([&](const std::string& id, const v1::Drill& drill) {
    findings.expect(session.find(kind_of<v1::Objection>(), drill.objection()) != nullptr ||
                        session.find(kind_of<v1::ObjectionEntry>(), drill.objection()) != nullptr,
                    "a drill is about an objection", id);
    findings.expect(participant(session, drill.seller()) != nullptr, "a drill's seller took part",
                    id);
  });
}

struct Count {
  std::uint32_t ballots = 0;
  std::map<std::string, std::uint32_t> dots;
};

Count count_ballots(const State& session, const std::string& vote_id, const v1::Vote& vote,
                    Findings& findings) {
  Count count;
  std::set<std::string> voters;
  session.each<v1::Ballot>([&](const std::string& id, const v1::Ballot& ballot) {
    if (ballot.vote() != vote_id) {
      return;
    }
    ++count.ballots;
    findings.expect(voters.insert(ballot.voter()).second, "one ballot for each voter", id);
    findings.expect(participant(session, ballot.voter()) != nullptr, "voters took part", id);
    findings.expect(static_cast<std::uint32_t>(ballot.on().items_size()) <= vote.per_person(),
                    "no more dots than there are for each", id);
    for (const std::string& target : ballot.on().items()) {
      findings.expect(contains(vote.targets(), target), "dots are on what stands for the vote", id);
      ++count.dots[target];
    }
  });
  return count;
}

void check_tally(const std::string& id, const v1::Vote& vote, const Count& count,
                 Findings& findings) {
  std::uint32_t told = 0;
  for (const v1::TallyItem& item : vote.tally().items()) {
    const auto it = count.dots.find(item.target());
    findings.expect(item.dots() == (it == count.dots.end() ? 0 : it->second),
                    "the tally says what the ballots say", id);
    told += item.dots();
  }
  const std::uint32_t cast =
      std::accumulate(count.dots.begin(), count.dots.end(), 0U,
                      [](std::uint32_t sum, const auto& entry) { return sum + entry.second; });
  findings.expect(told == cast, "the tally counts every dot", id);
  findings.expect(vote.tally().voters() == count.ballots, "the tally counts every voter", id);
}

}  // namespace

void check_cards(const State& session, Findings& findings) {
  check_hidden(session, findings);
  check_notes(session, findings);
  check_groups(session, findings);
  check_links(session, findings);
}

void check_votes(const State& session, Findings& findings) {
  session.each<v1::Vote>([&](const std::string& id, const v1::Vote& vote) {
    const Count count = count_ballots(session, id, vote, findings);
    findings.expect(vote.voted() == count.ballots, "a vote counts its ballots", id);
    findings.expect(vote.has_tally() == vote.has_closed_at_ms(),
                    "the tally comes when the vote closes", id);
    findings.expect(vote.has_closed_at_ms() || !is_closed(session),
                    "no vote is open in a closed session", id);
    if (vote.has_tally()) {
      check_tally(id, vote, count, findings);
    }
  });
  session.each<v1::Ballot>([&](const std::string& id, const v1::Ballot& ballot) {
    const v1::Vote* vote = session.get<v1::Vote>(ballot.vote());
    findings.expect(vote != nullptr, "a ballot belongs to a vote", id);
    const RecordPtr record = session.find(kind_of<v1::Ballot>(), id);
    findings.expect(vote == nullptr || vote->hidden() == is_hidden(*record),
                    "the ballots of a hidden vote are hidden", id);
  });
}

}  // namespace swarmboard::board
