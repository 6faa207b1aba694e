// The running program over HTTP: health, files, sign-in, and what it refuses.
#include <fstream>
#include <signal.h>

#include <gtest/gtest.h>

#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

namespace swarmboard::integration {
namespace {

TEST(ServeHttp, IsHealthyAndCountsWhatItDoes) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  EXPECT_EQ(server.get("/healthz").status, 200U);
  EXPECT_EQ(server.get("/readyz").status, 200U);
  const net::HttpAnswer metrics = server.get("/metrics");
  EXPECT_EQ(metrics.status, 200U);
  EXPECT_NE(metrics.body.find("\nswarmboard_http_requests_total 3"), std::string::npos)
      << metrics.body;
  EXPECT_NE(metrics.body.find("\nswarmboard_journal_writable 1"), std::string::npos);
}

TEST(ServeHttp, ServesTheBuiltPage) {
  ChildServer server;
  const auto client = server.folder() / "client";
  std::filesystem::create_directories(client / "assets");
  std::ofstream(client / "index.html") << "<!doctype html><title>board</title>";
  std::ofstream(client / "assets" / "app-1.js") << std::string(4'000, ';');
  ASSERT_TRUE(server.start({"--demo", "--client", client.string()}));

  const net::HttpAnswer page = server.get("/sessions/s1");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page.header("Content-Security-Policy").find("script-src 'self'"), std::string::npos);
  EXPECT_EQ(page.body, "<!doctype html><title>board</title>");
  const net::HttpAnswer script = server.get("/assets/app-1.js");
  EXPECT_EQ(script.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(server.get("/assets/gone.js").status, 404U);
  EXPECT_EQ(server.get("/..%2f..%2fetc/passwd").status, 400U);
  EXPECT_EQ(server.get("/%2e%2e/etc/passwd").status, 400U);
  EXPECT_EQ(server.get("/api/nothing").header("Content-Type"), "application/json");
}

TEST(ServeHttp, RefusesWhatItCannotTrust) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  const auto status_of = [&](const std::string& bytes) {
    const std::string answer = net::exchange_raw("127.0.0.1", server.port(), bytes, kPatience);
    return answer.substr(0, std::string("HTTP/1.1 400").size());
  };
  const std::string host = "Host: 127.0.0.1\r\n";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\n" + host + "\r\n"), "HTTP/1.1 405");
  EXPECT_EQ(status_of("GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of("POST /api/join HTTP/1.1\r\n" + host + "Content-Length: 999999\r\n\r\n"),
            "HTTP/1.1 413");
  EXPECT_EQ(status_of("POST /api/join HTTP/1.1\r\n" + host +
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "HTTP/1.1 400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "HTTP/1.1 421");
  EXPECT_EQ(
      status_of("POST /api/demo/enter HTTP/1.1\r\n" + host +
                "Origin: http://evil.example\r\nX-Swarmboard: 1\r\nContent-Length: 0\r\n\r\n"),
      "HTTP/1.1 403");
  EXPECT_EQ(server.get("/healthz").status, 200U);
}

TEST(ServeHttp, AnswersSeveralRequestsOnOneConnection) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  const std::string one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::string answer =
      net::exchange_raw("127.0.0.1", server.port(), one + one + last, kPatience);
  std::size_t count = 0;
  for (auto at = answer.find("HTTP/1.1 200"); at != std::string::npos;
       at = answer.find("HTTP/1.1 200", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 3U) << answer;
}

TEST(ServeHttp, TheFirstStartPrintsAnOwnerLinkAndTheOwnerInvites) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--team-name", "North"}));
  const auto at = server.greeting().find("/join/");
  ASSERT_NE(at, std::string::npos) << server.greeting();
  const std::string token = server.greeting().substr(at + 6, 43);
  const net::HttpAnswer joined =
      server.post("/api/join", R"({"token":")" + token + R"(","name":"Olga"})");
  ASSERT_EQ(joined.status, 200U) << joined.body;
  const std::string owner = cookie_of(joined);
  const net::HttpAnswer me = server.get("/api/me", owner);
  EXPECT_EQ(me.status, 200U);
  EXPECT_NE(me.body.find(R"("owner":true)"), std::string::npos) << me.body;
  EXPECT_NE(me.body.find(R"("team_name":"North")"), std::string::npos) << me.body;
  EXPECT_EQ(server.post("/api/invitations", R"({"role":"REP","name":"Maya"})", owner).status, 200U);
  EXPECT_EQ(server.get("/api/demo/members").status, 404U);
  // The cookie and the fact that there is an owner survive a restart; no new link is printed.
  EXPECT_EQ(server.end(SIGTERM), 0);
  ASSERT_TRUE(server.start({}));
  EXPECT_EQ(server.greeting().find("/join/"), std::string::npos);
  EXPECT_EQ(server.get("/api/me", owner).status, 200U);
  EXPECT_EQ(server.log().find(token), std::string::npos);
  EXPECT_EQ(server.log().find("Olga"), std::string::npos);
}

TEST(ServeStart, SaysWhatIsWrong) {
  EXPECT_EQ(run_program({"serve", "--demo", "--host", "0.0.0.0"}).code, 2);
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  const std::string port = std::to_string(server.port());
  const std::string other = (server.folder() / "other").string();
  const Finished taken = run_program({"serve", "--demo", "--port", port, "--data", other});
  EXPECT_EQ(taken.code, 1);
  EXPECT_NE(taken.output.find("port " + port + " on 127.0.0.1 is taken"), std::string::npos)
      << taken.output;
  const std::string same = (server.folder() / "data").string();
  const Finished in_use = run_program({"serve", "--demo", "--port", "0", "--data", same});
  EXPECT_EQ(in_use.code, 1);
  EXPECT_NE(in_use.output.find("was not opened"), std::string::npos) << in_use.output;
  const std::string file = (server.folder() / "server.log").string();
  const Finished no_folder =
      run_program({"serve", "--demo", "--port", "0", "--data", file + "/data"});
  EXPECT_EQ(no_folder.code, 1);
  EXPECT_NE(no_folder.output.find("cannot be made"), std::string::npos) << no_folder.output;
  const Finished no_space =
      run_program({"serve", "--demo", "--port", "0", "--data", (server.folder() / "small").string(),
                   "--free-mb-min", "1000000000"});
  EXPECT_EQ(no_space.code, 1);
  EXPECT_NE(no_space.output.find("MB are free"), std::string::npos) << no_space.output;
}

}  // namespace
}  // namespace swarmboard::integration
