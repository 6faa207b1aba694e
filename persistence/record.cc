#include "persistence/record.h"

#include <zlib.h>

#include "persistence/errc.h"
#include "persistence/fixed_bytes.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kCrcAt = 48;

std::uint32_t frame_crc(std::string_view frame) {
  const auto part = [](std::uint32_t crc, std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  };
  const std::uint32_t header = part(0, frame.substr(0, kCrcAt));
  const std::uint32_t blank = part(header, std::string_view("\0\0\0\0", 4));
  return part(blank, frame.substr(kUnitHeaderBytes));
}

}  // namespace

std::string encode_unit(const Unit& unit, std::uint64_t commit_no, std::uint64_t epoch) {
  std::string frame;
  frame.reserve(kUnitHeaderBytes + unit.payload->size());
  frame.append("sw");
  frame.push_back(static_cast<char>(kUnitFormat));
  frame.push_back('\0');
  append_little(frame, unit.count);
  append_little(frame, commit_no);
  append_little(frame, unit.first_seq);
  append_little(frame, epoch);
  append_little(frame, unit.chain_before);
  append_little(frame, unit.chain_after);
  append_little(frame, std::uint32_t{0});
  frame.append(*unit.payload);
  std::string crc;
  append_little(crc, frame_crc(frame));
  frame.replace(kCrcAt, crc.size(), crc);
  return frame;
}

Result<StoredUnitFrame> decode_unit(std::string_view frame) {
  if (frame.size() < kUnitHeaderBytes || frame.substr(0, 2) != "sw") {
    return make_error_code(JournalErrc::Damaged);
  }
  if (static_cast<std::uint8_t>(frame[2]) > kUnitFormat) {
    return make_error_code(JournalErrc::NewerFormat);
  }
  if (read_little<std::uint32_t>(frame, kCrcAt) != frame_crc(frame)) {
    return make_error_code(JournalErrc::Damaged);
  }
  StoredUnitFrame stored;
  stored.unit.count = read_little<std::uint32_t>(frame, 4);
  stored.commit_no = read_little<std::uint64_t>(frame, 8);
  stored.unit.first_seq = read_little<std::uint64_t>(frame, 16);
  stored.epoch = read_little<std::uint64_t>(frame, 24);
  stored.unit.chain_before = read_little<std::uint64_t>(frame, 32);
  stored.unit.chain_after = read_little<std::uint64_t>(frame, 40);
  stored.unit.payload = std::make_shared<const std::string>(frame.substr(kUnitHeaderBytes));
  return stored;
}

}  // namespace swarmboard::persistence
