// A guarded request head, taken apart: Beast's parser for the fields, Boost.URL for the address.
// PURE; any thread. Errors: none when neither of the two accepts it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/api/http.h"

namespace swarmboard::net {

struct ParsedHead {
  api::Request request;  // Without body.
  std::string path;      // Decoded, one string: for static files.
  std::string origin;
  std::string if_none_match;
  std::string accept_encoding;
  bool is_head = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool asks_for_websocket = false;
  bool offers_our_subprotocol = false;
};

// `head` passed check_request_head().
[[nodiscard]] std::optional<ParsedHead> parse_head(std::string_view head);

}  // namespace swarmboard::net
