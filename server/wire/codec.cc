#include "server/wire/codec.h"

#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>

#include "server/base/limits.h"
#include "server/base/sha256.h"
#include "server/base/unknown_fields.h"

namespace swarmboard::wire {
namespace {

namespace pb = google::protobuf;

// The deepest message of ours nests less than ten levels; more is an attack on the stack.
constexpr int kNestingMax = 24;

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kLengthDelimited = 2;

constexpr std::uint32_t tag(int field, std::uint32_t wire_type) {
  return (static_cast<std::uint32_t>(field) << 3) | wire_type;
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// Zero is left out, as protobuf itself does, so that these bytes equal the library's.
void put_number(std::string& out, int field, std::uint64_t value) {
  if (value != 0) {
    put_varint(out, tag(field, kVarint));
    put_varint(out, value);
  }
}

void put_fixed64(std::string& out, int field, std::uint64_t value) {
  if (value == 0) {
    return;
  }
  put_varint(out, tag(field, kFixed64));
  for (int byte = 0; byte < 8; ++byte) {
    out.push_back(static_cast<char>((value >> (8 * byte)) & 0xff));
  }
}

void put_length(std::string& out, int field, std::size_t length) {
  put_varint(out, tag(field, kLengthDelimited));
  put_varint(out, length);
}

void put_bytes(std::string& out, int field, std::string_view bytes) {
  put_length(out, field, bytes.size());
  out.append(bytes);
}

pb::io::CodedInputStream open_stream(std::string_view bytes) {
  return pb::io::CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  static_cast<int>(bytes.size()));
}

// Counts before parsing, so that a message of a hundred thousand empty frames costs nothing.
boost::system::result<void, DecodeError> check_frame_count(std::string_view bytes) {
  pb::io::CodedInputStream in = open_stream(bytes);
  std::size_t frames = 0;
  while (const std::uint32_t found = in.ReadTag()) {
    if (found != tag(v1::ClientMessage::kFramesFieldNumber, kLengthDelimited)) {
      return DecodeError{"unknown field in the message"};
    }
    std::uint32_t length = 0;
    if (!in.ReadVarint32(&length) || !in.Skip(static_cast<int>(length))) {
      return DecodeError{"truncated frame"};
    }
    if (++frames > limits::kFramesPerMessageMax) {
      return DecodeError{"too many frames in one message"};
    }
  }
  if (!in.ConsumedEntireMessage()) {
    return DecodeError{"malformed message"};
  }
  return {};
}

// Strings of proto3 messages are checked for UTF-8 by the parser itself.
bool parse_strictly(pb::Message& message, std::string_view bytes) {
  pb::io::CodedInputStream in = open_stream(bytes);
  in.SetRecursionLimit(kNestingMax);
  return message.ParseFromCodedStream(&in) && in.ConsumedEntireMessage();
}

}  // namespace

boost::system::result<v1::ClientMessage, DecodeError> decode_client_message(
    std::string_view bytes) {
  if (bytes.size() > limits::kMessageBytesMax) {
    return DecodeError{"message too large"};
  }
  if (const auto counted = check_frame_count(bytes); counted.has_error()) {
    return counted.error();
  }
  v1::ClientMessage message;
  if (!parse_strictly(message, bytes)) {
    return DecodeError{"not a client message"};
  }
  for (const v1::ClientFrame& frame : message.frames()) {
    if (frame.body_case() == v1::ClientFrame::BODY_NOT_SET) {
      return DecodeError{"frame of an unknown kind"};
    }
  }
  return message;
}

boost::system::result<v1::Command, DecodeError> decode_command(std::string_view bytes) {
  if (bytes.size() > limits::kCommandBytesMax) {
    return DecodeError{"command too large"};
  }
  v1::Command command;
  if (!parse_strictly(command, bytes)) {
    return DecodeError{"not a command"};
  }
  // A field that this server does not know would be dropped silently: refuse instead.
  if (has_unknown_fields(command)) {
    return DecodeError{"the command has a field that this server does not know"};
  }
  if (command.body_case() == v1::Command::BODY_NOT_SET) {
    return DecodeError{"command of an unknown kind"};
  }
  return command;
}

std::uint32_t body_hash(std::string_view command_bytes) {
  const Sha256Digest digest = sha256_digest(command_bytes);
  std::uint32_t hash = 0;
  for (std::size_t byte = 0; byte < 4; ++byte) {
    hash |= static_cast<std::uint32_t>(digest[byte]) << (8 * byte);
  }
  return hash;
}

std::string encode_event_chunk(std::string_view event_bytes) {
  std::string out;
  out.reserve(event_bytes.size() + 6);
  put_bytes(out, v1::EventBatch::kEventsFieldNumber, event_bytes);
  return out;
}

std::string encode_batch_frame(std::uint32_t stream_ref, std::uint64_t from, std::uint64_t to,
                               std::uint64_t chain_to, std::string_view event_chunks) {
  std::string head;
  put_number(head, v1::EventBatch::kStreamRefFieldNumber, stream_ref);
  put_number(head, v1::EventBatch::kFromFieldNumber, from);
  put_number(head, v1::EventBatch::kToFieldNumber, to);
  put_fixed64(head, v1::EventBatch::kChainToFieldNumber, chain_to);

  const std::size_t batch_bytes = head.size() + event_chunks.size();
  std::string frame_head;
  put_length(frame_head, v1::ServerFrame::kEventsFieldNumber, batch_bytes);

  std::string out;
  out.reserve(batch_bytes + frame_head.size() + 8);
  put_length(out, v1::ServerMessage::kFramesFieldNumber, frame_head.size() + batch_bytes);
  out.append(frame_head).append(head).append(event_chunks);
  return out;
}

std::string encode_frame(const v1::ServerFrame& frame) {
  std::string out;
  put_bytes(out, v1::ServerMessage::kFramesFieldNumber, frame.SerializeAsString());
  return out;
}

std::shared_ptr<const std::string> frame_block(std::string_view frame_chunks) {
  constexpr char kFinalBinary = static_cast<char>(0x82);
  std::string block;
  block.reserve(frame_chunks.size() + 10);
  block.push_back(kFinalBinary);
  const std::size_t length = frame_chunks.size();
  if (length < 126) {
    block.push_back(static_cast<char>(length));
  } else {
    const bool is_short = length <= 0xffff;
    block.push_back(static_cast<char>(is_short ? 126 : 127));
    for (int shift = is_short ? 8 : 56; shift >= 0; shift -= 8) {
      block.push_back(static_cast<char>((static_cast<std::uint64_t>(length) >> shift) & 0xff));
    }
  }
  block.append(frame_chunks);
  return std::make_shared<const std::string>(std::move(block));
}

std::shared_ptr<const std::string> ping_block() {
  static const auto block = std::make_shared<const std::string>("\x89\x00", 2);
  return block;
}

}  // namespace swarmboard::wire
