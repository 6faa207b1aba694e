#include "server/wire/codec.h"

#include <random>

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include "server/base/limits.h"

namespace swarmboard::wire {
namespace {

v1::Command note_command(const std::string& text) {
  v1::Command command;
  v1::EditRecord& edit = *command.mutable_edit_record();
  edit.set_create(true);
  edit.mutable_record()->set_id("n1");
  edit.mutable_record()->mutable_note()->set_kind(v1::NOTE_KIND_IDEA);
  edit.mutable_record()->mutable_note()->set_text(text);
  return command;
}

std::string frames_of(int count) {
  v1::ClientMessage message;
  for (int i = 0; i < count; ++i) {
    message.add_frames()->mutable_ping()->set_client_mono_us(static_cast<std::uint64_t>(i) + 1);
  }
  return message.SerializeAsString();
}

void add_unknown_field(google::protobuf::Message& message) {
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(999, 1);
}

std::string payload_of(const std::string& block) {
  const auto length = static_cast<unsigned char>(block.at(1));
  const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
  return block.substr(header);
}

TEST(DecodeClientMessage, ReturnsTheFramesInOrder) {
  const auto decoded = decode_client_message(frames_of(3));
  ASSERT_TRUE(decoded.has_value());
  ASSERT_EQ(decoded->frames_size(), 3);
  EXPECT_EQ(decoded->frames(2).ping().client_mono_us(), 3U);
}

TEST(DecodeClientMessage, AcceptsAMessageWithoutFrames) {
  EXPECT_TRUE(decode_client_message("").has_value());
}

TEST(DecodeClientMessage, RefusesOneFrameTooMany) {
  EXPECT_TRUE(decode_client_message(frames_of(limits::kFramesPerMessageMax)).has_value());
  EXPECT_TRUE(decode_client_message(frames_of(limits::kFramesPerMessageMax + 1)).has_error());
}

TEST(DecodeClientMessage, RefusesAMessageBeyondTheLimit) {
  v1::ClientMessage message;
  message.add_frames()->mutable_submit()->set_command(std::string(limits::kMessageBytesMax, 'x'));
  EXPECT_TRUE(decode_client_message(message.SerializeAsString()).has_error());
}

TEST(DecodeClientMessage, RefusesAFrameOfUnknownKind) {
  v1::ClientMessage message;
  message.add_frames();
  EXPECT_TRUE(decode_client_message(message.SerializeAsString()).has_error());
  add_unknown_field(*message.mutable_frames(0));
  EXPECT_TRUE(decode_client_message(message.SerializeAsString()).has_error());
}

TEST(DecodeClientMessage, RefusesEveryTruncation) {
  v1::ClientMessage message;
  message.add_frames()->mutable_hello()->set_ticket("ticket");
  message.add_frames()->mutable_join()->set_session_id("s1");
  const std::string whole = message.SerializeAsString();
  const std::size_t first = 2 + static_cast<std::size_t>(message.frames(0).ByteSizeLong());
  for (std::size_t size = 1; size < whole.size(); ++size) {
    if (size != first) {  // There the message ends after its first frame, which is valid.
      EXPECT_TRUE(decode_client_message(whole.substr(0, size)).has_error()) << size;
    }
  }
}

TEST(DecodeClientMessage, RefusesInvalidUtf8) {
  v1::ClientMessage message;
  message.add_frames()->mutable_join()->set_session_id("abcd");
  std::string bytes = message.SerializeAsString();
  bytes[bytes.find("abcd") + 1] = '\xff';
  EXPECT_TRUE(decode_client_message(bytes).has_error());
}

TEST(DecodeClientMessage, SurvivesRandomBytes) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = frames_of(static_cast<int>(random() % 3));
    const std::size_t changes = random() % 8;
    for (std::size_t i = 0; i < changes; ++i) {
      const char byte = static_cast<char>(random());
      if (bytes.empty() || random() % 2 == 0) {
        bytes.push_back(byte);
      } else {
        bytes[random() % bytes.size()] = byte;
      }
    }
    if (const auto decoded = decode_client_message(bytes); decoded.has_value()) {
      EXPECT_LE(static_cast<std::size_t>(decoded->frames_size()), limits::kFramesPerMessageMax);
    }
  }
}

TEST(DecodeCommand, ReturnsTheCommand) {
  const auto decoded = decode_command(note_command("Grüße \xF0\x9F\x90\x9D").SerializeAsString());
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->edit_record().record().note().text(), "Grüße \xF0\x9F\x90\x9D");
}

TEST(DecodeCommand, RefusesACommandWithoutABody) {
  EXPECT_TRUE(decode_command("").has_error());
}

