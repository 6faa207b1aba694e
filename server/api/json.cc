#include "server/api/json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace swarmboard::api {

namespace json = boost::json;

Response json_response(unsigned status, const json::object& body) {
  Response response;
  response.status = status;
  response.body = json::serialize(body) + '\n';
  return response;
}

Response error_response(unsigned status, std::string_view code, std::string_view sentence) {
  return json_response(status, {{"error", sentence}, {"code", code}});
}

std::optional<json::object> parse_object(std::string_view body) {
  boost::system::error_code ec;
  json::parse_options options;
  options.max_depth = 4;
  const json::value parsed = json::parse(body, ec, {}, options);
  if (ec || !parsed.is_object()) {
    return std::nullopt;
  }
  return parsed.get_object();
}

std::string string_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

}  // namespace swarmboard::api
