#include "server/net/http_reply.h"

#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

bool has(const std::string& head, const std::string& line) {
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

StaticFile page() {
  StaticFile file;
  file.content_type = "text/html; charset=utf-8";
  file.etag = "\"abc\"";
  file.is_page = true;
  file.body = std::make_shared<const std::string>("<!doctype html>");
  file.gzip = std::make_shared<const std::string>("zipped");
  return file;
}

TEST(HttpReply, EveryAnswerCarriesTheSecurityHeaders) {
  const std::string head = render_head(refusal(404, "not found"), true);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(has(head, "X-Content-Type-Options: nosniff"));
  EXPECT_TRUE(has(head, "Referrer-Policy: no-referrer"));
  EXPECT_TRUE(has(head, "Cache-Control: no-store"));
  EXPECT_TRUE(has(head, "Content-Length: 22"));
  EXPECT_EQ(head.find("Content-Security-Policy"), std::string::npos);
}

TEST(HttpReply, APageAllowsNoInlineScriptAndNoFrame) {
  const std::string head = render_head(reply_of(page(), "", false), true);
  EXPECT_NE(head.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(head.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(head.find("unsafe"), std::string::npos);
  EXPECT_TRUE(has(head, "Cache-Control: no-cache"));
}

TEST(HttpReply, AKnownFileIsNotSentAgain) {
  const Reply reply = reply_of(page(), "\"x\", \"abc\"", true);
  EXPECT_EQ(reply.status, 304U);
  EXPECT_EQ(reply.body, nullptr);
  EXPECT_EQ(render_head(reply, true).find("Content-Length"), std::string::npos);
}

TEST(HttpReply, SendsGzipOnlyWhereItIsAccepted) {
  EXPECT_EQ(*reply_of(page(), "", true).body, "zipped");
  EXPECT_EQ(*reply_of(page(), "", false).body, "<!doctype html>");
  EXPECT_TRUE(accepts_gzip("deflate, gzip;q=0.8, br"));
  EXPECT_FALSE(accepts_gzip("deflate, gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("x-gzip"));
  EXPECT_FALSE(accepts_gzip(""));
}

}  // namespace
}  // namespace swarmboard::net
