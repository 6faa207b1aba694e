#include <gtest/gtest.h>

#include "server/board/kinds.h"
#include "tests/api/api_world.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::api {
namespace {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() : world_(false) {
    world_.add_member("ben", v1::MEMBER_ROLE_REP);
    world_.add_member("cleo", v1::MEMBER_ROLE_REP);
    world_.add_member("mia", v1::MEMBER_ROLE_MANAGER);
    v1::Command command;
    v1::OpenSession& open = *command.mutable_open_session();
    open.set_session_id("s1");
    open.set_template_id("objection_clinic_45");
    open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
    open.mutable_topic()->set_title("What we could not answer");
    open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
    EXPECT_TRUE(world_.act(std::move(command), "", "ben", false));
  }

  Response state(const std::string& member, const std::string& session = "s1") {
    return world_.ask("GET", {"api", "sessions", session, "state"}, {}, world_.session_of(member));
  }

  ApiWorld world_;
};

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

TEST_F(ReplayTest, ServesTheStateToWhoeverTheAudienceAdmits) {
  const Response answer = state("ben");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(answer.content_type, "application/x-protobuf");
  EXPECT_EQ(header(answer, "X-Seq"), header(answer, "X-Head"));
  v1::Snapshot snapshot;
  ASSERT_TRUE(snapshot.ParseFromString(answer.body));
  EXPECT_GT(snapshot.records_size(), 0);
  EXPECT_EQ(std::to_string(snapshot.seq()), header(answer, "X-Seq"));
}

TEST_F(ReplayTest, AnswersTheSameForNoSuchSessionAndNotYours) {
  const Response not_hers = state("mia");
  const Response none = state("mia", "s404");
  EXPECT_EQ(not_hers.status, 404U);
  EXPECT_EQ(none.status, 404U);
  EXPECT_EQ(not_hers.body, none.body);
  EXPECT_EQ(world_.ask("GET", {"api", "sessions", "s1", "state"}).status, 401U);
}

TEST_F(ReplayTest, LogsAViewerWhoWasNotThereOncePerViewing) {
  EXPECT_EQ(state("cleo").status, 200U);
  EXPECT_EQ(state("cleo").status, 200U);
  EXPECT_EQ(state("ben").status, 200U);
  std::map<std::string, std::uint32_t> views;
  world_.with("north", [&](room::Team* team) {
    team->with_library([&](const board::State& library) {
      library.each<v1::ReplayView>([&](const std::string&, const v1::ReplayView& view) {
        views[view.viewer()] = view.times();
      });
    });
  });
  world_.run();
  EXPECT_EQ(views, (std::map<std::string, std::uint32_t>{{"cleo", 1}}));
}

TEST_F(ReplayTest, ServesPagesOfEventsAndRefusesNonsense) {
  world_.set_query({{"from", "1"}});
  const Response answer =
      world_.ask("GET", {"api", "sessions", "s1", "events"}, {}, world_.session_of("ben"));
  ASSERT_EQ(answer.status, 200U);
  v1::EventPage page;
  ASSERT_TRUE(page.ParseFromString(answer.body));
  EXPECT_EQ(page.from(), 1U);
  EXPECT_EQ(page.head(), page.to());
  for (const char* bad : {"0", "-1", "x", "", "1x", "99999999999999999999999"}) {
    world_.set_query({{"from", bad}});
    EXPECT_EQ(
        world_.ask("GET", {"api", "sessions", "s1", "events"}, {}, world_.session_of("ben")).status,
        400U)
        << bad;
  }
}

}  // namespace
}  // namespace swarmboard::api
