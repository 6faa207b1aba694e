// Bytes <-> messages of the WebSocket protocol, with all size limits, and the framing of server
// messages. PURE; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "swarmboard/v1/command.pb.h"
#include "swarmboard/v1/event.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::wire {

struct DecodeError {
  std::string what;
};

// Strict: size within limits, valid protobuf, at most limits::kFramesPerMessageMax frames, each
// with a known body.
[[nodiscard]] boost::system::result<v1::ClientMessage, DecodeError> decode_client_message(
    std::string_view bytes);
// A command from its frozen bytes; unknown fields and kinds are an error, invalid UTF-8 too.
[[nodiscard]] boost::system::result<v1::Command, DecodeError> decode_command(
    std::string_view bytes);

[[nodiscard]] std::uint32_t body_hash(std::string_view command_bytes);

// One event as it stands in EventBatch.events: tag, length, bytes. Concatenate freely.
[[nodiscard]] std::string encode_event_chunk(std::string_view event_bytes);
// A ServerFrame chunk (tag, length, bytes of ServerMessage.frames) for a batch whose events are
// given as chunks.
[[nodiscard]] std::string encode_batch_frame(std::uint32_t stream_ref, std::uint64_t from,
                                             std::uint64_t to, std::uint64_t chain_to,
                                             std::string_view event_chunks);
[[nodiscard]] std::string encode_frame(const v1::ServerFrame& frame);

// WebSocket binary frame around frame chunks: FIN, opcode 2, unmasked. Block for Transport::send.
[[nodiscard]] std::shared_ptr<const std::string> frame_block(std::string_view frame_chunks);
// A WebSocket ping without payload.
[[nodiscard]] std::shared_ptr<const std::string> ping_block();

}  // namespace swarmboard::wire
