// A WebSocket message as it comes from a client: decoded strictly or refused.
#include <algorithm>
#include <cstdint>

#include "server/base/limits.h"
#include "server/wire/codec.h"
#include "server/wire/hello.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

namespace swarmboard {
namespace {

using fuzz::require;

void check_command(std::string_view bytes) {
  const auto command = wire::decode_command(bytes);
  if (!command) {
    require(!command.error().what.empty(), "a refused command says why");
    return;
  }
  require(bytes.size() <= limits::kCommandBytesMax, "an accepted command is within its limit");
  require(command->body_case() != v1::Command::BODY_NOT_SET, "an accepted command has a kind");
  const std::string again = command->SerializeAsString();
  const auto decoded = wire::decode_command(again);
  require(again.size() > limits::kCommandBytesMax || decoded.has_value(),
          "a command that was accepted is accepted again");
  require(!decoded || decoded->SerializeAsString() == again, "encode(decode(x)) is stable");
}

void check_hello(const v1::Hello& hello) {
  const auto checked = wire::check_hello(hello);
  require(checked.has_value() ==
              (hello.proto_major() == wire::kProtoMajor &&
               hello.client_id().size() == wire::kClientIdBytes && !hello.ticket().empty() &&
               hello.ticket().size() <= wire::kTicketBytesMax),
          "a hello is accepted exactly when version, client id and ticket fit");
}

void check_message(std::string_view bytes) {
  const auto message = wire::decode_client_message(bytes);
  if (!message) {
    require(!message.error().what.empty(), "a refused message says why");
    return;
  }
  require(bytes.size() <= limits::kMessageBytesMax, "an accepted message is within its limit");
  require(static_cast<std::size_t>(message->frames_size()) <= limits::kFramesPerMessageMax,
          "an accepted message has few frames");
  for (const v1::ClientFrame& frame : message->frames()) {
    require(frame.body_case() != v1::ClientFrame::BODY_NOT_SET, "every frame has a known body");
    if (frame.has_submit()) {
      check_command(frame.submit().command());
    } else if (frame.has_hello()) {
      check_hello(frame.hello());
    }
  }
}

}  // namespace
}  // namespace swarmboard

SWARMBOARD_MUTATES(swarmboard::v1::ClientMessage)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  swarmboard::check_message(bytes);
  swarmboard::check_command(bytes);
  return 0;
}