TEST(DecodeCommand, RefusesUnknownFieldsAtAnyDepth) {
  v1::Command top = note_command("x");
  add_unknown_field(top);
  EXPECT_TRUE(decode_command(top.SerializeAsString()).has_error());

  v1::Command deep = note_command("x");
  add_unknown_field(*deep.mutable_edit_record()->mutable_record()->mutable_note());
  EXPECT_TRUE(decode_command(deep.SerializeAsString()).has_error());

  v1::Command repeated;
  add_unknown_field(*repeated.mutable_load_fixture()->add_records());
  EXPECT_TRUE(decode_command(repeated.SerializeAsString()).has_error());
}

TEST(DecodeCommand, RefusesInvalidUtf8) {
  std::string bytes = note_command("abcd").SerializeAsString();
  bytes[bytes.find("abcd") + 1] = '\xc0';
  EXPECT_TRUE(decode_command(bytes).has_error());
}

TEST(DecodeCommand, RefusesACommandBeyondTheLimit) {
  EXPECT_TRUE(decode_command(
                  note_command(std::string(limits::kCommandBytesMax - 64, 'x')).SerializeAsString())
                  .has_value());
  EXPECT_TRUE(
      decode_command(note_command(std::string(limits::kCommandBytesMax, 'x')).SerializeAsString())
          .has_error());
}

TEST(DecodeCommand, RefusesDeepNesting) {
  // Groups nest in unknown fields without any message of ours: only the parser's limit stops them.
  EXPECT_TRUE(decode_command(std::string(20'000, '\x0b')).has_error());
}

TEST(BodyHash, IsTheStartOfSha256LittleEndian) {
  // SHA-256 of nothing begins e3 b0 c4 42; of "abc" ba 78 16 bf.
  EXPECT_EQ(body_hash(""), 0x42c4b0e3U);
  EXPECT_EQ(body_hash("abc"), 0xbf1678baU);
}

TEST(EncodeBatchFrame, EqualsWhatProtobufWrites) {
  v1::ServerMessage expected;
  v1::EventBatch& batch = *expected.add_frames()->mutable_events();
  batch.set_stream_ref(7);
  batch.set_from(300);
  batch.set_to(301);
  batch.set_chain_to(0xfedcba9876543210U);
  std::string chunks;
  for (const std::uint64_t seq : {300U, 301U}) {
    v1::Event& event = *batch.add_events();
    event.set_seq(seq);
    event.set_actor("greta");
    event.set_client_id(std::string(200, 'c'));
    chunks += encode_event_chunk(event.SerializeAsString());
  }
  EXPECT_EQ(encode_batch_frame(7, 300, 301, 0xfedcba9876543210U, chunks),
            expected.SerializeAsString());
}

TEST(EncodeBatchFrame, LeavesZerosOutAsProtobufDoes) {
  v1::ServerMessage expected;
  expected.add_frames()->mutable_events();
  EXPECT_EQ(encode_batch_frame(0, 0, 0, 0, ""), expected.SerializeAsString());
}

TEST(EncodeFrame, ChunksConcatenateToOneMessage) {
  v1::ServerFrame pong;
  pong.mutable_pong()->set_client_mono_us(5);
  v1::ServerFrame tick;
  tick.mutable_tick()->set_server_wall_ms(-1);
  v1::ServerMessage message;
  ASSERT_TRUE(message.ParseFromString(encode_frame(pong) + encode_batch_frame(1, 2, 3, 4, "") +
                                      encode_frame(tick)));
  ASSERT_EQ(message.frames_size(), 3);
  EXPECT_EQ(message.frames(0).pong().client_mono_us(), 5U);
  EXPECT_EQ(message.frames(1).events().to(), 3U);
  EXPECT_EQ(message.frames(2).tick().server_wall_ms(), -1);
}

TEST(FrameBlock, WritesTheShortestHeaderForEachLength) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 200'000U}) {
    const std::string payload(size, 'p');
    const std::string block = *frame_block(payload);
    EXPECT_EQ(block.at(0), static_cast<char>(0x82));
    EXPECT_EQ(block.at(1) & 0x80, 0) << "a server never masks";
    EXPECT_EQ(block.size(), size + (size < 126 ? 2 : size < 65'536 ? 4 : 10));
    EXPECT_EQ(payload_of(block), payload);
  }
  const std::string block = *frame_block(std::string(0x10203, 'p'));
  EXPECT_EQ(block.substr(0, 10), std::string("\x82\x7f\0\0\0\0\0\x01\x02\x03", 10));
}

TEST(PingBlock, IsAnUnmaskedPingWithoutPayload) {
  EXPECT_EQ(*ping_block(), std::string("\x89\x00", 2));
}

}  // namespace
}  // namespace swarmboard::wire
