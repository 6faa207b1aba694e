// An HTTP request and its answer as plain values. Handlers turn one into the other and never see a
// socket. Any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swarmboard::api {

struct Request {
  std::string method;                        // GET, POST or DELETE; HEAD arrives as GET.
  std::vector<std::string> path;             // Decoded segments: /api/me is {"api", "me"}.
  std::map<std::string, std::string> query;  // Decoded; of a doubled name the first counts.
  std::string host;
  std::string cookie;     // The header, undivided.
  std::string csrf_mark;  // X-Swarmboard: a header that no foreign page can send.
  bool is_https = false;  // As far as the configured public origin tells.
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Called exactly once, on any thread.
using Respond = std::function<void(Response)>;
using Handle = std::function<void(Request, Respond)>;

}  // namespace swarmboard::api
