// The running program over WebSocket: a command becomes everybody's event, and who may not come in.
#include <signal.h>

#include <gtest/gtest.h>

#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

namespace swarmboard::integration {
namespace {

class ServeSocket : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start({"--demo"}));
    load_sample_team(server_);
  }

  unsigned upgrade_status(const std::string& path, const std::string& origin,
                          const std::string& subprotocol) {
    net::WsTarget target;
    target.port = server_.port();
    target.path = path;
    target.subprotocol = subprotocol;
    if (!origin.empty()) {
      target.headers = {{"Origin", origin}};
    }
    net::WsClient client;
    EXPECT_FALSE(client.connect(target));
    return client.http_status();
  }

  ChildServer server_;
};

TEST_F(ServeSocket, ACommandBecomesEverybodysEvent) {
  DemoMember ben(server_, "ben");
  DemoMember cleo(server_, "cleo");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(cleo.connect());
  ASSERT_TRUE(begin_session(ben, "s1"));
  ASSERT_TRUE(cleo.join(1, "s1").has_value());
  const std::uint64_t number = ben.submit(2, write_note("n1", "What did they say?"));
  const auto seen = cleo.wait_for([](const v1::ServerFrame& frame) {
    for (const v1::Event& event : frame.events().events()) {
      if (event.intent().has_edit_record() && event.intent().edit_record().record().id() == "n1") {
        return true;
      }
    }
    return false;
  });
  EXPECT_TRUE(seen.has_value());
  EXPECT_GT(ben.wait_for_echo(number), 0U);
}

TEST_F(ServeSocket, OnlyOurOwnPagesMayOpenASocket) {
  const std::string own = "http://127.0.0.1:" + std::to_string(server_.port());
  EXPECT_EQ(upgrade_status("/ws/team", "http://evil.example", "swarmboard.v1"), 403U);
  EXPECT_EQ(upgrade_status("/ws/team", "null", "swarmboard.v1"), 403U);
  EXPECT_EQ(upgrade_status("/ws/nobody", own, "swarmboard.v1"), 404U);
  EXPECT_EQ(upgrade_status("/ws", own, "swarmboard.v1"), 404U);
  EXPECT_EQ(upgrade_status("/ws/team/more", own, "swarmboard.v1"), 404U);
  EXPECT_EQ(upgrade_status("/ws/team", own, "swarmboard.v2"), 400U);
  EXPECT_EQ(upgrade_status("/ws/team", own, ""), 400U);
  const net::HttpAnswer metrics = server_.get("/metrics");
  EXPECT_NE(metrics.body.find("\nswarmboard_origins_refused_total 2"), std::string::npos);
  EXPECT_NE(metrics.body.find("\nswarmboard_upgrades_refused_total 7"), std::string::npos);
}

TEST_F(ServeSocket, ATicketIsGoodForOneSocket) {
  DemoMember ben(server_, "ben");
  const std::string ticket = ben.ticket();
  ASSERT_TRUE(ben.connect(false));
  ben.say_hello(ticket);
  ASSERT_TRUE(ben.wait_for([](const v1::ServerFrame& frame) { return frame.has_welcome(); }));
  DemoMember thief(server_, "cleo");
  ASSERT_TRUE(thief.connect(false));
  thief.say_hello(ticket);
  const auto fatal = thief.wait_for_fatal();
  ASSERT_TRUE(fatal.has_value());
  EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_BAD_TICKET);
  ASSERT_TRUE(thief.socket().wait_closed(kPatience));
  EXPECT_EQ(thief.socket().close_code(), 4401);
}

TEST_F(ServeSocket, EarlyFramesBehindTheUpgradeRequestAreNotLost) {
  DemoMember ben(server_, "ben");
  v1::ClientMessage message;
  v1::Hello& hello = *message.add_frames()->mutable_hello();
  hello.set_proto_major(1);
  hello.set_client_id(ben.client_id());
  hello.set_ticket(ben.ticket());
  const std::string payload = message.SerializeAsString();
  ASSERT_LT(payload.size(), 126U);
  std::string frame = "\x82";
  frame += static_cast<char>(0x80U | payload.size());
  frame += std::string(4, '\0');  // A mask of zeros leaves the payload as it is.
  frame += payload;
  const std::string close = std::string("\x88\x82\0\0\0\0\x03\xe8", 8);
  const std::string answer = net::exchange_raw(
      "127.0.0.1", server_.port(),
      "GET /ws/team HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: swarmboard.v1\r\n\r\n" +
          frame + close,
      kPatience);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101")) << answer;
  EXPECT_NE(answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos) << answer;
  // The close comes right behind: whether the welcome overtakes it is a race, the answer is not.
  EXPECT_NE(answer.find("\x88\x02\x03\xe8"), std::string::npos);
}

TEST_F(ServeSocket, StopsGracefullyAndSaysBye) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(ben.join(1, "").has_value());
  const std::uint64_t number = ben.submit(1, open_session("s1"));
  ASSERT_GT(ben.wait_for_echo(number), 0U);
  server_.send(SIGTERM);
  const auto bye = ben.wait_for([](const v1::ServerFrame& frame) { return frame.has_go_away(); });
  EXPECT_TRUE(bye.has_value());
  EXPECT_TRUE(ben.socket().wait_closed(kPatience));
  EXPECT_EQ(server_.wait(), 0);
  EXPECT_NE(server_.log().find("msg=\"stopped\""), std::string::npos);
}

TEST_F(ServeSocket, ASilentSocketIsToldToSayHello) {
  DemoMember ben(server_, "ben");
  ASSERT_TRUE(ben.connect(false));
  const auto fatal = ben.wait_for_fatal();
  ASSERT_TRUE(fatal.has_value());
  EXPECT_EQ(fatal->reason(), v1::FATAL_REASON_NO_HELLO);
  ASSERT_TRUE(ben.socket().wait_closed(kPatience));
  EXPECT_EQ(ben.socket().close_code(), 4408);
}

}  // namespace
}  // namespace swarmboard::integration
