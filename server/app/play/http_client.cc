#include "server/app/play/http_client.h"

#include <charconv>

#include "server/net/http_client.h"

namespace swarmboard::play {

Address parse_address(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return {};
  }
  std::string_view rest = std::string_view(url).substr(kScheme.size());
  if (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return {};
  }
  Address address;
  const std::string_view digits = rest.substr(colon + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return {};
  }
  address.host = std::string(rest.substr(0, colon));
  return address;
}

HttpClient::HttpClient(const std::string& url) : url_(url), address_(parse_address(url)) {}

HttpAnswer HttpClient::get(const std::string& path) {
  return call("GET", path, "", "");
}

HttpAnswer HttpClient::post(const std::string& path, const std::string& body,
                            const std::string& content_type) {
  return call("POST", path, body, content_type);
}

HttpAnswer HttpClient::call(const std::string& method, const std::string& path,
                            const std::string& body, const std::string& content_type) {
  net::HttpCall call;
  call.host = address_.host;
  call.port = address_.port;
  call.method = method;
  call.target = path;
  call.body = body;
  call.headers.emplace_back("X-Swarmboard", "1");
  call.headers.emplace_back("Origin", url_);
  if (!content_type.empty()) {
    call.headers.emplace_back("Content-Type", content_type);
  }
  if (!cookie_.empty()) {
    call.headers.emplace_back("Cookie", cookie_);
  }
  const net::HttpAnswer answer = net::http_call(call);
  if (answer.status == 0) {
    return {.status = 0, .body = answer.error};
  }
  if (const std::string set = answer.header("Set-Cookie"); !set.empty()) {
    cookie_ = set.substr(0, set.find(';'));
  }
  return {.status = static_cast<int>(answer.status), .body = answer.body};
}

}  // namespace swarmboard::play
