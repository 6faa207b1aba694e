// The committed cases say what the algebra does today; client-web/src checks the same file.
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/text/text_case.h"

namespace swarmboard::testing {
namespace {

TEST(TextVectors, AreWhatTheAlgebraDoes) {
  std::ifstream file(SWARMBOARD_SOURCE_DIR "/tests/vectors/text.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const boost::json::value stored = boost::json::parse(line);
    EXPECT_EQ(worked_out(stored.as_object()), stored) << "case " << cases;
  }
  EXPECT_GE(cases, 100);
}

}  // namespace
}  // namespace swarmboard::testing
