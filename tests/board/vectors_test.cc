// The committed vectors say what the fold does today; client-web/src/board checks the same files.
#include <fstream>
#include <sstream>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/vector_case.h"

namespace swarmboard::testing {
namespace {

boost::json::value read(const std::string& name) {
  std::ifstream file(std::string(SWARMBOARD_SOURCE_DIR) + "/tests/vectors/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

class Vectors : public ::testing::TestWithParam<const char*> {};

TEST_P(Vectors, AreWhatTheFoldDoes) {
  const boost::json::value file = read(GetParam());
  const boost::json::array& cases = file.at("cases").as_array();
  ASSERT_GE(cases.size(), 20U);
  for (const boost::json::value& stored : cases) {
    EXPECT_EQ(to_json(from_json(stored)), stored) << stored.at("name").as_string().c_str();
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Vectors,
                         ::testing::Values("apply_traps.json", "apply_random.json"));

TEST(VectorCases, RandomCasesGoThroughJsonUnchanged) {
  for (std::uint64_t i = 0; i < 500; ++i) {
    const VectorCase one = random_case(7, i);
    const boost::json::value json = to_json(one);
    EXPECT_EQ(to_json(from_json(json)), json) << one.name;
  }
}

}  // namespace
}  // namespace swarmboard::testing
