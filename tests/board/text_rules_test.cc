#include "server/board/text_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "server/base/ids.h"

namespace swarmboard::board {
namespace {

TEST(Utf16Length, CountsAsABrowserDoes) {
  EXPECT_EQ(utf16_length(""), 0U);
  EXPECT_EQ(utf16_length("abc"), 3U);
  EXPECT_EQ(utf16_length("\u00fc\u20ac"), 2U);
  EXPECT_EQ(utf16_length("\U0001F642"), 2U);
  EXPECT_EQ(utf16_length("a\U0001F642\u00fc"), 4U);
}

TEST(Utf16Length, SurvivesBrokenUtf8) {
  EXPECT_EQ(utf16_length("\xf0\x9f"), 2U);
  EXPECT_EQ(utf16_length("\x80\xff"), 2U);
}

TEST(IsBlank, KnowsWhiteSpaceThatLooksLikeNothing) {
  for (const char* text : {"", " ", "\t\r\n", "\u00a0", "\u3000\u2003", "\u200b", "\ufeff"}) {
    EXPECT_TRUE(is_blank(text)) << '"' << text << '"';
  }
  for (const char* text : {"a", " a ", "\u00fc", "\U0001F642", "\u200bx"}) {
    EXPECT_FALSE(is_blank(text)) << '"' << text << '"';
  }
}

TEST(IsIsoDate, TakesDaysThatExist) {
  for (const char* text : {"2026-11-23", "2024-02-29", "2000-02-29", "1999-12-31"}) {
    EXPECT_TRUE(is_iso_date(text)) << text;
  }
  for (const char* text : {"", "2026-1-23", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29",
                           "2026-04-31", "2026-11-00", "0000-01-01", "2026/11/23", "23-11-2026",
                           "2026-11-23 ", "2026-11-2x", "3000-01-01"}) {
    EXPECT_FALSE(is_iso_date(text)) << text;
  }
}

TEST(IsValidId, OnlySafeCharacters) {
  for (const char* id : {"a", "vote/ben", "turn-0001", "A_b.c-9"}) {
    EXPECT_TRUE(is_valid_id(id)) << id;
  }
  for (const char* id : {"", " ", "a b", "\u00fc", "a\n", "a:b"}) {
    EXPECT_FALSE(is_valid_id(id)) << id;
  }
  EXPECT_TRUE(is_valid_id(std::string(64, 'x')));
  EXPECT_FALSE(is_valid_id(std::string(65, 'x')));
}

}  // namespace
}  // namespace swarmboard::board
