// An answer on its way to a socket: what to say, and the head it is said with. The security headers
// stand here and nowhere else. PURE values; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/http.h"
#include "server/net/static_files.h"

namespace swarmboard::net {

struct Reply {
  unsigned status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;  // Null: none.
  bool is_page = false;                     // Carries the content security policy.
};

[[nodiscard]] Reply reply_of(api::Response response);
// A refusal of the server itself, as JSON.
[[nodiscard]] Reply refusal(unsigned status, std::string_view why);
// A static file for a browser that has `if_none_match` and may accept gzip.
[[nodiscard]] Reply reply_of(const StaticFile& file, std::string_view if_none_match,
                             bool accepts_gzip);

// True when the Accept-Encoding header allows gzip.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

// Status line and headers, through the empty line. The length is that of the body also for HEAD.
[[nodiscard]] std::string render_head(const Reply& reply, bool keep_alive);

}  // namespace swarmboard::net
