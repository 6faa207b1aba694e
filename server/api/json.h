// Small JSON answers and bodies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "server/api/http.h"

namespace swarmboard::api {

[[nodiscard]] Response json_response(unsigned status, const boost::json::object& body);
// {"error": "<sentence for a person>", "code": "<fixed word for a program>"}
[[nodiscard]] Response error_response(unsigned status, std::string_view code,
                                      std::string_view sentence);

// The body as an object; nothing when it is none. Nesting beyond a few levels is refused.
[[nodiscard]] std::optional<boost::json::object> parse_object(std::string_view body);
// A string member of it; empty when it is missing or something else.
[[nodiscard]] std::string string_member(const boost::json::object& object, std::string_view name);

}  // namespace swarmboard::api
