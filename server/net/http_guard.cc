#include "server/net/http_guard.h"

#include <algorithm>
#include <cctype>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

constexpr unsigned kBadRequest = 400;
constexpr unsigned kMethodNotAllowed = 405;
constexpr unsigned kPayloadTooLarge = 413;
constexpr unsigned kTargetTooLong = 414;
constexpr unsigned kHeadTooLarge = 431;
constexpr unsigned kVersionNotSupported = 505;

HeadCheck refuse(unsigned status, std::string_view why) {
  return {.refused = status, .why = why, .body_bytes = 0};
}

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != kMarks.npos);
  });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

HeadCheck check_request_line(std::string_view line, bool& is_1_0) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last) {
    return refuse(kBadRequest, "malformed request line");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || has_control_character(target) || target.find('\t') != target.npos) {
    return refuse(kBadRequest, "malformed request line");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? refuse(kVersionNotSupported, "only HTTP/1.1")
                                        : refuse(kBadRequest, "malformed request line");
  }
  is_1_0 = version == "HTTP/1.0";
  if (method != "GET" && method != "HEAD" && method != "POST" && method != "DELETE") {
    return refuse(kMethodNotAllowed, "this method is not used here");
  }
  if (target.size() > limits::kTargetBytesMax) {
    return refuse(kTargetTooLong, "the address is too long");
  }
  const bool plain = std::all_of(target.begin(), target.end(),
                                 [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!target.starts_with('/') || !plain) {
    return refuse(kBadRequest, "malformed address");
  }
  return {};
}

// What the fields seen so far say about the request's framing.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  std::uint64_t length = 0;
};

HeadCheck check_length(std::string_view value, Framing& framing) {
  if (++framing.lengths > 1 || value.empty() || value.size() > 18 ||
      value.find_first_not_of("0123456789") != value.npos) {
    return refuse(kBadRequest, "malformed Content-Length");
  }
  for (const char digit : value) {
    framing.length = framing.length * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return {};
}

HeadCheck check_field(std::string_view line, Framing& framing) {
  if (line.front() == ' ' || line.front() == '\t') {
    return refuse(kBadRequest, "folded header lines are not accepted");
  }
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) {
    return refuse(kBadRequest, "malformed header line");
  }
  if (has_control_character(line)) {
    return refuse(kBadRequest, "control character in a header");
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equals_ignoring_case(name, "transfer-encoding")) {
    return refuse(kBadRequest, "transfer codings are not accepted; send Content-Length");
  }
  if (equals_ignoring_case(name, "host")) {
    return ++framing.hosts > 1 || value.empty() ? refuse(kBadRequest, "exactly one Host is needed")
                                                : HeadCheck{};
  }
  if (equals_ignoring_case(name, "content-length")) {
    return check_length(value, framing);
  }
  return {};
}

HeadCheck check_framing(const Framing& framing, bool is_1_0, bool may_have_body) {
  if (framing.hosts != 1) {
    return refuse(kBadRequest, "exactly one Host is needed");
  }
  if (is_1_0 && framing.lengths > 0) {
    return refuse(kBadRequest, "HTTP/1.0 with a body is not accepted");
  }
  if (framing.length > 0 && !may_have_body) {
    return refuse(kBadRequest, "this method has no body");
  }
  if (framing.length > limits::kBodyBytesMax) {
    return refuse(kPayloadTooLarge, "the body is too large");
  }
  return {.refused = 0, .why = {}, .body_bytes = framing.length};
}

}  // namespace

HeadCheck check_request_head(std::string_view head) {
  if (head.size() > limits::kHeaderBytesMax) {
    return refuse(kHeadTooLarge, "the headers are too large");
  }
  bool is_1_0 = false;
  Framing framing;
  std::size_t fields = 0;
  bool first_line = true;
  const bool may_have_body = head.starts_with("POST ") || head.starts_with("DELETE ");
  while (true) {
    const auto end = head.find("\r\n");
    if (end == head.npos) {
      return refuse(kBadRequest, "the head does not end");
    }
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty() && !first_line) {
      return check_framing(framing, is_1_0, may_have_body);
    }
    if (!first_line && ++fields > limits::kHeaderFieldsMax) {
      return refuse(kHeadTooLarge, "too many header lines");
    }
    const HeadCheck check =
        first_line ? check_request_line(line, is_1_0) : check_field(line, framing);
    if (check.refused != 0) {
      return check;
    }
    first_line = false;
  }
}

}  // namespace swarmboard::net
