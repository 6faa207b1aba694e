// `swarmboard load` as an operator runs it: a small load on a server of its own, whose figures must
// add up. Nothing here looks at how fast anything was.
#include <cstdint>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/integration/child_server.h"

namespace swarmboard::integration {
namespace {

boost::json::object report_of(const Finished& finished) {
  EXPECT_EQ(finished.code, 0) << finished.output;
  boost::system::error_code error;
  const auto value = boost::json::parse(finished.output, error);
  EXPECT_FALSE(error) << finished.output;
  return value.is_object() ? value.get_object() : boost::json::object{};
}

std::uint64_t count_in(const boost::json::object& report, const char* part, const char* name) {
  return report.at(part).at(name).to_number<std::uint64_t>();
}

TEST(Load, OpenLoopDeliversEveryAcknowledgedCommandToEveryMember) {
  const auto report =
      report_of(run_program({"load", "--teams", "3", "--clients", "5", "--writers", "2", "--rate",
                             "40", "--warm-up", "0", "--seconds", "1", "--json", "-"}));
  const std::uint64_t acknowledged = count_in(report, "whole", "acknowledged");
  EXPECT_GT(acknowledged, 0U);
  EXPECT_EQ(acknowledged, count_in(report, "whole", "submitted"));
  EXPECT_EQ(count_in(report, "whole", "deliveries"), acknowledged * 5);
  EXPECT_EQ(count_in(report, "whole", "unmatched"), 0U);
  // One author and four others receive each command of the window.
  const std::uint64_t in_window = count_in(report, "to_author", "count");
  EXPECT_EQ(count_in(report, "to_others", "count"), in_window * 4);
  EXPECT_EQ(count_in(report, "entering", "count"), 15U);
  EXPECT_GT(report.at("server").at("cpu_us_per_delivery").to_number<double>(), 0);
  EXPECT_GT(report.at("bytes_per_delivery").to_number<double>(), 150);
  EXPECT_TRUE(report.at("problems").as_array().empty());
}

TEST(Load, ClosedLoopKeepsItsCommandsUnderWayOnAServerOfSomebodyElse) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo", "--demo-teams", "2", "--commands-per-second", "100000"}));
  const auto report = report_of(run_program(
      {"load", "--teams", "2", "--clients", "3", "--in-flight", "4", "--warm-up", "0", "--seconds",
       "1", "--server", "http://127.0.0.1:" + std::to_string(server.port()), "--json", "-"}));
  EXPECT_GT(count_in(report, "whole", "acknowledged"), 24U);  // More than one of each.
  EXPECT_EQ(count_in(report, "whole", "deliveries"), count_in(report, "whole", "acknowledged") * 3);
  // Whose process it is was not said.
  EXPECT_FALSE(report.at("server").as_object().contains("cpu_us_per_delivery"));
}

TEST(Load, SendsAgainWhatTheServerPutOff) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo", "--commands-per-second", "20"}));
  const auto report = report_of(run_program(
      {"load", "--teams", "1", "--clients", "2", "--in-flight", "32", "--warm-up", "0", "--seconds",
       "2", "--server", "http://127.0.0.1:" + std::to_string(server.port()), "--json", "-"}));
  EXPECT_GT(count_in(report, "whole", "put_off"), 0U);
  EXPECT_EQ(count_in(report, "whole", "refused"), 0U);
  EXPECT_EQ(count_in(report, "whole", "submitted"), count_in(report, "whole", "acknowledged"));
  EXPECT_EQ(count_in(report, "whole", "deliveries"), count_in(report, "whole", "acknowledged") * 2);
}

TEST(Load, BringsEverybodyBackWithTheirTokens) {
  const auto report =
      report_of(run_program({"load", "--scenario", "rejoin", "--teams", "2", "--clients", "4",
                             "--warm-up", "0", "--seconds", "1", "--json", "-"}));
  EXPECT_EQ(count_in(report, "entering", "count"), 6U);  // The writers had stayed.
  EXPECT_GT(report.at("server").at("cpu_us_per_join").to_number<double>(), 0);
}

TEST(Load, SaysWhatItNeedsWhenTheServerHasTooFewTeams) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  const Finished finished =
      run_program({"load", "--teams", "2", "--clients", "1", "--writers", "1", "--server",
                   "http://127.0.0.1:" + std::to_string(server.port())});
  EXPECT_EQ(finished.code, 2);
  EXPECT_NE(finished.output.find("--demo-teams"), std::string::npos) << finished.output;
}

TEST(Load, RefusesALoadBeyondItsLimitsAndAnAddressThatIsNone) {
  const Finished much = run_program({"load", "--clients", "100000"});
  EXPECT_EQ(much.code, 2);
  EXPECT_NE(much.output.find("at most"), std::string::npos) << much.output;
  const Finished nowhere = run_program({"load", "--server", "localhost"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_NE(nowhere.output.find("http://127.0.0.1:8080"), std::string::npos) << nowhere.output;
}

}  // namespace
}  // namespace swarmboard::integration
