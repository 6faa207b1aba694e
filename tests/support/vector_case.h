// The cases that C++ and TypeScript both check: records and a patch, and what becomes of them. The
// form is described in tests/vectors/README.md.
#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "server/board/state.h"

#include "swarmboard/v1/record.pb.h"

namespace swarmboard::testing {

struct VectorCase {
  std::string name;
  board::State before;
  v1::Patch patch;
};

// The case with the expectation that our own fold has of it.
[[nodiscard]] boost::json::value to_json(const VectorCase& one);
// Throws on anything that is not of the form.
[[nodiscard]] VectorCase from_json(const boost::json::value& json);

[[nodiscard]] VectorCase random_case(std::uint64_t seed, std::uint64_t number);

// One for each trap of merging with protobuf, by name.
[[nodiscard]] std::vector<VectorCase> trap_cases();

}  // namespace swarmboard::testing
