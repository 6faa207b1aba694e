#include <memory>

#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class VoteTest : public ::testing::Test {
 protected:
  VoteTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "hugo", "imelda", "jonas"});
    EXPECT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
    EXPECT_TRUE(board_.start("greta", "options").ok());
    for (const char* id : {"i1", "i2", "i3"}) {
      EXPECT_TRUE(board_.note("amara", id, v1::NOTE_KIND_IDEA, "An idea").ok());
    }
    EXPECT_TRUE(board_.start("greta", "choose").ok());
  }

  void open(bool hidden = true) {
    ASSERT_TRUE(board_.open_vote("greta", "v1", {"i1", "i2", "i3"}, hidden).ok());
  }

  const v1::Vote& vote() const { return board_.the<v1::Vote>("v1"); }

  Outcome group(const std::string& actor, const std::string& id,
                const std::vector<std::string>& ids, const std::string& title = "") {
    v1::Command command;
    command.mutable_group_cards()->set_id(id);
    for (const std::string& each : ids) {
      command.mutable_group_cards()->add_ids(each);
    }
    command.mutable_group_cards()->set_title(title);
    return board_.does(actor, command);
  }

  BoardBuilder board_;
};

TEST_F(VoteTest, HiddenDotsAreSeenByTheirVoterOnly) {
  open();
  ASSERT_TRUE(board_.cast("amara", "v1", {"i1", "i2", "i1"}).ok());
  EXPECT_NE(board_.seen_by("amara").get<v1::Ballot>("v1/amara"), nullptr);
  for (const char* other : {"greta", "hugo", "imelda", ""}) {
    EXPECT_EQ(board_.seen_by(other).get<v1::Ballot>("v1/amara"), nullptr) << other;
    EXPECT_EQ(board_.seen_by(other).get<v1::Vote>("v1")->voted(), 1U) << other;
  }
  v1::Event part;
  ASSERT_TRUE(part.ParseFromString(board_.events().back().public_part()));
  EXPECT_TRUE(part.actor().empty());
  EXPECT_FALSE(part.has_intent());
  EXPECT_TRUE(part.client_id().empty());
}

TEST_F(VoteTest, TheTallyComesWhenTheVoteCloses) {
  open();
  ASSERT_TRUE(board_.cast("amara", "v1", {"i1", "i2"}).ok());
  ASSERT_TRUE(board_.cast("hugo", "v1", {"i2"}).ok());
  EXPECT_FALSE(vote().has_tally());
  ASSERT_TRUE(board_.close_vote("greta", "v1").ok());
  ASSERT_EQ(vote().tally().items_size(), 3);
  EXPECT_EQ(vote().tally().items(0).dots(), 1U);
  EXPECT_EQ(vote().tally().items(1).dots(), 2U);
  EXPECT_EQ(vote().tally().items(2).dots(), 0U);
  EXPECT_EQ(vote().tally().voters(), 2U);
  EXPECT_EQ(board_.seen_by("").get<v1::Ballot>("v1/hugo"), nullptr)
      << "a replay shows the tally, not the ballots";
}

