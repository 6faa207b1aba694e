#include "tests/text/text_case.h"

#include <stdexcept>
#include <string>

#include "server/text/change.h"
#include "tests/support/random_text.h"

namespace swarmboard::testing {
namespace {

using text::Change;
using text::Part;
using text::Side;

boost::json::array to_json(const Change& change) {
  boost::json::array parts;
  for (const Part& part : change.parts) {
    if (part.kind == Part::Kind::Insert) {
      parts.emplace_back(part.inserted);
    } else {
      const auto units = static_cast<std::int64_t>(part.units);
      parts.emplace_back(part.kind == Part::Kind::Keep ? units : -units);
    }
  }
  return parts;
}

Change from_json(const boost::json::value& parts) {
  Change change;
  for (const boost::json::value& part : parts.as_array()) {
    if (part.is_string()) {
      change.insert(part.as_string().c_str());
    } else if (part.as_int64() > 0) {
      change.keep(static_cast<std::uint32_t>(part.as_int64()));
    } else {
      change.remove(static_cast<std::uint32_t>(-part.as_int64()));
    }
  }
  return change;
}

std::string applied(const std::string& text, const Change& change) {
  const auto after = text::changed(text, change);
  if (!after) {
    throw std::runtime_error("a change of a text case does not fit");
  }
  return *after;
}

boost::json::object work_out(const std::string& text, const Change& earlier, const Change& later) {
  const Change later_after = text::transform(later, earlier, Side::Right);
  const std::string after_earlier = applied(text, earlier);
  return {{"text", text},
          {"earlier", to_json(earlier)},
          {"later", to_json(later)},
          {"afterEarlier", after_earlier},
          {"afterLater", applied(text, later)},
          {"laterAfterEarlier", to_json(later_after)},
          {"earlierAfterLater", to_json(text::transform(earlier, later, Side::Left))},
          {"both", applied(after_earlier, later_after)},
          {"composed", to_json(text::compose(earlier, later_after))},
          {"difference", to_json(text::difference(text, after_earlier))}};
}

}  // namespace

boost::json::object random_text_case(std::uint64_t seed, std::uint64_t number) {
  Random random(seed * 1'000'003 + number);
  const std::string text = random_text(random, 10);
  const Change earlier = random_change(random, text);
  return work_out(text, earlier, random_change(random, text));
}

boost::json::object worked_out(const boost::json::object& given) {
  return work_out(given.at("text").as_string().c_str(), from_json(given.at("earlier")),
                  from_json(given.at("later")));
}

}  // namespace swarmboard::testing
