// One member's HTTP requests to the server: keeps the session cookie, adds the header that
// changing requests must carry.
//
// One thread at a time. Errors: a status of 0 when there was no answer.
#pragma once

#include <cstdint>
#include <string>

namespace swarmboard::play {

// Where a server is: "http://127.0.0.1:8080".
struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// Host empty: not an address of that form.
[[nodiscard]] Address parse_address(const std::string& url);

struct HttpAnswer {
  int status = 0;    // 0: no answer.
  std::string body;  // Or, with status 0, what went wrong.

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

class HttpClient {
 public:
  explicit HttpClient(const std::string& url);

  [[nodiscard]] HttpAnswer get(const std::string& path);
  [[nodiscard]] HttpAnswer post(const std::string& path, const std::string& body,
                                const std::string& content_type);

 private:
  HttpAnswer call(const std::string& method, const std::string& path, const std::string& body,
                  const std::string& content_type);

  std::string url_;
  Address address_;
  std::string cookie_;
};

}  // namespace swarmboard::play
