#include "server/net/origin.h"

#include <algorithm>
#include <cctype>

namespace swarmboard::net {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == host.npos ? host : host.substr(0, end + 1);
  }
  return host.substr(0, host.find(':'));
}

bool is_127(std::string_view name) {
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == name.npos &&
         std::count(name.begin(), name.end(), '.') == 3;
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const std::string name = lower(without_port(host));
  return name == "localhost" || name == "[::1]" || is_127(name);
}

bool OriginPolicy::accepts_host(std::string_view host) const {
  if (!loopback_only || is_loopback_host(host)) {
    return true;
  }
  const std::string name = lower(host);
  return std::any_of(origins.begin(), origins.end(), [&](const std::string& origin) {
    return origin == "http://" + name || origin == "https://" + name;
  });
}

bool OriginPolicy::accepts_origin(std::string_view origin, std::string_view host) const {
  if (origin.empty()) {
    return true;
  }
  const std::string asked = lower(origin);
  const std::string name = lower(host);
  if (asked == "http://" + name || asked == "https://" + name) {
    return true;
  }
  return std::find(origins.begin(), origins.end(), asked) != origins.end();
}

}  // namespace swarmboard::net
