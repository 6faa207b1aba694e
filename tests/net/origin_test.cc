#include "server/net/origin.h"

#include <gtest/gtest.h>

namespace swarmboard::net {
namespace {

TEST(Origin, AcceptsOnlyTheNameThePageCameFrom) {
  const OriginPolicy policy;
  EXPECT_TRUE(policy.accepts_origin("http://board.example:8080", "board.example:8080"));
  EXPECT_TRUE(policy.accepts_origin("https://Board.example", "board.Example"));
  EXPECT_FALSE(policy.accepts_origin("http://board.example:8081", "board.example:8080"));
  EXPECT_FALSE(policy.accepts_origin("http://evil.example", "board.example"));
  EXPECT_FALSE(policy.accepts_origin("http://board.example.evil", "board.example"));
  EXPECT_FALSE(policy.accepts_origin("null", "board.example"));
  EXPECT_FALSE(policy.accepts_origin("board.example", "board.example"));
}

TEST(Origin, AcceptsConfiguredOnesAndClientsThatAreNoBrowser) {
  const OriginPolicy policy{.loopback_only = false, .origins = {"https://board.example"}};
  EXPECT_TRUE(policy.accepts_origin("https://board.example", "10.0.0.1:8080"));
  EXPECT_TRUE(policy.accepts_origin("", "10.0.0.1:8080"));
  EXPECT_FALSE(policy.accepts_origin("https://other.example", "10.0.0.1:8080"));
}

TEST(Origin, ALoopbackServerKnowsOnlyLoopbackNames) {
  const OriginPolicy policy{.loopback_only = true, .origins = {"https://board.example"}};
  EXPECT_TRUE(policy.accepts_host("localhost:8080"));
  EXPECT_TRUE(policy.accepts_host("127.0.0.1"));
  EXPECT_TRUE(policy.accepts_host("[::1]:8080"));
  EXPECT_TRUE(policy.accepts_host("board.example"));
  EXPECT_FALSE(policy.accepts_host("evil.example:8080"));
  EXPECT_FALSE(policy.accepts_host("127.0.0.1.evil.example"));
  EXPECT_TRUE(OriginPolicy{}.accepts_host("evil.example"));
}

}  // namespace
}  // namespace swarmboard::net
