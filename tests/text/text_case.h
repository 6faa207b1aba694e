// A case of text changes as JSON, for C++ and TypeScript: two changes of one text, the earlier and
// the later, what each becomes after the other, and the texts on the way. A change is a list: a
// number keeps so many units, a negative one removes, a string is inserted.
#pragma once

#include <cstdint>

#include <boost/json.hpp>

namespace swarmboard::testing {

[[nodiscard]] boost::json::object random_text_case(std::uint64_t seed, std::uint64_t number);
// The same with everything that follows from text and changes worked out anew.
[[nodiscard]] boost::json::object worked_out(const boost::json::object& given);

}  // namespace swarmboard::testing
