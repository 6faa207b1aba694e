#include "server/base/log.h"

#include <vector>

#include <gtest/gtest.h>

namespace swarmboard {
namespace {

TEST(Log, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(log::format_line(log::Level::Info, "team opened", {{"team", "north"}, {"seq", 412}}),
            "level=info msg=\"team opened\" team=north seq=412");
  EXPECT_EQ(log::format_line(log::Level::Warn, "x", {{"why", "no \"space\" left"}, {"none", ""}}),
            "level=warn msg=\"x\" why=\"no \\\"space\\\" left\" none=\"\"");
}

TEST(Log, AValueNeverBeginsALineOfItsOwn) {
  const std::string line =
      log::format_line(log::Level::Error, "x", {{"path", "/a\nlevel=info msg=forged"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line, "level=error msg=\"x\" path=\"/a level=info msg=forged\"");
}

TEST(Log, CutsLongValues) {
  const std::string line =
      log::format_line(log::Level::Info, "x", {{"v", std::string(10'000, 'a')}});
  EXPECT_LT(line.size(), 300U);
  EXPECT_NE(line.find("...\""), std::string::npos);
}

TEST(Log, CountsInsteadOfPrintingAFlood) {
  std::vector<std::string> lines;
  log::capture([&](const std::string& line) { lines.push_back(line); });
  for (int i = 0; i < 1'000; ++i) {
    log::warn("flood");
  }
  log::warn("another");
  log::capture({});
  // A second may turn over in the loop: two windows at most.
  EXPECT_LE(lines.size(), 41U);
  EXPECT_EQ(lines.back(), "level=warn msg=\"another\"");
}

}  // namespace
}  // namespace swarmboard
