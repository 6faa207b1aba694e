// The laws that typing together rests on, for a million pairs of changes, and whole sessions of
// people who type with text in flight. The seed is printed; SWARMBOARD_TEXT_SEED chooses it.
#include <cstdlib>
#include <deque>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/text/change.h"
#include "server/text/units.h"
#include "tests/support/random_text.h"

namespace swarmboard::text {
namespace {

using testing::Random;
using testing::random_change;
using testing::random_text;

// For each of the four laws.
constexpr int kPairs = 1'000'000;
constexpr int kSessions = 20'000;

std::uint64_t seed() {
  const char* asked = std::getenv("SWARMBOARD_TEXT_SEED");
  const std::uint64_t chosen =
      asked == nullptr ? std::random_device()() : std::strtoull(asked, nullptr, 10);
  std::cout << "seed " << chosen << '\n';
  return chosen;
}

std::string applied(const std::string& text, const Change& change) {
  const auto after = changed(text, change);
  EXPECT_TRUE(after.has_value()) << "a change does not fit";
  return after.value_or("");
}

TEST(TextProperties, WhicheverComesFirstTheTextIsTheSame) {
  Random random(seed());
  for (int i = 0; i < kPairs && !HasFailure(); ++i) {
    const std::string text = random_text(random, 12);
    const Change earlier = random_change(random, text);
    const Change later = random_change(random, text);
    const Change later_after = transform(later, earlier, Side::Right);
    const Change earlier_after = transform(earlier, later, Side::Left);
    ASSERT_EQ(later_after.length_before(), earlier.length_after()) << i;
    ASSERT_EQ(applied(applied(text, earlier), later_after),
              applied(applied(text, later), earlier_after))
        << i;
  }
}

TEST(TextProperties, TwoAsOneAreTheTwoAndOrderOfJoiningDoesNotMatter) {
  Random random(seed());
  for (int i = 0; i < kPairs && !HasFailure(); ++i) {
    const std::string text = random_text(random, 12);
    const Change a = random_change(random, text);
    const std::string after_a = applied(text, a);
    const Change b = random_change(random, after_a);
    const std::string after_b = applied(after_a, b);
    const Change c = random_change(random, after_b);
    const std::string after_c = applied(after_b, c);
    ASSERT_EQ(applied(text, compose(a, b)), after_b) << i;
    ASSERT_EQ(compose(a, b).length_after(), units_of(after_b)) << i;
    ASSERT_EQ(applied(text, compose(compose(a, b), c)), after_c) << i;
    ASSERT_EQ(applied(text, compose(a, compose(b, c))), after_c) << i;
  }
}

TEST(TextProperties, TheInverseTakesItBack) {
  Random random(seed());
  for (int i = 0; i < kPairs && !HasFailure(); ++i) {
    const std::string text = random_text(random, 12);
    const Change change = random_change(random, text);
    ASSERT_EQ(applied(applied(text, change), invert(change, text)), text) << i;
    ASSERT_EQ(change.length_before(), units_of(text)) << i;
    ASSERT_EQ(change.length_after(), units_of(applied(text, change))) << i;
  }
}

TEST(TextProperties, WireAndDifferenceKeepTheChange) {
  Random random(seed());
  for (int i = 0; i < kPairs && !HasFailure(); ++i) {
    const std::string text = random_text(random, 12);
    const Change change = random_change(random, text);
    const auto back = read(write(change));
    ASSERT_TRUE(back.has_value()) << i;
    ASSERT_EQ(*back, change) << i;
    const std::string other = random_text(random, 12);
    ASSERT_EQ(applied(text, difference(text, other)), other) << i;
  }
}

// What a member's page does: one change under way, the rest kept together behind it.
class Typist {
 public:
  explicit Typist(std::string text) : text_(std::move(text)) {}

  void type(Random& random) {
    const Change change = random_change(random, text_);
    buffer_ = buffer_ ? compose(*buffer_, change) : change;
    text_ = applied(text_, change);
  }

  // The change that goes to the server now, made to the text after `seen` changes.
  std::optional<Change> send() {
    if (under_way_ || !buffer_) {
      return std::nullopt;
    }
    under_way_ = std::exchange(buffer_, std::nullopt);
    return under_way_;
  }

  void hear(const Change& accepted, bool own) {
    ++seen;
    if (own) {
      under_way_.reset();
      return;
    }
    Change theirs = accepted;
    for (std::optional<Change>* mine : {&under_way_, &buffer_}) {
      if (*mine) {
        const Change moved = transform(**mine, theirs, Side::Right);
        theirs = transform(theirs, **mine, Side::Left);
        *mine = moved;
      }
    }
    text_ = applied(text_, theirs);
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] bool is_done() const { return !under_way_ && !buffer_; }

  std::size_t seen = 0;

 private:
  std::string text_;
  std::optional<Change> under_way_;
  std::optional<Change> buffer_;
};

struct Accepted {
  Change change;
  std::size_t author;
};

// A server that says what comes first, and people who hear of it late.
struct Session {
  explicit Session(Random& chosen) : random(chosen) {
    text = random_text(random, 8);
    typists.assign(2 + random() % 5, Typist(text));
  }

  void submit(std::size_t who) {
    std::optional<Change> change = typists[who].send();
    if (!change) {
      return;
    }
    for (std::size_t at = typists[who].seen; at < log.size(); ++at) {
      change = transform(*change, log[at].change, Side::Right);
    }
    text = applied(text, *change);
    log.push_back({*change, who});
  }

  void hear_one(std::size_t who) {
    Typist& typist = typists[who];
    if (typist.seen < log.size()) {
      const Accepted& next = log[typist.seen];
      typist.hear(next.change, next.author == who);
    }
  }

  void run() {
    for (int step = 0; step < 30; ++step) {
      const std::size_t who = random() % typists.size();
      switch (random() % 3) {
        case 0:
          typists[who].type(random);
          break;
        case 1:
          submit(who);
          break;
        default:
          hear_one(who);
      }
    }
    for (bool busy = true; busy;) {
      busy = false;
      for (std::size_t who = 0; who < typists.size(); ++who) {
        submit(who);
        while (typists[who].seen < log.size()) {
          hear_one(who);
        }
      }
      for (const Typist& typist : typists) {
        busy = busy || !typist.is_done() || typist.seen < log.size();
      }
    }
  }

  Random& random;
  std::string text;
  std::vector<Typist> typists;
  std::vector<Accepted> log;
};

TEST(TextProperties, PeopleWhoTypeTogetherEndWithOneText) {
  Random random(seed());
  std::size_t changes = 0;
  for (int i = 0; i < kSessions && !HasFailure(); ++i) {
    Session session(random);
    session.run();
    for (const Typist& typist : session.typists) {
      ASSERT_EQ(typist.text(), session.text) << "session " << i;
    }
    changes += session.log.size();
  }
  EXPECT_GT(changes, static_cast<std::size_t>(kSessions) * 3) << "nobody wrote anything";
}

}  // namespace
}  // namespace swarmboard::text
