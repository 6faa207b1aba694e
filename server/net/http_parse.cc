#include "server/net/http_parse.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace swarmboard::net {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kSubprotocol = "swarmboard.v1";
// Never part of one segment: whoever encodes them means to get past a check.
constexpr std::string_view kNoName{"/\\\0", 3};

std::string field(const http::request_header<>& head, http::field name) {
  const auto value = head[name];
  return {value.data(), value.size()};
}

bool read_target(std::string_view target, ParsedHead& parsed) {
  const auto url = boost::urls::parse_origin_form(target);
  if (url.has_error()) {
    return false;
  }
  for (const auto& segment : url->segments()) {
    if (segment == "." || segment == ".." || segment.find_first_of(kNoName) != segment.npos) {
      return false;
    }
    parsed.request.path.push_back(segment);
    parsed.path += '/' + segment;
  }
  for (const auto& param : url->params()) {
    parsed.request.query.emplace(param.key, param.value);
  }
  // "/" has one empty segment or none; neither is a name.
  if (!parsed.request.path.empty() && parsed.request.path.back().empty()) {
    parsed.request.path.pop_back();
  }
  return true;
}

}  // namespace

std::optional<ParsedHead> parse_head(std::string_view head) {
  http::request_parser<http::empty_body> parser;
  boost::system::error_code ec;
  parser.put(boost::asio::buffer(head), ec);
  if ((ec && ec != http::error::need_more) || !parser.is_header_done()) {
    return std::nullopt;
  }
  const http::request_header<>& fields = parser.get().base();
  ParsedHead parsed;
  const std::string_view target{fields.target().data(), fields.target().size()};
  if (!read_target(target, parsed)) {
    return std::nullopt;
  }
  parsed.is_head = fields.method() == http::verb::head;
  parsed.request.method = parsed.is_head ? "GET" : std::string(fields.method_string());
  parsed.request.host = field(fields, http::field::host);
  parsed.request.cookie = field(fields, http::field::cookie);
  parsed.request.csrf_mark = std::string(fields["X-Swarmboard"]);
  parsed.origin = field(fields, http::field::origin);
  parsed.if_none_match = field(fields, http::field::if_none_match);
  parsed.accept_encoding = field(fields, http::field::accept_encoding);
  parsed.keep_alive = parser.keep_alive();
  parsed.expects_continue = boost::beast::iequals(fields[http::field::expect], "100-continue");
  parsed.asks_for_websocket = http::token_list{fields[http::field::upgrade]}.exists("websocket");
  parsed.offers_our_subprotocol =
      http::token_list{fields[http::field::sec_websocket_protocol]}.exists(
          boost::beast::string_view(kSubprotocol.data(), kSubprotocol.size()));
  return parsed;
}

}  // namespace swarmboard::net
