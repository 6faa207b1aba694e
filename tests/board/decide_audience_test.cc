#include <gtest/gtest.h>

#include "tests/support/board_builder.h"

namespace swarmboard::board {
namespace {

using testing::BoardBuilder;
using testing::Outcome;

class AudienceTest : public ::testing::Test {
 protected:
  AudienceTest() {
    board_.usual_team();
    EXPECT_TRUE(board_.open("greta", "s1", "objection_clinic_45", v1::REPLAY_AUDIENCE_TEAM).ok());
    board_.all_join({"ben", "kavya"});
  }

  Outcome narrow(const std::string& actor, v1::ReplayAudience to) {
    v1::Command command;
    command.mutable_narrow_audience()->set_replay_audience(to);
    return board_.does(actor, command);
  }

  Outcome widen(const std::string& actor, v1::ReplayAudience to) {
    v1::Command command;
    command.mutable_widen_audience()->set_replay_audience(to);
    return board_.does(actor, command);
  }

  v1::ReplayAudience audience() const { return board_.the<v1::Session>("s1").replay_audience(); }

  const v1::AudienceWidening* wish() const {
    return board_.session().get<v1::AudienceWidening>("widening");
  }

  BoardBuilder board_;
};

constexpr auto kOdd = static_cast<v1::ReplayAudience>(999);

TEST_F(AudienceTest, AnybodyInsideMayNarrow) {
  ASSERT_TRUE(narrow("ben", v1::REPLAY_AUDIENCE_PARTICIPANTS).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_PARTICIPANTS);
  EXPECT_EQ(board_.in_the_library<v1::SessionCard>("s1").replay_audience(),
            v1::REPLAY_AUDIENCE_PARTICIPANTS);
}

TEST_F(AudienceTest, NarrowingIsRefusedForGoodReasons) {
  EXPECT_EQ(narrow("hugo", v1::REPLAY_AUDIENCE_PARTICIPANTS).refused,
            v1::REJECT_REASON_NOT_IN_AUDIENCE);
  EXPECT_EQ(narrow("ben", v1::REPLAY_AUDIENCE_TEAM).refused, v1::REJECT_REASON_NO_EFFECT);
  EXPECT_EQ(narrow("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(narrow("ben", kOdd).refused, v1::REJECT_REASON_INVALID);
}

TEST_F(AudienceTest, WideningWaitsForEverybody) {
  ASSERT_TRUE(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  ASSERT_NE(wish(), nullptr);
  EXPECT_EQ(wish()->asked_by(), "ben");
  ASSERT_TRUE(widen("greta", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_TEAM);
  ASSERT_TRUE(widen("kavya", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
  EXPECT_EQ(wish(), nullptr);
  EXPECT_EQ(board_.in_the_library<v1::SessionCard>("s1").replay_audience(),
            v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
}

TEST_F(AudienceTest, WhoHasLeftIsAskedToo) {
  ASSERT_TRUE(board_.leave("kavya").ok());
  ASSERT_TRUE(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  ASSERT_TRUE(widen("greta", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_TEAM);
  EXPECT_TRUE(widen("kavya", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER);
}

TEST_F(AudienceTest, AnotherWishStartsOver) {
  ASSERT_TRUE(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  ASSERT_TRUE(widen("greta", v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS).ok());
  EXPECT_EQ(wish()->to(), v1::REPLAY_AUDIENCE_TEAM_AND_PARTNERS);
  EXPECT_EQ(wish()->asked_by(), "greta");
  EXPECT_EQ(wish()->agreed().items_size(), 1);
}

TEST_F(AudienceTest, WideningIsRefusedForGoodReasons) {
  EXPECT_EQ(widen("ben", kOdd).refused, v1::REJECT_REASON_INVALID);
  EXPECT_EQ(widen("ben", v1::REPLAY_AUDIENCE_TEAM).refused, v1::REJECT_REASON_NO_EFFECT);
  ASSERT_TRUE(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  EXPECT_EQ(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).refused,
            v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(AudienceTest, TheAudienceMayChangeAfterTheSession) {
  ASSERT_TRUE(board_.close("greta").ok());
  ASSERT_TRUE(widen("ben", v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER).ok());
  ASSERT_TRUE(narrow("kavya", v1::REPLAY_AUDIENCE_PARTICIPANTS).ok());
  EXPECT_EQ(audience(), v1::REPLAY_AUDIENCE_PARTICIPANTS);
  EXPECT_EQ(wish(), nullptr) << "what was agreed for another audience does not stay";
}

class RoleTest : public AudienceTest {
 protected:
  RoleTest() {
    EXPECT_TRUE(board_.open("greta", "s2", "deal_swarm_50").ok());
    board_.all_join({"ben", "amara", "imelda", "jonas"});
  }

  bool has(const std::string& member, v1::SessionRole role) const {
    return has_role(board_.session(), member, role);
  }
};

TEST_F(RoleTest, TheFacilitatorGivesRoles) {
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_SCRIBE, "amara").ok());
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_TIMEKEEPER, "amara").ok());
  EXPECT_TRUE(has("ben", v1::SESSION_ROLE_CLIENT));
  EXPECT_TRUE(has("ben", v1::SESSION_ROLE_REP));
  EXPECT_TRUE(has("amara", v1::SESSION_ROLE_SCRIBE));
  EXPECT_TRUE(has("amara", v1::SESSION_ROLE_TIMEKEEPER));
}

TEST_F(RoleTest, ASingleRoleMovesFromOneToTheOther) {
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "amara").ok());
  EXPECT_FALSE(has("ben", v1::SESSION_ROLE_CLIENT));
  EXPECT_TRUE(has("amara", v1::SESSION_ROLE_CLIENT));
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "amara").refused,
            v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(RoleTest, WhoCameAsOwnerGivesTheRoleUp) {
  ASSERT_TRUE(board_.join("hugo", v1::SESSION_ROLE_CLIENT).ok());
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  EXPECT_FALSE(has("hugo", v1::SESSION_ROLE_CLIENT));
  EXPECT_TRUE(has("hugo", v1::SESSION_ROLE_REP));
}

TEST_F(RoleTest, AnObserverHasNoOtherPart) {
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_SCRIBE, "amara").ok());
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_OBSERVER, "amara").ok());
  EXPECT_TRUE(has("amara", v1::SESSION_ROLE_OBSERVER));
  EXPECT_FALSE(has("amara", v1::SESSION_ROLE_SCRIBE));
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_REP, "amara").ok());
  EXPECT_FALSE(has("amara", v1::SESSION_ROLE_OBSERVER));
  EXPECT_TRUE(board_.assign("greta", v1::SESSION_ROLE_TIMEKEEPER, "imelda").ok());
}

TEST_F(RoleTest, RolesAreRefusedForGoodReasons) {
  EXPECT_EQ(board_.assign("ben", v1::SESSION_ROLE_CLIENT, "ben").refused,
            v1::REJECT_REASON_NOT_FACILITATOR);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "chidi").refused,
            v1::REJECT_REASON_TARGET_GONE);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_UNSPECIFIED, "ben").refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.assign("greta", static_cast<v1::SessionRole>(999), "ben").refused,
            v1::REJECT_REASON_INVALID);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_SCRIBE, "imelda").refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_REP, "jonas").refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_GUEST, "ben").refused,
            v1::REJECT_REASON_NOT_ALLOWED);
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_REP, "ben").refused,
            v1::REJECT_REASON_NO_EFFECT);
}

TEST_F(RoleTest, TheOwnerDoesNotReview) {
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "ben").ok());
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_REVIEWER, "ben").refused,
            v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
  ASSERT_TRUE(board_.assign("greta", v1::SESSION_ROLE_REVIEWER, "amara").ok());
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_CLIENT, "amara").refused,
            v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
}

TEST_F(RoleTest, TheOwnerOfTheDealDoesNotReviewEither) {
  v1::Command command;
  auto& open = *command.mutable_open_session();
  open.set_session_id("s3");
  open.set_template_id("win_loss_45");
  open.mutable_topic()->set_title("Why did we lose?");
  open.mutable_topic()->set_deal_id("d1");
  ASSERT_TRUE(board_.in_library("greta", command).ok());
  board_.in("s3").all_join({"ben"});
  EXPECT_EQ(board_.assign("greta", v1::SESSION_ROLE_REVIEWER, "ben").refused,
            v1::REJECT_REASON_OWNER_CANNOT_REVIEW);
}

}  // namespace
}  // namespace swarmboard::board
