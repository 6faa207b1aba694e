// What a client may send and what it may not (RFC 6455), whole and byte by byte.
#include "server/net/frame_reader.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "server/base/limits.h"

namespace swarmboard::net {
namespace {

struct Seen final : FrameSink {
  void on_frame_message(std::string_view bytes, bool binary) override {
    said.push_back((binary ? "binary " : "text ") + std::string(bytes));
  }

  void on_frame_ping(std::string_view payload) override {
    said.push_back("ping " + std::string(payload));
  }

  void on_frame_pong() override { said.emplace_back("pong"); }

  void on_frame_close(std::uint16_t code, std::string_view reason) override {
    said.push_back("close " + std::to_string(code) + ' ' + std::string(reason));
  }

  std::vector<std::string> said;
};

struct Outcome {
  std::vector<std::string> said;
  std::optional<std::uint16_t> violation;
  bool operator==(const Outcome&) const = default;
};

// Feeds the bytes in pieces of at most `piece`.
Outcome read_all(std::string bytes, std::size_t piece = SIZE_MAX) {
  FrameReader reader;
  Seen seen;
  for (std::size_t at = 0; at < bytes.size() && !reader.violation();) {
    std::size_t end = std::min(bytes.size(), at + std::min(piece, bytes.size()));
    while (at < end && !reader.violation()) {
      at += reader.read(bytes.data() + at, end - at, seen);
    }
  }
  return {seen.said, reader.violation()};
}

// A client's frame, masked, with the shortest length.
std::string frame(unsigned first, const std::string& payload,
                  std::string mask = "\x12\x34\x56\x78") {
  std::string bytes(1, static_cast<char>(first));
  const std::size_t size = payload.size();
  const int length_bytes = size < 126 ? 0 : size < 0x10000 ? 2 : 8;
  bytes += static_cast<char>(0x80U | (length_bytes == 0 ? size : length_bytes == 2 ? 126U : 127U));
  for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>((size >> static_cast<unsigned>(shift)) & 0xffU);
  }
  bytes += mask;
  for (std::size_t at = 0; at < size; ++at) {
    bytes += static_cast<char>(payload[at] ^ mask[at % 4]);
  }
  return bytes;
}

std::string close_payload(unsigned code, const std::string& reason = {}) {
  return std::string{static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)} + reason;
}

void expect(const std::string& bytes, const Outcome& wanted) {
  EXPECT_EQ(read_all(bytes).said, wanted.said);
  EXPECT_EQ(read_all(bytes).violation, wanted.violation);
  EXPECT_EQ(read_all(bytes, 1), wanted);
  EXPECT_EQ(read_all(bytes, 7), wanted);
}

TEST(FrameReader, ReadsWholeMessages) {
  expect(frame(0x82, "hello"), {{"binary hello"}, {}});
  expect(frame(0x81, "hällo"), {{"text hällo"}, {}});
  expect(frame(0x82, ""), {{"binary "}, {}});
  expect(frame(0x82, "a") + frame(0x82, "b"), {{"binary a", "binary b"}, {}});
}

