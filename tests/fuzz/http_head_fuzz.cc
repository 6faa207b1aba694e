// The head of an HTTP request: what the guard lets through, the parser takes apart into names that
// mean what they say.
#include <algorithm>
#include <cstdint>
#include <string>

#include "server/base/limits.h"
#include "server/net/http_guard.h"
#include "server/net/http_parse.h"
#include "server/net/http_reply.h"
#include "server/net/origin.h"
#include "server/net/static_files.h"
#include "tests/fuzz/require.h"

namespace swarmboard::net {
namespace {

using fuzz::require;

void check_path(const ParsedHead& head) {
  for (const std::string& segment : head.request.path) {
    require(segment != "." && segment != "..", "no segment leads out of the folder");
    require(segment.find_first_of(std::string_view("/\\\0", 3)) == segment.npos,
            "a segment is one name");
  }
  static const StaticFiles kNoFiles;
  require(kNoFiles.find(head.path) == nullptr, "an empty folder has no files");
  require(!content_type_of(head.path).empty(), "every name has a type");
}

void check_origin(const ParsedHead& head) {
  OriginPolicy policy;
  policy.loopback_only = true;
  policy.origins = {"https://board.example"};
  const std::string& host = head.request.host;
  if (policy.accepts_host(host) && !is_loopback_host(host)) {
    require(policy.accepts_origin("https://" + host, "localhost"),
            "a loopback server goes by loopback names and those of its origins");
  }
  require(policy.accepts_origin(head.origin, head.request.host) ==
              policy.accepts_origin(head.origin, head.request.host),
          "the same answer twice");
}

void check(std::string_view head) {
  const HeadCheck checked = check_request_head(head);
  if (checked.refused != 0) {
    require(checked.refused >= 400 && checked.refused < 600 && !checked.why.empty(),
            "a refusal is a status with a sentence");
    // render_head is what the refusal is sent with.
    require(render_head(refusal(checked.refused, checked.why), false).ends_with("\r\n\r\n"),
            "an answer's head ends");
    return;
  }
  require(checked.body_bytes <= limits::kBodyBytesMax, "an accepted body is within its limit");
  const auto parsed = parse_head(head);
  if (!parsed) {
    return;
  }
  const std::string& method = parsed->request.method;
  require(method == "GET" || method == "POST" || method == "DELETE", "only methods that are used");
  require(!parsed->is_head || method == "GET", "HEAD arrives as GET");
  const auto is_clean = [](const std::string& value) {
    return std::none_of(value.begin(), value.end(),
                        [](unsigned char c) { return c < 0x20 && c != '\t'; });
  };
  require(is_clean(parsed->request.host) && is_clean(parsed->request.cookie) &&
              is_clean(parsed->origin) && is_clean(parsed->if_none_match),
          "no field carries a line break");
  check_path(*parsed);
  check_origin(*parsed);
  static_cast<void>(accepts_gzip(parsed->accept_encoding));
}

}  // namespace
}  // namespace swarmboard::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As the connection hands it over: up to and including the first empty line.
  std::string head(reinterpret_cast<const char*>(data), size);
  const auto end = head.find("\r\n\r\n");
  head = end == head.npos ? head + "\r\n\r\n" : head.substr(0, end + 4);
  if (head.size() <= swarmboard::limits::kHeaderBytesMax) {
    swarmboard::net::check(head);
  }
  return 0;
}
