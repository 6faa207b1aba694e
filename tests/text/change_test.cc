// Single cases of the algebra of text changes, by hand.
#include "server/text/change.h"

#include <gtest/gtest.h>

#include "server/base/limits.h"
#include "server/text/units.h"

namespace swarmboard::text {
namespace {

Change at(std::uint32_t place, std::string_view inserted, std::uint32_t length) {
  Change change;
  change.keep(place);
  change.insert(inserted);
  change.keep(length - place);
  return change;
}

v1::TextChange given(const Change& change) {
  return write(change);
}

TEST(TextChange, AppliesInPlaces) {
  Change change;
  change.keep(2);
  change.remove(3);
  change.insert("y");
  EXPECT_EQ(changed("ab123", change), "aby");
  EXPECT_EQ(change.length_before(), 5U);
  EXPECT_EQ(change.length_after(), 3U);
}

TEST(TextChange, DoesNotFitATextOfAnotherLength) {
  EXPECT_FALSE(changed("abc", at(1, "x", 2)).has_value());
  EXPECT_FALSE(changed("a", at(1, "x", 2)).has_value());
}

TEST(TextChange, CountsAsABrowserAndCutsNoSurrogatePair) {
  const std::string smile = "\U0001F600";
  EXPECT_EQ(units_of("a\u00e9\u20ac" + smile), 5U);
  EXPECT_EQ(changed(smile, at(2, "x", 2)), smile + "x");
  EXPECT_FALSE(changed(smile, at(1, "x", 2)).has_value());
}

TEST(TextChange, TheEarlierOneStandsFirstAtOnePlace) {
  const Change earlier = at(1, "E", 2);
  const Change later = at(1, "L", 2);
  EXPECT_EQ(changed("aEb", transform(later, earlier, Side::Right)), "aELb");
  EXPECT_EQ(changed("aLb", transform(earlier, later, Side::Left)), "aELb");
}

TEST(TextChange, WhatIsWrittenInsideSomethingRemovedStays) {
  Change removed;
  removed.remove(4);
  EXPECT_EQ(changed("", transform(at(2, "x", 4), removed, Side::Right)), "x");
}

TEST(TextChange, ReadsOnlyWhatIsText) {
  EXPECT_FALSE(read(given(at(0, "line\n\tand \u00e9", 3))).has_error());
  for (const std::string_view bad : {"\r", "\x01", "\x7f", "\u0085"}) {
    EXPECT_TRUE(read(given(at(0, bad, 3))).has_error());
  }
  v1::TextChange empty;
  empty.add_parts();
  EXPECT_TRUE(read(empty).has_error());
  v1::TextChange long_one;
  for (std::size_t i = 0; i <= limits::kTextChangePartsMax; ++i) {
    long_one.add_parts()->set_keep(1);
  }
  EXPECT_TRUE(read(long_one).has_error());
  v1::TextChange huge;
  huge.add_parts()->set_keep(0xFFFFFFFFU);
  huge.add_parts()->set_keep(0xFFFFFFFFU);
  EXPECT_TRUE(read(huge).has_error());
}

TEST(TextChange, TheDifferenceIsOneReplacementOfWholeCharacters) {
  Change expected;
  expected.keep(1);
  expected.insert("\u00e8");
  expected.remove(1);
  expected.keep(1);
  EXPECT_EQ(difference("a\u00e9b", "a\u00e8b"), expected);
  EXPECT_TRUE(difference("same", "same").changes_nothing());
  EXPECT_EQ(changed("aaa", difference("aaa", "aa")), "aa");
  // The two share their first three bytes, and half of a pair.
  EXPECT_EQ(changed("\U0001F600", difference("\U0001F600", "\U0001F601")), "\U0001F601");
}

}  // namespace
}  // namespace swarmboard::text
