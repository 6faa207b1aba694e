#include "server/room/presence.h"

#include <gtest/gtest.h>

namespace swarmboard::room {
namespace {

// The first moment at which a change of one of so many people is told, in steps of 50 ms.
std::int64_t told_after_us(int people) {
  Presence presence;
  for (int at = 0; at < people; ++at) {
    presence.set_state("m" + std::to_string(at), v1::CONNECTEDNESS_HERE);
  }
  std::int64_t now_us = 10'000'000;
  EXPECT_TRUE(presence.tick(now_us, 1));
  presence.set_state("m0", v1::CONNECTEDNESS_RECONNECTING);
  const std::int64_t changed_us = now_us;
  do {
    now_us += 50'000;
  } while (!presence.tick(now_us, 1) && now_us < changed_us + 10'000'000);
  return now_us - changed_us;
}

TEST(PresenceInterval, GrowsWithTheBoardAndHasAnEnd) {
  EXPECT_EQ(told_after_us(9), 50'000);
  EXPECT_EQ(told_after_us(50), 200'000);
  EXPECT_EQ(told_after_us(250), 1'000'000);
  EXPECT_EQ(told_after_us(2'000), 2'000'000);
}

TEST(Presence, WhoHasGoneSaysNothingMore) {
  Presence presence;
  presence.set_state("m1", v1::CONNECTEDNESS_HERE);
  EXPECT_TRUE(presence.tick(10'000'000, 1));
  presence.set_state("m1", v1::CONNECTEDNESS_GONE);
  EXPECT_TRUE(presence.set("m1", v1::PRESENCE_KIND_TYPING, "still typing"));
  EXPECT_TRUE(presence.tick(10'100'000, 1));
  EXPECT_EQ(presence.frame_after(1, 1)->find("still typing"), std::string::npos);
}

}  // namespace
}  // namespace swarmboard::room
