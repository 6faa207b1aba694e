#include "server/board/access.h"

#include <memory>

#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::a_record;
using testing::BoardBuilder;

struct Row {
  v1::ReplayAudience audience;
  bool rep;
  bool manager;
  bool partner;
};

constexpr Row kRows[] = {
    {v1::REPLAY_AUDIENCE_PAIR, false, false, false},
    {v1::REPLAY_AUDIENCE_PARTICIPANTS, false, false, false},
    {v1::REPLAY_AUDIENCE_TEAM, true, false, false},
    {v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER, true, true, false},
    {v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS, true, true, true},
};

BoardBuilder session_with(v1::ReplayAudience audience) {
  BoardBuilder board;
  board.usual_team();
  EXPECT_TRUE(board.open("greta", "s1", "conv_5_20_5_30", audience).ok());
  return board;
}

bool replays(const BoardBuilder& board, const std::string& member) {
  return may_replay(board.session(), board.library(), member);
}

bool follows(const BoardBuilder& board, const std::string& member) {
  return may_follow(board.session(), board.library(), member);
}

TEST(Access, EachAudienceLetsInWhomItNames) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(v1::ReplayAudience_Name(row.audience));
    BoardBuilder board = session_with(row.audience);
    ASSERT_TRUE(board.close("greta").ok());
    EXPECT_TRUE(replays(board, "greta")) << "participants always";
    EXPECT_EQ(replays(board, "hugo"), row.rep);
    EXPECT_EQ(replays(board, "imelda"), row.manager);
    EXPECT_EQ(replays(board, "kavya"), row.partner);
    EXPECT_FALSE(replays(board, "mallory"));
    EXPECT_FALSE(replays(board, ""));
    EXPECT_EQ(follows(board, "hugo"), row.rep) << "a closed session is followed by who replays it";
  }
}

TEST(Access, AGuestReplaysTheirOwnSessions) {
  BoardBuilder board = session_with(v1::REPLAY_AUDIENCE_TEAM);
  board.all_join({"kavya"});
  ASSERT_TRUE(board.leave("kavya").ok());
  ASSERT_TRUE(board.close("greta").ok());
  EXPECT_TRUE(replays(board, "kavya"));
  EXPECT_FALSE(replays(board, "jonas"));
}

TEST(Access, AMemberWhoIsNoLongerActiveSeesNothing) {
  BoardBuilder board = session_with(v1::REPLAY_AUDIENCE_TEAM);
  v1::Member greta = board.in_the_library<v1::Member>("greta");
  greta.set_active(false);
  board.load(a_record("greta", greta));
  EXPECT_FALSE(replays(board, "greta"));
  EXPECT_FALSE(follows(board, "greta"));
}

TEST(Access, AnOpenSessionIsFollowedByThoseWhoMayEnterIt) {
  BoardBuilder board = session_with(v1::REPLAY_AUDIENCE_TEAM);
  EXPECT_TRUE(follows(board, "hugo"));
  EXPECT_TRUE(follows(board, "kavya"));
  EXPECT_FALSE(follows(board, "imelda"));
  EXPECT_FALSE(follows(board, "mallory"));
  board = session_with(v1::REPLAY_AUDIENCE_PARTICIPANTS);
  EXPECT_TRUE(follows(board, "imelda"));
  board = session_with(v1::REPLAY_AUDIENCE_PAIR);
  board.all_join({"hugo"});
  EXPECT_TRUE(follows(board, "hugo"));
  EXPECT_FALSE(follows(board, "chidi"));
}

TEST(Access, TheLibraryIsForActiveMembers) {
  BoardBuilder board;
  board.usual_team();
  EXPECT_TRUE(may_follow(State(), board.library(), "jonas"));
  EXPECT_FALSE(may_follow(State(), board.library(), "mallory"));
  EXPECT_TRUE(may_replay(State(), board.library(), "imelda"));
}

TEST(Access, AnAudienceOfANewerVersionIsForParticipants) {
  BoardBuilder board = session_with(v1::REPLAY_AUDIENCE_TEAM);
  State session = board.session();
  v1::Session body = board.the<v1::Session>("s1");
  body.set_replay_audience(static_cast<v1::ReplayAudience>(99));
  session.put(std::make_shared<v1::Record>(a_record("s1", body)));
  EXPECT_TRUE(may_replay(session, board.library(), "greta"));
  EXPECT_FALSE(may_replay(session, board.library(), "hugo"));
  EXPECT_EQ(audience_rank(body.replay_audience()), 0);
}

TEST(Access, TheNarrowerOfTwo) {
  EXPECT_EQ(narrower(v1::REPLAY_AUDIENCE_TEAM, v1::REPLAY_AUDIENCE_PAIR), v1::REPLAY_AUDIENCE_PAIR);
  EXPECT_EQ(narrower(v1::REPLAY_AUDIENCE_TEAM, v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER),
            v1::REPLAY_AUDIENCE_TEAM);
}

}  // namespace
}  // namespace swarmboard::board
