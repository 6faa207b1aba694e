#include "tests/integration/child_server.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace swarmboard::integration {

ChildServer::ChildServer() : process_(SWARMBOARD_PROGRAM) {}

ChildServer::~ChildServer() {
  if (testing::Test::HasFailure()) {
    ADD_FAILURE() << "the server's log:\n" << log();
  }
}

bool ChildServer::start(const std::vector<std::string>& words) {
  try {
    process_.start(words);
    return true;
  } catch (const std::runtime_error&) {
    return false;  // Its log says why, and is shown when the test fails.
  }
}

net::HttpAnswer ChildServer::get(const std::string& target, const std::string& cookie) const {
  net::HttpCall call;
  call.port = port();
  call.target = target;
  call.headers.emplace_back("Cookie", cookie.empty() ? "none=1" : cookie);
  return net::http_call(call);
}

net::HttpAnswer ChildServer::post(const std::string& target, const std::string& body,
                                  const std::string& cookie) const {
  net::HttpCall call;
  call.port = port();
  call.method = "POST";
  call.target = target;
  call.body = body;
  call.headers = {{"X-Swarmboard", "1"}, {"Cookie", cookie.empty() ? "none=1" : cookie}};
  return net::http_call(call);
}

Finished run_program(const std::vector<std::string>& words) {
  play::ChildLaunch launch;
  launch.program = SWARMBOARD_PROGRAM;
  launch.words = words;
  return play::run_to_end(launch);
}

std::string cookie_of(const net::HttpAnswer& answer) {
  const std::string header = answer.header("Set-Cookie");
  return header.substr(0, header.find(';'));
}

}  // namespace swarmboard::integration
