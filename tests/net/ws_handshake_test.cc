#include "server/net/ws_handshake.h"

#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

std::string request(const std::string& fields, const std::string& line = "GET /ws/team HTTP/1.1") {
  return line + "\r\n" + fields + "\r\n";
}

const std::string kHost = "Host: 127.0.0.1\r\n";
const std::string kUpgrade = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";
const std::string kVersion = "Sec-WebSocket-Version: 13\r\n";
const std::string kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST(WsHandshake, AnswersWithTheKeyOfTheStandard) {
  const HandshakeAnswer answer =
      answer_handshake(request(kHost + kUpgrade + kVersion + kKey), "swarmboard.v1");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.status, 101U);
  EXPECT_TRUE(answer.response.starts_with("HTTP/1.1 101 "));
  EXPECT_NE(answer.response.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            std::string::npos);
  EXPECT_NE(answer.response.find("Sec-WebSocket-Protocol: swarmboard.v1\r\n"), std::string::npos);
  EXPECT_TRUE(answer.response.ends_with("\r\n\r\n"));
}

TEST(WsHandshake, RefusesWhatIsNoneAndSaysWhy) {
  const auto status = [](const std::string& head) {
    const HandshakeAnswer answer = answer_handshake(head, "swarmboard.v1");
    EXPECT_FALSE(answer.error.empty()) << head;
    EXPECT_TRUE(answer.response.starts_with("HTTP/1.1 " + std::to_string(answer.status)));
    EXPECT_NE(answer.response.find(answer.error), std::string::npos);
    return answer.status;
  };
  const std::string all = kHost + kUpgrade + kVersion + kKey;
  EXPECT_EQ(status("nonsense\r\n\r\n"), 400U);
  EXPECT_EQ(status(request(all, "GET /ws/team HTTP/1.0")), 400U);
  EXPECT_EQ(status(request(all, "PUT /ws/team HTTP/1.1")), 400U);
  EXPECT_EQ(status(request(kUpgrade + kVersion + kKey)), 400U);
  EXPECT_EQ(status(request(kHost + "Upgrade: websocket\r\n" + kVersion + kKey)), 400U);
  EXPECT_EQ(status(request(kHost + "Connection: upgrade\r\n" + kVersion + kKey)), 400U);
  EXPECT_EQ(status(request(kHost + kUpgrade + kKey)), 400U);
  EXPECT_EQ(status(request(kHost + kUpgrade + "Sec-WebSocket-Version: 8\r\n" + kKey)), 426U);
  EXPECT_EQ(status(request(kHost + kUpgrade + kVersion)), 400U);
  EXPECT_EQ(status(request(kHost + kUpgrade + kVersion + kKey + kKey)), 400U);
  EXPECT_EQ(status(request(kHost + kUpgrade + kVersion + "Sec-WebSocket-Key: short\r\n")), 400U);
}

}  // namespace
}  // namespace swarmboard::net
