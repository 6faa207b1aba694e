#include "server/app/load/frames.h"

#include <gtest/gtest.h>

#include "server/wire/codec.h"

namespace swarmboard::load {
namespace {

TEST(Frames, AreTakenOneByOneAndOnlyWhenTheyAreWhole) {
  // As the server frames them: short, with two and with eight bytes of length.
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U, 70'000U}) {
    const std::string payload(size, 'p');
    const std::string block = *wire::frame_block(payload) + *wire::ping_block();
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{5}, size}) {
      std::string_view part = std::string_view(block).substr(0, cut);
      Frame frame;
      EXPECT_EQ(take_frame(part, frame), FrameGot::NeedMore) << size << " cut at " << cut;
      EXPECT_EQ(part.size(), cut);
      if (size < 5) {
        break;
      }
    }
    std::string_view bytes = block;
    Frame frame;
    ASSERT_EQ(take_frame(bytes, frame), FrameGot::Frame);
    EXPECT_EQ(frame.opcode, Opcode::Binary);
    EXPECT_EQ(frame.payload, payload);
    ASSERT_EQ(take_frame(bytes, frame), FrameGot::Frame);
    EXPECT_EQ(frame.opcode, Opcode::Ping);
    EXPECT_TRUE(bytes.empty());
  }
}

TEST(Frames, OfAServerThatAreMaskedFragmentedReservedOrHugeAreBroken) {
  for (const std::string& bad :
       {std::string("\x82\x80", 2), std::string("\x02\x00", 2), std::string("\xc2\x00", 2),
        std::string("\x83\x00", 2), std::string("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10)}) {
    std::string_view bytes = bad;
    Frame frame;
    EXPECT_EQ(take_frame(bytes, frame), FrameGot::Broken);
  }
}

TEST(Frames, OfTheClientCarryAMaskOfZeros) {
  std::string out;
  append_frame(out, Opcode::Binary, "ab");
  EXPECT_EQ(out, std::string("\x82\x82\0\0\0\0ab", 8));
  out.clear();
  append_frame(out, Opcode::Binary, std::string(300, 'x'));
  EXPECT_EQ(out.substr(0, 8), std::string("\x82\xfe\x01\x2c\0\0\0\0", 8));
  EXPECT_EQ(out.size(), 308U);
}

}  // namespace
}  // namespace swarmboard::load
