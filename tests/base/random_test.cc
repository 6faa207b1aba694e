#include "server/base/random.h"

#include <set>

#include <gtest/gtest.h>

#include "server/base/sha256.h"

namespace swarmboard {
namespace {

TEST(Random, TokensAreDistinctAndSafeInLinks) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string token = random_token();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    EXPECT_TRUE(seen.insert(token).second);
  }
}

TEST(Random, HexAndDigestMatchThePublishedValue) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace swarmboard
