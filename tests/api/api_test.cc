#include "server/api/api.h"

#include <gtest/gtest.h>

#include "server/api/handlers.h"
#include "tests/api/api_world.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::api {
namespace {

TEST(Router, TellsUnknownAddressesFromWrongMethods) {
  ApiWorld world(false);
  EXPECT_EQ(world.ask("GET", {"api", "nothing"}).status, 404U);
  EXPECT_EQ(world.ask("GET", {"api"}).status, 404U);
  EXPECT_EQ(world.ask("GET", {"api", "sessions", "s1"}).status, 404U);
  EXPECT_EQ(world.ask("GET", {"api", "sessions", "s1", "state", "more"}).status, 404U);
  EXPECT_EQ(world.ask("POST", {"api", "me"}).status, 405U);
  EXPECT_EQ(world.ask("DELETE", {"healthz"}).status, 405U);
  EXPECT_EQ(world.ask("GET", {"healthz"}).status, 200U);
}

TEST(Router, NothingOfADemoExistsWithoutOne) {
  ApiWorld world(false);
  EXPECT_EQ(world.ask("GET", {"api", "demo", "members"}).status, 404U);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "enter"}, R"({"member":"ana"})").status, 404U);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "clock"}, R"({"wall_ms":1})").status, 404U);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "fixture"}).status, 404U);
}

TEST(Router, AChangeNeedsTheMarkThatNoForeignPageCanSend) {
  ApiWorld world(true);
  world.add_member("ana", v1::MEMBER_ROLE_REP);
  world.set_mark("");
  EXPECT_EQ(world.ask("POST", {"api", "ticket"}, "{}", world.session_of("ana")).status, 403U);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "enter"}, R"({"member":"ana"})").status, 403U);
}

TEST(Router, FindsTheSessionAmongOtherCookies) {
  EXPECT_EQ(session_secret_of("a=b; swarmboard_session=xyz; c=d"), "xyz");
  EXPECT_EQ(session_secret_of("swarmboard_session=xyz"), "xyz");
  EXPECT_EQ(session_secret_of("not_swarmboard_session=xyz"), "");
  EXPECT_EQ(session_secret_of(""), "");
}

TEST(Account, OnlyWhoIsSignedInIsSomebody) {
  ApiWorld world(false);
  world.add_member("ana", v1::MEMBER_ROLE_MANAGER);
  EXPECT_EQ(world.ask("GET", {"api", "me"}).status, 401U);
  EXPECT_EQ(world.ask("GET", {"api", "me"}, {}, "forged").status, 401U);
  EXPECT_EQ(world.ask("POST", {"api", "ticket"}, "{}", "forged").status, 401U);
  const Response me = world.ask("GET", {"api", "me"}, {}, world.session_of("ana"));
  ASSERT_EQ(me.status, 200U);
  EXPECT_EQ(json_of(me).at("member"), "ana");
  EXPECT_EQ(json_of(me).at("team"), "north");
  EXPECT_EQ(json_of(me).at("role"), "MANAGER");
  EXPECT_EQ(json_of(me).at("demo"), false);
}

TEST(Account, ASessionOfSomebodyWhoIsNoMemberIsWorthNothing) {
  ApiWorld world(false);
  EXPECT_EQ(world.ask("GET", {"api", "me"}, {}, world.session_of("gone")).status, 401U);
}

TEST(Account, GivesTicketsForTheSignedInMember) {
  ApiWorld world(false);
  world.add_member("ana", v1::MEMBER_ROLE_REP);
  const Response answer = world.ask("POST", {"api", "ticket"}, "{}", world.session_of("ana"));
  ASSERT_EQ(answer.status, 200U);
  const std::string ticket(json_of(answer).at("ticket").as_string());
  const auto who = world.api().identities().redeem_ticket(ticket);
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->member, "ana");
}

