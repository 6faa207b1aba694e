#include "server/net/http_reply.h"

#include <algorithm>
#include <array>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

constexpr unsigned kNotModified = 304;

constexpr std::array<std::pair<unsigned, std::string_view>, 22> kReasons{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
}};

// Everything from our own origin, no inline script, no frames. The socket is 'self' too.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'";

constexpr std::string_view kEveryAnswer =
    "Server: swarmboard\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

std::string_view reason_of(unsigned status) {
  const auto found = std::find_if(kReasons.begin(), kReasons.end(),
                                  [&](const auto& entry) { return entry.first == status; });
  return found == kReasons.end() ? "Answer" : found->second;
}

bool has_body(unsigned status) {
  return status >= 200 && status != 204 && status != kNotModified;
}

}  // namespace

Reply reply_of(api::Response response) {
  Reply reply;
  reply.status = response.status;
  reply.content_type = std::move(response.content_type);
  reply.headers = std::move(response.headers);
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.body = std::make_shared<const std::string>(std::move(response.body));
  return reply;
}

Reply refusal(unsigned status, std::string_view why) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.headers.emplace_back("Cache-Control", "no-store");
  // Our own fixed sentences: nothing in them needs escaping.
  reply.body = std::make_shared<const std::string>("{\"error\":\"" + std::string(why) + "\"}\n");
  return reply;
}

Reply reply_of(const StaticFile& file, std::string_view if_none_match, bool accepts_gzip) {
  Reply reply;
  reply.is_page = file.is_page;
  reply.content_type = file.content_type;
  reply.headers.emplace_back("ETag", file.etag);
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  reply.headers.emplace_back(
      "Cache-Control", file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (if_none_match.find(file.etag) != if_none_match.npos) {
    reply.status = kNotModified;
    return reply;
  }
  reply.body = file.body;
  if (accepts_gzip && file.gzip != nullptr) {
    reply.headers.emplace_back("Content-Encoding", "gzip");
    reply.body = file.gzip;
  }
  return reply;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const auto comma = accept_encoding.find(',');
    std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(comma == accept_encoding.npos ? accept_encoding.size()
                                                                : comma + 1);
    item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
    const bool refused = item.find("q=0") != item.npos && item.find("q=0.") == item.npos;
    const std::string_view name = item.substr(0, item.find_first_of(" \t;"));
    if (name == "gzip") {
      return !refused;
    }
  }
  return false;
}

std::string render_head(const Reply& reply, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + ' ';
  head += reason_of(reply.status);
  head += "\r\n";
  head += kEveryAnswer;
  if (reply.is_page) {
    head += "Content-Security-Policy: ";
    head += kContentPolicy;
    head += "\r\n";
  }
  for (const auto& [name, value] : reply.headers) {
    head += name + ": " + value + "\r\n";
  }
  if (has_body(reply.status)) {
    if (reply.body != nullptr && !reply.body->empty()) {
      head += "Content-Type: " + reply.content_type + "\r\n";
    }
    const std::size_t bytes = reply.body == nullptr ? 0 : reply.body->size();
    head += "Content-Length: " + std::to_string(bytes) + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace swarmboard::net
