// The check of a request's head before any parser sees it. It removes whole families of parser
// disagreements: transfer codings, doubled framing fields, folding, control characters, HTTP/1.0
// with a body. PURE; any thread. A refusal is an HTTP status with a sentence.
#pragma once

#include <cstdint>
#include <string_view>

namespace swarmboard::net {

struct HeadCheck {
  unsigned refused = 0;  // HTTP status; 0 = fine.
  std::string_view why;
  std::uint64_t body_bytes = 0;
};

// `head` is everything up to and including the empty line, at most limits::kHeaderBytesMax.
[[nodiscard]] HeadCheck check_request_head(std::string_view head);

}  // namespace swarmboard::net
