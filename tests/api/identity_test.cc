#include "server/api/identity.h"

#include <gtest/gtest.h>

#include "server/base/limits.h"
#include "tests/api/api_world.h"

namespace swarmboard::api {
namespace {

TEST(Identity, ATicketIsGoodOnceAndForThirtySeconds) {
  ApiWorld world(false);
  Identities& identities = world.api().identities();
  const auto ticket = identities.issue_ticket({.team = "north", .member = "ana"});
  ASSERT_TRUE(ticket.has_value());
  const auto who = identities.redeem_ticket(*ticket);
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->member, "ana");
  EXPECT_EQ(who->team, "north");
  EXPECT_FALSE(identities.redeem_ticket(*ticket).has_value());

  const auto late = identities.issue_ticket({.team = "north", .member = "ana"});
  world.clock().advance_ms(limits::kTicketUs / 1000 + 1);
  EXPECT_FALSE(identities.redeem_ticket(*late).has_value());
  EXPECT_FALSE(identities.redeem_ticket("").has_value());
}

TEST(Identity, TicketsAreLimitedAndOldOnesMakeRoom) {
  ApiWorld world(false);
  Identities& identities = world.api().identities();
  for (std::size_t i = 0; i < limits::kTicketsMax; ++i) {
    ASSERT_TRUE(identities.issue_ticket({.team = "north", .member = "ana"}).has_value());
  }
  EXPECT_FALSE(identities.issue_ticket({.team = "north", .member = "ana"}).has_value());
  world.clock().advance_ms(limits::kTicketUs / 1000 + 1);
  EXPECT_TRUE(identities.issue_ticket({.team = "north", .member = "ana"}).has_value());
}

TEST(Identity, ASessionEndsWhenItIsIdle) {
  ApiWorld world(false);
  const std::string secret = world.session_of("ana");
  for (int hour = 0; hour < 10; ++hour) {
    world.clock().advance_ms(3'600'000);
    ASSERT_TRUE(world.api().identities().find_session(secret).has_value());
  }
  world.clock().advance_ms(limits::kSessionIdleMs + 1);
  EXPECT_FALSE(world.api().identities().find_session(secret).has_value());
}

TEST(Identity, ASessionEndsAfterAWeekWhateverHappens) {
  ApiWorld world(false);
  const std::string secret = world.session_of("ana");
  const int uses = static_cast<int>(limits::kSessionMs / (4 * 3'600'000));
  for (int i = 0; i < uses; ++i) {
    ASSERT_TRUE(world.api().identities().find_session(secret).has_value());
    world.clock().advance_ms(4 * 3'600'000);
  }
  world.clock().advance_ms(1);
  EXPECT_FALSE(world.api().identities().find_session(secret).has_value());
}

TEST(Identity, SessionsSurviveARestartAndTicketsDoNot) {
  ApiWorld world(false);
  const std::string secret = world.session_of("ana");
  const auto ticket = world.api().identities().issue_ticket({.team = "north", .member = "ana"});
  world.restart_api(false);
  const auto who = world.api().identities().find_session(secret);
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->member, "ana");
  EXPECT_FALSE(world.api().identities().redeem_ticket(*ticket).has_value());
}

TEST(Identity, AnEndedSessionIsGoneForGood) {
  ApiWorld world(false);
  const std::string secret = world.session_of("ana");
  world.api().identities().end_session(secret,
                                       [](boost::system::error_code ec) { EXPECT_FALSE(ec); });
  world.run();
  EXPECT_FALSE(world.api().identities().find_session(secret).has_value());
  world.restart_api(false);
  EXPECT_FALSE(world.api().identities().find_session(secret).has_value());
}

TEST(Identity, ANewOwnerLinkTakesThePlaceOfTheOldOne) {
  ApiWorld world(false);
  Identities& identities = world.api().identities();
  std::vector<std::string> links;
  const auto invite = [&] {
    identities.forget_owner_invitations("north");
    identities.invite(
        {.team = "north", .role = v1::MEMBER_ROLE_MANAGER, .owner = true, .name = {}, .made_ms = 0},
        [&](const Secret& made) { links.push_back(*made); });
    world.run();
  };
  invite();
  invite();
  ASSERT_EQ(links.size(), 2U);
  EXPECT_FALSE(identities.find_invitation(links[0]).has_value());
  ASSERT_TRUE(identities.find_invitation(links[1]).has_value());
  EXPECT_TRUE(identities.find_invitation(links[1])->owner);
  world.clock().advance_ms(limits::kInvitationMs + 1);
  EXPECT_FALSE(identities.find_invitation(links[1]).has_value());
}

}  // namespace
}  // namespace swarmboard::api
