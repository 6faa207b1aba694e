#include <gtest/gtest.h>

#include "server/board/route.h"
#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

v1::Deal a_deal(bool open, v1::DealOutcome outcome = v1::DEAL_OUTCOME_UNSPECIFIED) {
  v1::Deal deal;
  deal.set_account("Corbelle Mills");
  deal.set_owner("ben");
  deal.set_is_open(open);
  if (outcome != v1::DEAL_OUTCOME_UNSPECIFIED) {
    deal.set_outcome(outcome);
  }
  return deal;
}

v1::Stakeholder person_of(const std::string& deal) {
  v1::Stakeholder person;
  person.set_deal_id(deal);
  person.set_name("Nora Hale");
  return person;
}

v1::Commitment promise(v1::CommitmentStatus status, const std::string& ref) {
  v1::Commitment commitment;
  commitment.set_owner("hugo");
  commitment.set_status(status);
  commitment.set_ref(ref);
  return commitment;
}

bool contains(const v1::Patch& view, Kind kind, const std::string& id) {
  for (const v1::Upsert& upsert : view.upsert()) {
    if (kind_of_record(upsert.record()) == kind && upsert.record().id() == id) {
      return true;
    }
  }
  return false;
}

class OpeningViewTest : public ::testing::Test {
 protected:
  OpeningViewTest() { board_.usual_team(); }

  v1::Patch view(const v1::Topic& topic = {}) const {
    return opening_view(board_.library(), topic);
  }

  BoardBuilder board_;
};

TEST_F(OpeningViewTest, OpenDealsComeWithTheirPeopleClosedOnesDoNot) {
  board_.load(a_record("d_open", a_deal(true)))
      .load(a_record("d_lost", a_deal(false, v1::DEAL_OUTCOME_LOST_TO_COMPETITOR)))
      .load(a_record("d_won", a_deal(false, v1::DEAL_OUTCOME_WON)))
      .load(a_record("st_open", person_of("d_open")))
      .load(a_record("st_lost", person_of("d_lost")))
      .load(a_record("st_won", person_of("d_won")));
  const v1::Patch shown = view();
  EXPECT_TRUE(contains(shown, kind_of<v1::Deal>(), "d_open"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Stakeholder>(), "st_open"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Deal>(), "d_won"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Stakeholder>(), "st_won"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Deal>(), "d_lost"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Stakeholder>(), "st_lost"));
}

TEST_F(OpeningViewTest, TheTopicsDealComesWholeAlsoWhenItIsClosed) {
  board_.load(a_record("d_lost", a_deal(false, v1::DEAL_OUTCOME_LOST_TO_COMPETITOR)))
      .load(a_record("st_lost", person_of("d_lost")));
  v1::Topic topic;
  topic.set_deal_id("d_lost");
  const v1::Patch shown = view(topic);
  EXPECT_TRUE(contains(shown, kind_of<v1::Deal>(), "d_lost"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Stakeholder>(), "st_lost"));
}

TEST_F(OpeningViewTest, APersonsOwnFiguresNeverComeIn) {
  v1::MemberProgress progress;
  progress.set_member("ben");
  progress.set_target(300);
  v1::Record record = a_record("q1/ben", progress);
  record.mutable_only_for()->add_items("ben");
  record.mutable_only_for()->add_items("imelda");
  board_.load(record);
  EXPECT_FALSE(contains(view(), kind_of<v1::MemberProgress>(), "q1/ben"));
}

TEST_F(OpeningViewTest, UnsettledPromisesComeWithWhatTheyAreAbout) {
  v1::Response response;
  response.set_objection("o1");
  response.set_author("amara");
  response.set_status(v1::RESPONSE_STATUS_DRAFT);
  board_.load(a_record("r_promised", response))
      .load(a_record("r_other", response))
      .load(a_record("c_open", promise(v1::COMMITMENT_STATUS_OPEN, "r_promised")))
      .load(a_record("c_missed", promise(v1::COMMITMENT_STATUS_MISSED, "d1")))
      .load(a_record("c_done", promise(v1::COMMITMENT_STATUS_DONE, "r_other")));
  const v1::Patch shown = view();
  EXPECT_TRUE(contains(shown, kind_of<v1::Commitment>(), "c_open"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Commitment>(), "c_missed"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Commitment>(), "c_done"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Response>(), "r_promised"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Response>(), "r_other"));
}

TEST_F(OpeningViewTest, AnswersOnTrialAndProvenComeRetiredOnesDoNot) {
  v1::Response response;
  response.set_objection("o1");
  response.set_status(v1::RESPONSE_STATUS_TRIAL);
  board_.load(a_record("r_trial", response));
  response.set_status(v1::RESPONSE_STATUS_RETIRED);
  board_.load(a_record("r_retired", response));
  EXPECT_TRUE(contains(view(), kind_of<v1::Response>(), "r_trial"));
  EXPECT_FALSE(contains(view(), kind_of<v1::Response>(), "r_retired"));
}

TEST_F(OpeningViewTest, OpenSwarmsComeWithTheirPeopleAndBlockers) {
  v1::Swarm swarm;
  swarm.set_deal_id("d1");
  swarm.set_status(v1::SWARM_STATUS_HELPING);
  v1::SwarmMember member;
  member.set_swarm("sw_open");
  member.set_member("ben");
  v1::Blocker blocker;
  blocker.set_swarm("sw_open");
  board_.load(a_record("sw_open", swarm))
      .load(a_record("sw_open/ben", member))
      .load(a_record("b_open", blocker));
  blocker.set_resolved_on("2026-01-01");
  board_.load(a_record("b_resolved", blocker));
  swarm.set_status(v1::SWARM_STATUS_CLOSED);
  board_.load(a_record("sw_closed", swarm));
  const v1::Patch shown = view();
  EXPECT_TRUE(contains(shown, kind_of<v1::Swarm>(), "sw_open"));
  EXPECT_TRUE(contains(shown, kind_of<v1::SwarmMember>(), "sw_open/ben"));
  EXPECT_TRUE(contains(shown, kind_of<v1::Blocker>(), "b_open"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Blocker>(), "b_resolved"));
  EXPECT_FALSE(contains(shown, kind_of<v1::Swarm>(), "sw_closed"));
}

TEST_F(OpeningViewTest, ListsOfSessionsAndViewersStayInTheLibrary) {
  v1::SessionCard card;
  card.set_title("Last week");
  v1::ReplayView replayed;
  replayed.set_viewer("ben");
  board_.load(a_record("s0", card)).load(a_record("s0/ben", replayed));
  EXPECT_FALSE(contains(view(), kind_of<v1::SessionCard>(), "s0"));
  EXPECT_FALSE(contains(view(), kind_of<v1::ReplayView>(), "s0/ben"));
}

TEST_F(OpeningViewTest, ANewSessionBeginsWithIt) {
  board_.load(a_record("d_open", a_deal(true)));
  ASSERT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
  EXPECT_EQ(board_.the<v1::Deal>("d_open").account(), "Corbelle Mills");
  EXPECT_NE(board_.session().get<v1::Member>("hugo"), nullptr);
}

}  // namespace
}  // namespace swarmboard::board