TEST(FrameReader, ReadsEveryFormOfLength) {
  for (const std::size_t size : {125U, 126U, 127U, 65'535U, 65'536U, 262'144U}) {
    const std::string payload(size, 'x');
    const Outcome outcome = read_all(frame(0x82, payload), 4'093);
    ASSERT_EQ(outcome.said.size(), 1U) << size;
    EXPECT_EQ(outcome.said.front(), "binary " + payload) << size;
  }
}

TEST(FrameReader, JoinsFragmentsAndLetsControlFramesPassBetween) {
  expect(frame(0x02, "a") + frame(0x00, "b") + frame(0x89, "hi") + frame(0x80, "c"),
         {{"ping hi", "binary abc"}, {}});
  expect(frame(0x02, "") + frame(0x00, "") + frame(0x80, ""), {{"binary "}, {}});
}

TEST(FrameReader, ReadsControlFrames) {
  expect(frame(0x89, ""), {{"ping "}, {}});
  expect(frame(0x89, std::string(125, 'p')), {{"ping " + std::string(125, 'p')}, {}});
  expect(frame(0x8a, "unasked"), {{"pong"}, {}});
  expect(frame(0x88, ""), {{"close 1005 "}, {}});
  expect(frame(0x88, close_payload(1000, "bye")), {{"close 1000 bye"}, {}});
}

TEST(FrameReader, EndsWhatBreaksTheFraming1002) {
  const auto broken = [](const std::string& bytes) { expect(bytes, {{}, 1002}); };
  broken(std::string("\x82\x01x", 3));  // Not masked.
  broken(frame(0xc2, "x"));             // Reserved bits.
  broken(frame(0xa2, "x"));
  broken(frame(0x92, "x"));
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    broken(frame(0x80U | opcode, "x"));
  }
  broken(frame(0x80, "x"));                    // Continues nothing.
  broken(frame(0x09, "x"));                    // A control frame in fragments.
  broken(frame(0x89, std::string(126, 'p')));  // A control frame that is too long.
  broken(std::string("\x82\xfe\x00\x7d", 4) + std::string(4, '\0'));  // 125 in 16 bits.
  broken(std::string("\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10) + std::string(4, '\0'));
}

TEST(FrameReader, EndsAMessageThatBeginsInsideAnother1002) {
  expect(frame(0x02, "a") + frame(0x82, "b"), {{}, 1002});
  expect(frame(0x01, "a") + frame(0x01, "b"), {{}, 1002});
  // Behind a whole one there is nothing to continue.
  expect(frame(0x82, "a") + frame(0x80, "b"), {{"binary a"}, 1002});
}

TEST(FrameReader, JudgesCloseFrames) {
  for (const unsigned code : {1000U, 1001U, 1003U, 1007U, 1011U, 1014U, 3000U, 4999U}) {
    expect(frame(0x88, close_payload(code)), {{"close " + std::to_string(code) + ' '}, {}});
  }
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    expect(frame(0x88, close_payload(code)), {{}, 1002});
  }
  expect(frame(0x88, "\x03"), {{}, 1002});
  expect(frame(0x88, close_payload(1000, "\xff")), {{}, 1007});
  expect(frame(0x88, close_payload(1000, "\xc3")), {{}, 1007});
}

TEST(FrameReader, EndsTextThatIsNoUtf8_1007) {
  for (const char* const bad :
       {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\x80", "a\xc3", "\xf0\x9f\x98"}) {
    expect(frame(0x81, bad), {{}, 1007});
    expect(frame(0x82, bad), {{"binary " + std::string(bad)}, {}});
  }
  // A character may lie across fragments; one that ends wrongly is noticed there.
  expect(frame(0x01, "\xf0\x9f") + frame(0x80, "\x98\x80"), {{"text \xf0\x9f\x98\x80"}, {}});
  expect(frame(0x01, "\xf0\x9f") + frame(0x00, "x"), {{}, 1007});
}

TEST(FrameReader, EndsWhatIsTooLarge1009) {
  const std::size_t max = limits::kMessageBytesMax;
  // Known from the header alone.
  expect(frame(0x82, std::string(max + 1, 'x')).substr(0, 14), {{}, 1009});
  expect(frame(0x02, std::string(1'000, 'x')) + frame(0x80, std::string(max, 'x')).substr(0, 14),
         {{}, 1009});
  expect(std::string("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10) + std::string(4, '\0'),
         {{}, 1009});
}

TEST(FrameReader, EndsAMessageOfNothingButFragments1008) {
  std::string bytes = frame(0x02, "");
  for (std::size_t at = 0; at < limits::kFrameOverheadBytesMax / 6; ++at) {
    bytes += frame(0x00, "");
  }
  EXPECT_EQ(read_all(bytes).violation, 1008);
  // As many whole messages are no such thing.
  std::string messages;
  for (int at = 0; at < 10'000; ++at) {
    messages += frame(0x82, "");
  }
  EXPECT_EQ(read_all(messages).said.size(), 10'000U);
}

TEST(FrameReader, SaysNothingAfterAViolation) {
  expect(frame(0x83, "x") + frame(0x82, "later"), {{}, 1002});
}

// However the bytes are cut, the same is read.
TEST(FrameReader, DoesNotCareHowBytesArrive) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (unsigned frames = 1 + below(6); frames > 0; --frames) {
      const unsigned first =
          below(8) == 0 ? below(256) : (below(2) << 7U) | below(3) | below(2) << 3U;
      std::string payload(below(3) == 0 ? below(300) : below(10), 'x');
      for (char& each : payload) {
        each = static_cast<char>(below(4) == 0 ? below(256) : 'a' + below(26));
      }
      bytes += frame(first, payload, {static_cast<char>(below(256)), 'b', 'c', 'd'});
    }
    const Outcome whole = read_all(bytes);
    EXPECT_EQ(read_all(bytes, 1), whole);
    EXPECT_EQ(read_all(bytes, 1 + below(40)), whole);
  }
}

}  // namespace
}  // namespace swarmboard::net
