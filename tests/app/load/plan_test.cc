#include "server/app/load/plan.h"

#include <functional>

#include <gtest/gtest.h>

namespace swarmboard::load {
namespace {

TEST(Plan, KnowsEveryScenarioByItsName) {
  ASSERT_FALSE(scenario_names().empty());
  for (const std::string& name : scenario_names()) {
    app::LoadConfig config;
    config.scenario = name;
    const auto plan = make_plan(config);
    ASSERT_TRUE(plan.has_value()) << name << ": " << plan.error().what;
    EXPECT_EQ(plan->scenario, name);
  }
}

TEST(Plan, IsAMeetingUnlessToldOtherwise) {
  const auto plan = make_plan({});
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->scenario, "meeting");
  EXPECT_EQ(plan->connections(), 1'000U);
  EXPECT_EQ(plan->rate, 2);
  EXPECT_EQ(plan->in_flight, 0U);
}

TEST(Plan, TakesFlagsBeforeTheScenario) {
  app::LoadConfig config;
  config.teams = 2;
  config.clients = 3;
  config.in_flight = 4;
  const auto plan = make_plan(config);
  ASSERT_TRUE(plan.has_value()) << plan.error().what;
  EXPECT_EQ(plan->connections(), 6U);
  EXPECT_EQ(plan->writers, 3U);  // Not more than there are clients.
  EXPECT_EQ(plan->rate, 0);      // A closed loop was asked for.
  EXPECT_EQ(plan->in_flight, 4U);
}

struct BadCase {
  const char* name;
  std::function<void(app::LoadConfig&)> spoil;
  const char* says;
};

class BadPlans : public testing::TestWithParam<BadCase> {};

TEST_P(BadPlans, AreRefusedWithASentence) {
  app::LoadConfig config;
  GetParam().spoil(config);
  const auto plan = make_plan(config);
  ASSERT_TRUE(plan.has_error());
  EXPECT_NE(plan.error().what.find(GetParam().says), std::string::npos) << plan.error().what;
}

using Config = app::LoadConfig;

INSTANTIATE_TEST_SUITE_P(
    All, BadPlans,
    testing::Values(BadCase{"Scenario", [](Config& c) { c.scenario = "party"; },
                            "there are: light, meeting"},
                    BadCase{"NoTeam", [](Config& c) { c.teams = 0; }, "at least one"},
                    BadCase{"Teams", [](Config& c) { c.teams = 257; }, "at most 256"},
                    BadCase{"Connections",
                            [](Config& c) {
                              c.teams = 100;
                              c.clients = 200;
                            },
                            "at most 19000"},
                    BadCase{"Clients",
                            [](Config& c) {
                              c.teams = 1;
                              c.clients = 1'201;
                            },
                            "at most 1200"},
                    BadCase{"Writers", [](Config& c) { c.writers = 51; }, "among its clients"},
                    BadCase{"NoWriter", [](Config& c) { c.writers = 0; }, "somebody has to write"},
                    BadCase{"Rate", [](Config& c) { c.rate = 1'001; }, "at most 1000"},
                    BadCase{"NegativeRate", [](Config& c) { c.rate = -1; }, "at most 1000"},
                    BadCase{"TotalRate", [](Config& c) { c.rate = 500; }, "at most 1000"},
                    BadCase{"Both",
                            [](Config& c) {
                              c.rate = 1;
                              c.in_flight = 1;
                            },
                            "either a rate"},
                    BadCase{"Neither", [](Config& c) { c.rate = 0; }, "either a rate"},
                    BadCase{"InFlight", [](Config& c) { c.in_flight = 33; }, "at most 32"},
                    BadCase{"Seconds", [](Config& c) { c.seconds = 601; }, "at most 600"},
                    BadCase{"NoTime", [](Config& c) { c.seconds = 0; }, "at least one"},
                    BadCase{"ShortText", [](Config& c) { c.text_bytes = 3; }, "20 to 8000"},
                    BadCase{"LongText", [](Config& c) { c.text_bytes = 9'000; }, "20 to 8000"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace swarmboard::load
