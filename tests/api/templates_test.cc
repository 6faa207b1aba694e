#include "server/board/templates.h"

#include <gtest/gtest.h>

#include "tests/api/api_world.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::api {
namespace {

class TemplatesTest : public testing::Test {
 protected:
  TemplatesTest() : world_(false) { world_.add_member("ben", v1::MEMBER_ROLE_REP); }

  Response stages(const std::string& id) {
    return world_.ask("GET", {"api", "templates", id}, {}, world_.session_of("ben"));
  }

  ApiWorld world_;
};

TEST_F(TemplatesTest, AMemberReadsTheStagesThatASessionWouldHave) {
  const Response answer = stages("deal_swarm_50");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  v1::Snapshot snapshot;
  ASSERT_TRUE(snapshot.ParseFromString(answer.body));
  const auto& known = board::find_template("deal_swarm_50")->stages;
  ASSERT_EQ(static_cast<std::size_t>(snapshot.records_size()), known.size());
  std::uint32_t minutes = 0;
  for (const v1::Record& record : snapshot.records()) {
    EXPECT_FALSE(record.id().empty());
    minutes += record.stage().minutes();
  }
  EXPECT_EQ(minutes, 50U);
}

TEST_F(TemplatesTest, NobodyElseAndNothingElseIsAnswered) {
  EXPECT_EQ(stages("no_such_10").status, 404U);
  EXPECT_EQ(world_.ask("GET", {"api", "templates", "deal_swarm_50"}).status, 401U);
}

}  // namespace
}  // namespace swarmboard::api
