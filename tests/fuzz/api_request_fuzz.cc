// HTTP requests to the API with a team behind it: exactly one well-formed answer each, whatever the
// path, query, cookie and body. Input: a line `/METHOD/path?query`, a line for the cookie (with a
// '$': that of a member), then the body; requests are parted by a line of two dashes.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "server/net/http_parse.h"
#include "tests/api/api_world.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::api {
namespace {

using fuzz::require;

constexpr int kRequestsMax = 8;

void check_answer(const Response& response) {
  require(response.status >= 200 && response.status < 600, "an answer has a status");
  if (response.content_type == "application/json") {
    boost::system::error_code ec;
    static_cast<void>(boost::json::parse(response.body, ec));
    require(!ec || response.body.empty(), "a JSON answer is JSON");
  }
  for (const auto& [name, value] : response.headers) {
    require(value.find_first_of("\r\n") == value.npos, "no header carries a line break");
  }
}

class Visitor {
 public:
  Visitor() {
    world_.add_member("ana", v1::MEMBER_ROLE_MANAGER, true);
    world_.add_member("ben", v1::MEMBER_ROLE_REP);
    session_ = world_.session_of("ana");
    v1::Command open;
    open.mutable_open_session()->set_session_id("s1");
    open.mutable_open_session()->set_template_id("team_retro_60");
    open.mutable_open_session()->mutable_topic()->set_kind(v1::TOPIC_KIND_TEAM_RETRO);
    open.mutable_open_session()->mutable_topic()->set_title("What blocks us");
    require(world_.act(open, "", "ana", false), "a session can be opened");
  }

  void visit(fuzz::BytesReader& in) {
    const std::string head =
        "GET " + std::string(in.line()) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const std::string cookie(in.line());
    std::string body;
    while (!in.empty()) {
      const std::string_view line = in.line();
      if (line == "--") {
        break;
      }
      body.append(line).append("\n");
    }
    const auto parsed = net::parse_head(head);
    if (!parsed) {
      return;
    }
    Request request = parsed->request;
    // The first segment names the method, so that a line is one request.
    if (!request.path.empty()) {
      request.method = request.path.front();
      request.path.erase(request.path.begin());
    }
    request.host = "127.0.0.1";
    request.csrf_mark = cookie.starts_with('x') ? "" : "1";
    request.cookie = cookie.find('$') != cookie.npos ? "swarmboard_session=" + session_ : cookie;
    request.body = std::move(body);
    int answers = 0;
    world_.api().handle(std::move(request), [&answers](const Response& response) {
      ++answers;
      check_answer(response);
    });
    world_.run();
    require(answers == 1, "a request is answered exactly once");
    world_.clock().advance_ms(1000);
  }

 private:
  ApiWorld world_{true};
  std::string session_;
};

}  // namespace
}  // namespace swarmboard::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  GTEST_FLAG_SET(break_on_failure, true);
  swarmboard::fuzz::BytesReader in(data, size);
  swarmboard::api::Visitor visitor;
  for (int request = 0; request < swarmboard::api::kRequestsMax && !in.empty(); ++request) {
    visitor.visit(in);
  }
  return 0;
}
