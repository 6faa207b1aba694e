#include "server/app/load/message_scan.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::load {

bool FieldScan::fail() {
  broken_ = true;
  return false;
}

bool FieldScan::read_varint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(*at_++);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      return true;
    }
  }
  return fail();
}

bool FieldScan::read_fixed(unsigned count) {
  if (end_ - at_ < static_cast<std::ptrdiff_t>(count)) {
    return fail();
  }
  number_ = 0;
  for (unsigned byte = 0; byte < count; ++byte) {
    number_ |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(*at_++)) << (8 * byte);
  }
  return true;
}

bool FieldScan::next() {
  if (at_ == end_ || broken_) {
    return false;
  }
  std::uint64_t tag = 0;
  if (!read_varint(tag)) {
    return false;
  }
  field_ = static_cast<int>(tag >> 3);
  switch (tag & 7) {
    case 0:
      return read_varint(number_);
    case 1:
      return read_fixed(8);
    case 2: {
      std::uint64_t length = 0;
      if (!read_varint(length) || length > static_cast<std::uint64_t>(end_ - at_)) {
        return fail();
      }
      bytes_ = {at_, static_cast<std::size_t>(length)};
      at_ += length;
      return true;
    }
    case 5:
      return read_fixed(4);
    default:
      return fail();
  }
}

bool scan_event(std::string_view bytes, SeenEvent& event) {
  event = {};
  FieldScan scan(bytes);
  while (scan.next()) {
    switch (scan.field()) {
      case v1::Event::kSeqFieldNumber:
        event.seq = scan.number();
        break;
      case v1::Event::kClientIdFieldNumber:
        event.client_id = scan.bytes();
        break;
      case v1::Event::kCmdNoFieldNumber:
        event.cmd_no = scan.number();
        return true;
      default:
        // Fields come in the order of their numbers: an event of the server has no author.
        if (scan.field() > v1::Event::kCmdNoFieldNumber) {
          return true;
        }
        break;
    }
  }
  return !scan.is_broken();
}

}  // namespace swarmboard::load
