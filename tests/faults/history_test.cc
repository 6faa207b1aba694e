// Each kind of violation is found, and nothing else is.
#include "tests/faults/history.h"

#include <gtest/gtest.h>

namespace swarmboard::faults {
namespace {

using Kind = Violation::Kind;

Operation ok(const std::string& client, std::uint64_t number, std::int64_t from, std::int64_t to) {
  return {client, number, "content of " + client + std::to_string(number), from, to, Ending::Ok};
}

Operation unknown(const std::string& client, std::uint64_t number, std::int64_t from) {
  Operation operation = ok(client, number, from, 0);
  operation.ending = Ending::Unknown;
  return operation;
}

Operation refused(const std::string& client, std::uint64_t number, std::int64_t from,
                  std::int64_t to) {
  Operation operation = ok(client, number, from, to);
  operation.ending = Ending::Refused;
  return operation;
}

Entry entry(std::uint64_t seq, const std::string& client, std::uint64_t number) {
  return {seq, client, number, "content of " + client + std::to_string(number)};
}

std::vector<Kind> kinds(const std::vector<Operation>& operations,
                        const std::vector<Entry>& entries) {
  std::vector<Kind> found;
  for (const Violation& violation : check_history(operations, entries)) {
    found.push_back(violation.kind);
  }
  return found;
}

using Kinds = std::vector<Kind>;

TEST(History, AgreesWithItsStream) {
  // b1 and a2 overlap in time: either order is right. a3 was never heard of and may be there or
  // not.
  const std::vector<Operation> operations = {ok("a", 1, 10, 20), ok("a", 2, 25, 60),
                                             ok("b", 1, 30, 50), refused("b", 2, 55, 70),
                                             unknown("a", 3, 61)};
  EXPECT_EQ(kinds(operations, {entry(1, "a", 1), entry(2, "a", 2), entry(3, "b", 1)}), Kinds{});
  EXPECT_EQ(kinds(operations, {entry(1, "a", 1), entry(2, "b", 1), entry(3, "a", 2)}), Kinds{});
  EXPECT_EQ(
      kinds(operations, {entry(1, "a", 1), entry(2, "b", 1), entry(3, "a", 2), entry(4, "a", 3)}),
      Kinds{});
}

TEST(History, FindsWhatWasLost) {
  const std::vector<Operation> operations = {ok("a", 1, 10, 20), ok("a", 2, 30, 40)};
  EXPECT_EQ(kinds(operations, {entry(1, "a", 2)}), Kinds{Kind::Lost});
  EXPECT_EQ(kinds(operations, {entry(1, "a", 1)}), Kinds{Kind::Lost});
}

TEST(History, FindsWhatIsThereTwice) {
  EXPECT_EQ(kinds({ok("a", 1, 10, 20)}, {entry(1, "a", 1), entry(2, "a", 1)}),
            Kinds{Kind::Doubled});
  EXPECT_EQ(kinds({unknown("a", 1, 10)}, {entry(1, "a", 1), entry(2, "a", 1)}),
            Kinds{Kind::Doubled});
}

TEST(History, FindsWhatNobodyAskedFor) {
  EXPECT_EQ(kinds({ok("a", 1, 10, 20)}, {entry(1, "a", 1), entry(2, "c", 1)}),
            Kinds{Kind::Invented});
  EXPECT_EQ(kinds({ok("a", 1, 10, 20)}, {entry(1, "a", 1), entry(2, "a", 2)}),
            Kinds{Kind::Invented});
}

TEST(History, FindsAnotherContent) {
  Entry other = entry(1, "a", 1);
  other.content += '.';
  EXPECT_EQ(kinds({ok("a", 1, 10, 20)}, {other}), Kinds{Kind::WrongContent});
  EXPECT_EQ(kinds({unknown("a", 1, 10)}, {other}), Kinds{Kind::WrongContent});
}

TEST(History, FindsABrokenOrderOfOneClient) {
  // Both in flight at once, so that only the client's own order is broken.
  EXPECT_EQ(kinds({ok("a", 1, 10, 40), ok("a", 2, 11, 41)}, {entry(1, "a", 2), entry(2, "a", 1)}),
            Kinds{Kind::ClientOrder});
}

TEST(History, FindsABrokenOrderInRealTime) {
  // b1 was asked for when a1 was on disk already.
  EXPECT_EQ(kinds({ok("a", 1, 10, 20), ok("b", 1, 30, 40)}, {entry(1, "b", 1), entry(2, "a", 1)}),
            Kinds{Kind::RealTime});
  // So it is with one that was never heard of, and with others in between.
  EXPECT_EQ(kinds({ok("a", 1, 10, 20), ok("c", 1, 5, 90), unknown("b", 1, 30)},
                  {entry(1, "b", 1), entry(2, "c", 1), entry(3, "a", 1)}),
            Kinds{Kind::RealTime});
}

TEST(History, FindsWhatWasRefusedAndIsThere) {
  EXPECT_EQ(kinds({refused("a", 1, 10, 20)}, {entry(1, "a", 1)}), Kinds{Kind::RefusedButThere});
}

TEST(History, FindsNumbersOfTheStreamThatDoNotRise) {
  EXPECT_EQ(kinds({ok("a", 1, 10, 40), ok("b", 1, 10, 40)}, {entry(2, "a", 1), entry(2, "b", 1)}),
            Kinds{Kind::SequenceOrder});
}

TEST(History, TheFirstAnswerCounts) {
  History history("a");
  history.invoke(1, "one");
  history.invoke(1, "sent again");
  history.ok(1);
  history.refused(1);
  history.invoke(2, "two");
  ASSERT_EQ(history.operations().size(), 2U);
  const Operation& first = history.operations().at(1);
  EXPECT_EQ(first.content, "one");
  EXPECT_EQ(first.ending, Ending::Ok);
  EXPECT_GE(first.ended_us, first.invoked_us);
  EXPECT_EQ(history.operations().at(2).ending, Ending::Unknown);
}

}  // namespace
}  // namespace swarmboard::faults
