#include "server/board/next_step.h"

#include <gtest/gtest.h>

namespace swarmboard::board {
namespace {

TEST(NextStep, AdvanceNeedsAPersonAnActOfTheirsAndADate) {  // Rule 8.
  EXPECT_EQ(classify_next_step("Nora Hale", "Signs the order form", "2026-03-01"),
            v1::STEP_CLASS_ADVANCE);
  EXPECT_EQ(classify_next_step("", "Signs the order form", "2026-03-01"),
            v1::STEP_CLASS_CONTINUATION);
  EXPECT_EQ(classify_next_step(" ", "Signs the order form", "2026-03-01"),
            v1::STEP_CLASS_CONTINUATION);
  EXPECT_EQ(classify_next_step("Nora Hale", "", "2026-03-01"), v1::STEP_CLASS_CONTINUATION);
  EXPECT_EQ(classify_next_step("Nora Hale", "Signs the order form", ""),
            v1::STEP_CLASS_CONTINUATION);
}

TEST(NextStep, WhatWeDoIsAContinuation) {  // Rule 8.
  for (const char* ours :
       {"We call her", "we'll write", "WE wait", "  We meet", "Send the offer", "Follow up in May",
        "follow-up next week", "Check in with her", "check-in", "I ask again", "Our team visits"}) {
    EXPECT_TRUE(is_our_act(ours)) << ours;
    EXPECT_EQ(classify_next_step("Nora Hale", ours, "2026-03-01"), v1::STEP_CLASS_CONTINUATION)
        << ours;
  }
}

TEST(NextStep, WhatTheyDoIsNotOurs) {
  for (const char* theirs :
       {"Sends the export", "Weighs both offers", "Follows up with her board", "Checks in the unit",
        "Invites us", "Introduces Ben to the COO", "Sender confirms",
        "\xC3\x9C"
        "bergibt die Daten"}) {
    EXPECT_FALSE(is_our_act(theirs)) << theirs;
  }
}

TEST(NextStep, EmptyWordsAreNobodys) {
  EXPECT_FALSE(is_our_act(""));
  EXPECT_FALSE(is_our_act("   "));
  EXPECT_FALSE(is_our_act("..."));
}

}  // namespace
}  // namespace swarmboard::board
