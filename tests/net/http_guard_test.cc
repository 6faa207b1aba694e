#include "server/net/http_guard.h"

#include <string>

#include <gtest/gtest.h>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

struct Case {
  const char* name;
  std::string head;
  unsigned refused;
};

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string many_fields(std::size_t count) {
  std::string fields;
  for (std::size_t i = 0; i < count; ++i) {
    fields += "X" + std::to_string(i) + ": 1\r\n";
  }
  return fields;
}

class HttpGuard : public testing::TestWithParam<Case> {};

TEST_P(HttpGuard, JudgesTheHead) {
  const HeadCheck check = check_request_head(GetParam().head);
  EXPECT_EQ(check.refused, GetParam().refused) << check.why;
  EXPECT_EQ(check.refused == 0, check.why.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Heads, HttpGuard,
    testing::Values(
        Case{"Plain", get(""), 0}, Case{"Old", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 0},
        Case{"Body", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", 0},
        Case{"BytesAbove127InAValue", get("User-Agent: caf\xc3\xa9\r\n"), 0},
        Case{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Case{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Case{"TwoHosts", get("host: b\r\n"), 400},
        Case{"TransferEncoding", get("Transfer-Encoding: chunked\r\n"), 400},
        Case{"TransferEncodingInCapitals", get("TRANSFER-ENCODING: identity\r\n"), 400},
        Case{"TwoLengths",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        Case{"SignedLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
        Case{"ListLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400},
        Case{"HugeLength",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        Case{"BodyTooLarge",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                 std::to_string(limits::kBodyBytesMax + 1) + "\r\n\r\n",
             413},
        Case{"GetWithBody", get("Content-Length: 3\r\n"), 400},
        Case{"OldWithLength", "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400},
        Case{"Folding", get("X: 1\r\n 2\r\n"), 400}, Case{"NoColon", get("nonsense\r\n"), 400},
        Case{"SpaceBeforeColon", get("X : 1\r\n"), 400}, Case{"NoName", get(": 1\r\n"), 400},
        Case{"BareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", 400},
        Case{"LineFeedInValue", get("X: 1\nY: 2\r\n"), 400},
        Case{"NulInValue", get(std::string("X: 1\0\r\n", 7)), 400},
        Case{"LeadingEmptyLine", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"Trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        Case{"Connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        Case{"Put", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        Case{"MethodNoToken", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"NoVersion", "GET /\r\nHost: a\r\n\r\n", 400},
        Case{"Http2", "PRI / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        Case{"Http9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
        Case{"AbsoluteForm", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"LongTarget",
             "GET /" + std::string(limits::kTargetBytesMax, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
             414},
        Case{"SixtyFourFields", get(many_fields(limits::kHeaderFieldsMax - 1)), 0},
        Case{"SixtyFiveFields", get(many_fields(limits::kHeaderFieldsMax)), 431},
        Case{"HeadTooLarge", get("X: " + std::string(limits::kHeaderBytesMax, 'a') + "\r\n"), 431},
        Case{"Empty", "", 400}, Case{"NoEnd", "GET / HTTP/1.1\r\nHost: a\r\n", 400}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(HttpGuardBody, TellsTheLength) {
  const HeadCheck check =
      check_request_head("POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 1234\r\n\r\n");
  EXPECT_EQ(check.refused, 0U);
  EXPECT_EQ(check.body_bytes, 1'234U);
}

}  // namespace
}  // namespace swarmboard::net
