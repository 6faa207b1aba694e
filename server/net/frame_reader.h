// The receiving half of RFC 6455 for a server: bytes in, whole messages and control frames out,
// and every rule about what a client may not send.
//
// Owner: WsServerStream. PURE; its thread. It keeps only what is not whole yet: an idle connection
// costs no buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/utf8_check.h"

namespace swarmboard::net {

// Where what was read goes. The views are valid during the call.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void on_frame_message(std::string_view bytes, bool binary) = 0;
  virtual void on_frame_ping(std::string_view payload) = 0;
  virtual void on_frame_pong() = 0;
  // The peer closes; code 1005 when it gave none.
  virtual void on_frame_close(std::uint16_t code, std::string_view reason) = 0;
};

class FrameReader {
 public:
  // Reads one frame's worth at most, unmasking in place, and calls the sink at most once; how many
  // bytes were used. Zero only for none, or after a violation. Call again with the rest.
  std::size_t read(char* bytes, std::size_t size, FrameSink& sink);

  // The close code for what the peer may not do; nothing as long as it has not. Final.
  [[nodiscard]] std::optional<std::uint16_t> violation() const { return violation_; }

 private:
  static constexpr std::size_t kHeaderBytesMax = 14;
  static constexpr std::size_t kControlPayloadBytesMax = 125;

  std::size_t take_header(const char* bytes, std::size_t size);
  void begin_frame();
  void check_start();
  void unmask(char* bytes, std::size_t size);
  void take_payload(std::string_view part, FrameSink& sink);
  void end_control(std::string_view payload, FrameSink& sink);
  void end_close(std::string_view payload, FrameSink& sink);
  void fail(std::uint16_t code);
  [[nodiscard]] std::size_t header_bytes() const;

  [[nodiscard]] unsigned first_byte() const { return static_cast<unsigned char>(header_[0]); }

  [[nodiscard]] bool is_control() const { return (first_byte() & 0x08U) != 0; }

  [[nodiscard]] bool is_final() const { return (first_byte() & 0x80U) != 0; }

  [[nodiscard]] unsigned opcode() const { return first_byte() & 0x0fU; }

  std::array<char, kHeaderBytesMax> header_{};
  std::uint8_t header_size_ = 0;
  std::uint8_t mask_at_ = 0;
  bool in_payload_ = false;
  bool in_message_ = false;  // A fragment was there and the last one was not.
  bool binary_ = false;
  std::optional<std::uint16_t> violation_;
  Utf8Check utf8_;
  std::uint64_t left_ = 0;      // Of the frame's payload.
  std::uint32_t overhead_ = 0;  // Bytes of headers in this message.
  std::string message_;         // Of a message that is not whole yet.
  std::string control_;         // Of a control frame that is not whole yet.
};

}  // namespace swarmboard::net
