// Reads a ServerMessage as it lies, without building it: a load client sees the same events a
// thousand times and needs of each only whose it is. Field numbers come from the generated code.
//
// PURE; any thread. Views point into the bytes given.
#pragma once

#include <cstdint>
#include <string_view>

namespace swarmboard::load {

// The fields of one protobuf message, one after the other.
class FieldScan {
 public:
  explicit FieldScan(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  // Moves to the next field; false at the end or when the bytes are malformed.
  [[nodiscard]] bool next();

  [[nodiscard]] bool is_broken() const { return broken_; }

  [[nodiscard]] int field() const { return field_; }

  // Of a varint or fixed field.
  [[nodiscard]] std::uint64_t number() const { return number_; }

  // Of a length-delimited field.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  bool read_varint(std::uint64_t& value);
  bool read_fixed(unsigned count);
  bool fail();

  const char* at_;
  const char* end_;
  int field_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  bool broken_ = false;
};

// One event of a batch.
struct SeenEvent {
  std::uint64_t seq = 0;
  std::string_view client_id;
  std::uint64_t cmd_no = 0;
};

// The head of the event: what comes behind the author's number is not looked at.
[[nodiscard]] bool scan_event(std::string_view bytes, SeenEvent& event);

}  // namespace swarmboard::load
