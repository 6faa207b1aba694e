#include "persistence/record.h"

#include <gtest/gtest.h>

#include "persistence/errc.h"

namespace swarmboard::persistence {
namespace {

Unit some_unit() {
  return {"s1",
          7,
          3,
          0x1122334455667788,
          0x99aabbccddeeff00,
          std::make_shared<const std::string>("the payload")};
}

TEST(Record, WhatIsEncodedIsDecoded) {
  const auto frame = decode_unit("key", encode_unit("key", some_unit(), 42, 5));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->commit_no, 42U);
  EXPECT_EQ(frame->epoch, 5U);
  EXPECT_EQ(frame->unit.first_seq, 7U);
  EXPECT_EQ(frame->unit.count, 3U);
  EXPECT_EQ(frame->unit.chain_before, 0x1122334455667788U);
  EXPECT_EQ(frame->unit.chain_after, 0x99aabbccddeeff00U);
  EXPECT_EQ(*frame->unit.payload, "the payload");
}

TEST(Record, EveryFlippedBitIsFound) {
  const std::string good = encode_unit("key", some_unit(), 42, 5);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_unit("key", bad)) << "bit " << bit;
  }
}

TEST(Record, EveryCutIsFound) {
  const std::string good = encode_unit("key", some_unit(), 42, 5);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_unit("key", good.substr(0, size))) << size << " bytes";
  }
}

TEST(Record, ANewerFormatIsNamedAsSuch) {
  std::string frame = encode_unit("key", some_unit(), 42, 5);
  frame[2] = kFrameFormat + 1;
  EXPECT_EQ(decode_unit("key", frame).error(), JournalErrc::NewerFormat);
}

TEST(Record, AUnitUnderAnotherKeyIsFound) {
  const std::string good = encode_unit("key", some_unit(), 42, 5);
  EXPECT_EQ(decode_unit("kez", good).error(), JournalErrc::Damaged);
}

TEST(Record, EmptyPayloadIsAPayload) {
  Unit unit = some_unit();
  unit.payload = std::make_shared<const std::string>();
  EXPECT_TRUE(decode_unit("key", encode_unit("key", unit, 1, 1)).value().unit.payload->empty());
}

TEST(Record, ValuesAreCheckedLikeUnits) {
  const std::string good = encode_value("key", "bytes");
  EXPECT_EQ(decode_value("key", good).value(), "bytes");
  EXPECT_TRUE(decode_value("kez", good).has_error());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(decode_value("key", bad).has_error()) << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_TRUE(decode_value("key", good.substr(0, size)).has_error()) << size << " bytes";
  }
}

TEST(Record, CommitMarkReadsBack) {
  const CommitMark mark{7, 9, 0x1122334455667788};
  EXPECT_EQ(decode_commit("key", encode_commit("key", mark)).value(), mark);
  EXPECT_TRUE(decode_commit("key", encode_value("key", "short")).has_error());
}

}  // namespace
}  // namespace swarmboard::persistence
