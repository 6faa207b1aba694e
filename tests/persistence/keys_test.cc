#include "persistence/keys.h"

#include <gtest/gtest.h>

namespace swarmboard::persistence {
namespace {

TEST(Keys, LogKeysSortBySequence) {
  EXPECT_LT(log_key({"t", "s"}, 255), log_key({"t", "s"}, 256));
  EXPECT_LT(log_key({"t", "s"}, 1), log_key({"t", "s"}, UINT64_MAX));
}

TEST(Keys, NoNameIsAPrefixOfAnother) {
  EXPECT_FALSE(name_key({"a", "bc"}).starts_with(name_key({"a", "b"})));
  EXPECT_FALSE(name_key({"ab", "c"}).starts_with(team_key("a")));
  EXPECT_FALSE(sealed_prefix({"a", "b"}, "xy").starts_with(sealed_prefix({"a", "b"}, "x")));
}

TEST(Keys, LogKeyReadsBack) {
  const auto position = parse_log_key(log_key({"north", "s1"}, 77));
  ASSERT_TRUE(position);
  EXPECT_EQ(position->name, (StreamName{"north", "s1"}));
  EXPECT_EQ(position->first_seq, 77U);
  EXPECT_FALSE(parse_log_key("\x05no"));
  EXPECT_FALSE(parse_log_key(""));
}

TEST(Keys, NamesAreChecked) {
  EXPECT_TRUE(is_stream_name({"north-1", ""}));
  EXPECT_FALSE(is_stream_name({"", "s"}));
  EXPECT_FALSE(is_stream_name({"a/b", "s"}));
  EXPECT_FALSE(is_stream_name({std::string(65, 'a'), "s"}));
}

TEST(Keys, AfterPrefixIsAboveAllWithThePrefix) {
  EXPECT_GT(after_prefix("ab"), "ab\xff\xff");
  EXPECT_EQ(after_prefix("a\xff"), "b");
  EXPECT_EQ(after_prefix("\xff\xff"), "");
}

}  // namespace
}  // namespace swarmboard::persistence