TEST_F(VoteTest, ABallotTakesThePlaceOfTheEarlierOne) {
  open();
  ASSERT_TRUE(board_.cast("amara", "v1", {"i1"}).ok());
  EXPECT_EQ(board_.cast("amara", "v1", {"i1"}).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(board_.cast("amara", "v1", {"i3"}).ok());
  EXPECT_EQ(vote().voted(), 1U);
  ASSERT_TRUE(board_.cast("amara", "v1", {}).ok());
  EXPECT_EQ(vote().voted(), 0U);
  EXPECT_EQ(board_.cast("amara", "v1", {}).refused, v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(VoteTest, OpenDotsCarryTheirName) {
  open(false);
  ASSERT_TRUE(board_.cast("amara", "v1", {"i1"}).ok());
  EXPECT_NE(board_.seen_by("").get<v1::Ballot>("v1/amara"), nullptr);
  ASSERT_TRUE(board_.cast("amara", "v1", {}).ok());
  EXPECT_EQ(board_.seen_by("").get<v1::Ballot>("v1/amara"), nullptr);
}

TEST_F(VoteTest, VotingIsRefusedForGoodReasons) {
  open();
  EXPECT_EQ(board_.cast("amara", "v9", {"i1"}).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.cast("imelda", "v1", {"i1"}).refused, v1::REJECT_REASON_ROLE_CANNOT_VOTE);
  EXPECT_EQ(board_.cast("ben", "v1", {"i1"}).refused, v1::REJECT_REASON_ROLE_CANNOT_VOTE);
  EXPECT_EQ(board_.cast("amara", "v1", {"i1", "i2", "i3", "i1"}).refused,
            v1::REJECT_REASON_TOO_MANY_DOTS);
  EXPECT_EQ(board_.cast("amara", "v1", {"i9"}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_TRUE(board_.cast("jonas", "v1", {"i1"}).ok()) << "guests vote";
  EXPECT_EQ(board_.close_vote("amara", "v1").refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.close_vote("greta", "v9").refused, v1::REJECT_REASON_TARGET_GONE);
  ASSERT_TRUE(board_.close_vote("greta", "v1").ok());
  EXPECT_EQ(board_.close_vote("greta", "v1").refused, v1::REJECT_REASON_VOTE_CLOSED);
  EXPECT_EQ(board_.cast("amara", "v1", {"i1"}).refused, v1::REJECT_REASON_VOTE_CLOSED);
}

TEST_F(VoteTest, TheOwnerOfTheAskVotesOutsideSwarms) {
  ASSERT_TRUE(board_.open("greta", "s2", "stuck_clinic_50").ok());
  board_.all_join({"ben"});
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  ASSERT_TRUE(board_.start("greta", "causes").ok());
  ASSERT_TRUE(board_.note("ben", "c1", v1::NOTE_KIND_STUCK, "No urgency").ok());
  ASSERT_TRUE(board_.open_vote("greta", "v2", {"c1"}).ok());
  EXPECT_TRUE(board_.cast("ben", "v2", {"c1"}).ok());
}

TEST_F(VoteTest, TheNumberOfDotsComesFromTheCommandTheStageOrTheTeam) {
  ASSERT_TRUE(board_.open_vote("greta", "v1", {"i1"}, true, 5).ok());
  EXPECT_EQ(board_.the<v1::Vote>("v1").per_person(), 5U);
  ASSERT_TRUE(board_.open_vote("greta", "v2", {"i1"}, true, 0).ok());
  EXPECT_EQ(board_.the<v1::Vote>("v2").per_person(), 3U);
  EXPECT_EQ(board_.the<v1::Vote>("v2").stage(), "choose");
  v1::TeamRules rules;
  rules.set_votes_per_person(4);
  board_.rules(rules);
  ASSERT_TRUE(board_.start("greta", "commit").ok());
  ASSERT_TRUE(board_.open_vote("greta", "v3", {"i1"}, true, 0).ok());
  EXPECT_EQ(board_.the<v1::Vote>("v3").per_person(), 4U);
}

TEST_F(VoteTest, OpeningIsRefusedForGoodReasons) {
  EXPECT_EQ(board_.open_vote("amara", "v1", {"i1"}).refused, v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.open_vote("greta", "v1", {}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.open_vote("greta", "v1", std::vector<std::string>(201, "i1")).refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.open_vote("greta", "v1", {"i1", "i1"}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.open_vote("greta", "v1", {"i9"}).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.open_vote("greta", "v1", {"ben"}).refused, v1::REJECT_REASON_TARGET_GONE)
      << "people do not stand for a vote";
  EXPECT_EQ(board_.open_vote("greta", "not valid", {"i1"}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.open_vote("greta", std::string(41, 'v'), {"i1"}).refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.open_vote("greta", "v1", {"i1"}, true, 21).refused, v1::REJECT_REASON_INVALID);
  open();
  EXPECT_EQ(board_.open_vote("greta", "v1", {"i1"}).refused, v1::REJECT_REASON_ALREADY_EXISTS);
}

TEST_F(VoteTest, AHiddenCardDoesNotStandForAVote) {
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("amara", "c1", v1::NOTE_KIND_COMMENT, "Hidden").ok());
  EXPECT_EQ(board_.open_vote("greta", "v1", {"c1"}).refused, v1::REJECT_REASON_TARGET_GONE);
}

TEST_F(VoteTest, ThereIsNoVoteInAStageWithoutNames) {
  ASSERT_TRUE(board_.open("greta", "s2", "win_loss_45").ok());
  board_.all_join({"ben", "amara", "hugo", "farah"});
  ASSERT_TRUE(board_.start("greta", "timeline").ok());
  ASSERT_TRUE(board_.note("ben", "n1", v1::NOTE_KIND_COMMENT, "They signed").ok());
  ASSERT_TRUE(board_.start("greta", "unsaid").ok());
  EXPECT_EQ(board_.open_vote("greta", "v2", {"n1"}).refused, v1::REJECT_REASON_WRONG_STAGE);
  ASSERT_TRUE(board_.start("greta", "learn", true).ok());
  EXPECT_EQ(board_.open_vote("greta", "v2", {"n1"}).refused, v1::REJECT_REASON_WRONG_STAGE);
}

TEST_F(VoteTest, CardsAreGroupedUnderATitle) {
  ASSERT_TRUE(group("amara", "g1", {"i1", "i2"}, "Both are about the COO").ok());
  const auto& made = board_.the<v1::NoteGroup>("g1");
  EXPECT_EQ(made.title(), "Both are about the COO");
  EXPECT_EQ(made.grouped_by(), "amara");
  EXPECT_EQ(board_.the<v1::Note>("i1").group(), "g1");
  EXPECT_TRUE(board_.open_vote("greta", "v1", {"g1", "i3"}).ok()) << "a group can be voted on";
}

TEST_F(VoteTest, ACardIsInOneGroupAtATime) {
  ASSERT_TRUE(group("amara", "g1", {"i1", "i2"}).ok());
  ASSERT_TRUE(group("hugo", "g2", {"i2", "i3"}).ok());
  EXPECT_EQ(board_.the<v1::Note>("i2").group(), "g2");
  EXPECT_EQ(board_.the<v1::NoteGroup>("g1").members().items_size(), 1);
  ASSERT_TRUE(group("hugo", "g2", {"i1", "i2", "i3"}).ok());
  EXPECT_EQ(board_.session().get<v1::NoteGroup>("g1"), nullptr) << "an empty group is gone";
}

TEST_F(VoteTest, AGroupIsChangedAndDissolved) {
  ASSERT_TRUE(group("amara", "g1", {"i1", "i2"}, "First").ok());
  ASSERT_TRUE(group("amara", "g1", {"i2", "i3"}).ok());
  EXPECT_EQ(board_.the<v1::NoteGroup>("g1").title(), "First");
  EXPECT_FALSE(board_.the<v1::Note>("i1").has_group());
  ASSERT_TRUE(group("amara", "g1", {}).ok());
  EXPECT_EQ(board_.session().get<v1::NoteGroup>("g1"), nullptr);
  EXPECT_FALSE(board_.the<v1::Note>("i3").has_group());
}

TEST_F(VoteTest, ABoardHoldsFiveHundredGroups) {
  State full = board_.session();
  for (int i = 0; i < 500; ++i) {
    full.put(
        std::make_shared<v1::Record>(testing::a_record("g" + std::to_string(i), v1::NoteGroup())));
  }
  v1::Command command;
  command.mutable_group_cards()->set_id("one-more");
  command.mutable_group_cards()->add_ids("i1");
  const auto decided = decide({full, board_.library(), "s1"}, command, board_.context("amara"));
  ASSERT_TRUE(decided.has_error());
  EXPECT_EQ(decided.error().reason, v1::REJECT_REASON_LIMIT_REACHED);
}

TEST_F(VoteTest, GroupingIsRefusedForGoodReasons) {
  EXPECT_EQ(group("amara", "g1", {}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(group("amara", "g1", {"i1", "i1"}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(group("amara", "no spaces", {"i1"}).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(group("amara", "g1", {"i9"}).refused, v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(group("amara", "g1", {"i1"}, std::string(301, 'x')).refused,
            v1::REJECT_REASON_TOO_LARGE);
  EXPECT_EQ(group("amara", "g1", std::vector<std::string>(201, "i1")).refused,
            v1::REJECT_REASON_LIMIT_REACHED);
  ASSERT_TRUE(board_.start("greta", "options").ok());
  EXPECT_EQ(group("ben", "g1", {"i1"}).refused, v1::REJECT_REASON_LISTEN_ONLY);
  EXPECT_EQ(group("imelda", "g1", {"i1"}).refused, v1::REJECT_REASON_NOT_ALLOWED);
  ASSERT_TRUE(board_.start("greta", "diagnose").ok());
  ASSERT_TRUE(board_.note("amara", "c1", v1::NOTE_KIND_COMMENT, "Hidden").ok());
  EXPECT_EQ(group("amara", "g1", {"c1"}).refused, v1::REJECT_REASON_TARGET_GONE);
}

}  // namespace
}  // namespace swarmboard::board
