#include "server/app/load/ledger.h"

#include <gtest/gtest.h>

namespace swarmboard::load {
namespace {

// Two clients of one board; the first writes.
struct Board {
  Board() {
    other.index = 1;
    ledger.start_window(0);
  }

  void submit(std::uint64_t number, std::int64_t scheduled_us) {
    ++author.in_flight;
    author.last_no = number;
    ledger.submitted(author, number, scheduled_us, 2);
  }

  Client author;
  Client other;
  Ledger ledger{2};
};

TEST(Ledger, CountsFromTheScheduledMomentToEachReceipt) {
  Board board;
  board.submit(3, 1'000);
  board.ledger.set_now_us(1'040);
  board.ledger.delivered(board.author, 0, 3);
  board.ledger.set_now_us(1'060);
  board.ledger.delivered(board.other, 0, 3);
  EXPECT_EQ(board.ledger.to_author_us().max(), 40U);
  EXPECT_EQ(board.ledger.to_others_us().max(), 60U);
  EXPECT_EQ(board.ledger.tally().acknowledged, 1U);
  EXPECT_EQ(board.ledger.tally().deliveries, 2U);
  EXPECT_EQ(board.ledger.tally().expected, 2U);
  EXPECT_EQ(board.author.in_flight, 0U);
}

TEST(Ledger, LeavesCommandsOutsideTheWindowOutOfTheLatencies) {
  Board board;
  board.submit(3, 500);
  board.submit(4, 1'500);
  board.submit(5, 2'500);
  board.ledger.start_window(1'000);
  board.ledger.end_window(2'000);
  board.ledger.set_now_us(3'000);
  for (const std::uint64_t number : {3U, 4U, 5U}) {
    board.ledger.delivered(board.other, 0, number);
  }
  EXPECT_EQ(board.ledger.to_others_us().count(), 1U);
  EXPECT_EQ(board.ledger.to_others_us().max(), 1'500U);
  EXPECT_EQ(board.ledger.tally().deliveries, 3U);
}

TEST(Ledger, SaysWhenAReceiptCameTooLateToBeMatched) {
  Board board;
  for (std::uint64_t number = 1; number <= Ledger::kRemembered + 1; ++number) {
    board.submit(number, 10);
  }
  board.ledger.delivered(board.other, 0, 1);
  EXPECT_EQ(board.ledger.tally().unmatched, 1U);
  EXPECT_EQ(board.ledger.tally().deliveries, 1U);
}

TEST(Ledger, GivesBackWhatWasPutOffWithItsOwnMoments) {
  Board board;
  board.submit(3, 100);
  board.submit(4, 200);
  board.submit(5, 300);
  EXPECT_EQ(board.ledger.put_off(board.author, 4), (std::vector<std::int64_t>{200, 300}));
  EXPECT_EQ(board.author.last_no, 3U);
  EXPECT_EQ(board.author.in_flight, 1U);
  EXPECT_EQ(board.ledger.tally().expected, 2U);
  EXPECT_EQ(board.ledger.tally().submitted, 1U);
  EXPECT_EQ(board.ledger.tally().put_off, 2U);
}

TEST(Ledger, ExpectsNoDeliveryOfWhatWasRefused) {
  Board board;
  board.submit(3, 100);
  board.ledger.refused(board.author, 3, "because");
  board.submit(4, 100);
  board.ledger.refused(board.author, 4, "another reason");
  EXPECT_EQ(board.ledger.tally().expected, 0U);
  EXPECT_EQ(board.ledger.tally().refused, 2U);
  EXPECT_EQ(board.ledger.first_refusal(), "because");
}

}  // namespace
}  // namespace swarmboard::load