TEST(Account, LeavingEndsTheSessionAndTakesTheCookieAway) {
  ApiWorld world(false);
  world.add_member("ana", v1::MEMBER_ROLE_REP);
  const std::string session = world.session_of("ana");
  const Response answer = world.ask("POST", {"api", "logout"}, "{}", session);
  EXPECT_EQ(answer.status, 200U);
  ASSERT_FALSE(answer.headers.empty());
  EXPECT_NE(answer.headers.front().second.find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(world.ask("GET", {"api", "me"}, {}, session).status, 401U);
}

TEST(Invitation, OwnersAndManagersInviteAndRepsDoNot) {
  ApiWorld world(false);
  world.add_member("ana", v1::MEMBER_ROLE_MANAGER);
  world.add_member("own", v1::MEMBER_ROLE_REP, true);
  world.add_member("rep", v1::MEMBER_ROLE_REP);
  const std::string body = R"({"role":"REP","name":"Maya"})";
  EXPECT_EQ(world.ask("POST", {"api", "invitations"}, body, world.session_of("ana")).status, 200U);
  EXPECT_EQ(world.ask("POST", {"api", "invitations"}, body, world.session_of("own")).status, 200U);
  EXPECT_EQ(world.ask("POST", {"api", "invitations"}, body, world.session_of("rep")).status, 403U);
  EXPECT_EQ(world.ask("POST", {"api", "invitations"}, body).status, 401U);
  EXPECT_EQ(
      world.ask("POST", {"api", "invitations"}, R"({"role":"OWNER"})", world.session_of("ana"))
          .status,
      400U);
  EXPECT_EQ(world.ask("POST", {"api", "invitations"}, "nonsense", world.session_of("ana")).status,
            400U);
}

TEST(Invitation, ALinkMakesOneMemberOfTheInvitedRole) {
  ApiWorld world(false);
  world.add_member("ana", v1::MEMBER_ROLE_MANAGER);
  const Response invited =
      world.ask("POST", {"api", "invitations"}, R"({"role":"PARTNER"})", world.session_of("ana"));
  const std::string token(json_of(invited).at("token").as_string());
  const std::string body = R"({"token":")" + token + R"(","name":"Jonas"})";
  const Response joined = world.ask("POST", {"api", "join"}, body);
  ASSERT_EQ(joined.status, 200U);
  const std::string session = cookie_of(joined);
  ASSERT_FALSE(session.empty());
  const Response me = world.ask("GET", {"api", "me"}, {}, session);
  ASSERT_EQ(me.status, 200U);
  EXPECT_EQ(json_of(me).at("name"), "Jonas");
  EXPECT_EQ(json_of(me).at("role"), "PARTNER");
  EXPECT_EQ(json_of(me).at("owner"), false);
  EXPECT_EQ(world.ask("POST", {"api", "join"}, body).status, 403U);
  EXPECT_EQ(world.ask("POST", {"api", "join"}, R"({"token":"guess","name":"x"})").status, 403U);
  EXPECT_EQ(world.ask("POST", {"api", "join"}, "{}").status, 400U);
}

TEST(Invitation, TheCookieIsForTheServerAlone) {
  ApiWorld world(true);
  world.add_member("ana", v1::MEMBER_ROLE_REP);
  const Response entered = world.ask("POST", {"api", "demo", "enter"}, R"({"member":"ana"})");
  ASSERT_EQ(entered.status, 200U);
  const std::string& cookie = entered.headers.front().second;
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Lax"), std::string::npos);
  EXPECT_EQ(entered.body.find(cookie_of(entered)), std::string::npos);
}

TEST(Demo, LoadsASampleTeamAndEntersAsItsMembers) {
  ApiWorld world(true);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "enter"}, R"({"member":"ben"})").status, 404U);
  v1::LoadFixture fixture;
  v1::Record& record = *fixture.add_records();
  record.set_id("ben");
  record.mutable_member()->set_name("Ben");
  record.mutable_member()->set_role(v1::MEMBER_ROLE_REP);
  record.mutable_member()->set_active(true);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "fixture"}, fixture.SerializeAsString()).status,
            200U);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "fixture"}, "\xff\xff").status, 400U);
  const Response members = world.ask("GET", {"api", "demo", "members"});
  EXPECT_EQ(json_of(members).at("members").as_array().size(), 1U);
  const Response entered = world.ask("POST", {"api", "demo", "enter"}, R"({"member":"ben"})");
  EXPECT_EQ(world.ask("GET", {"api", "me"}, {}, cookie_of(entered)).status, 200U);
}

TEST(Demo, SetsTheScriptsClock) {
  ApiWorld world(true);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "clock"}, R"({"wall_ms":1747141200000})").status,
            200U);
  EXPECT_EQ(world.script_clock().wall_ms(), 1'747'141'200'000);
  EXPECT_EQ(world.ask("POST", {"api", "demo", "clock"}, R"({"wall_ms":"soon"})").status, 400U);
}

TEST(Health, SaysWhetherItShouldGetWork) {
  ApiWorld world(false);
  EXPECT_EQ(world.ask("GET", {"readyz"}).status, 200U);
  world.api().set_stopping();
  const Response answer = world.ask("GET", {"readyz"});
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(json_of(answer).at("reasons").as_array().at(0), "stopping");
}

}  // namespace
}  // namespace swarmboard::api
