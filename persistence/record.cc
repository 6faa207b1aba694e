#include "persistence/record.h"

#include <zlib.h>

#include "persistence/errc.h"
#include "persistence/fixed_bytes.h"

namespace swarmboard::persistence {
namespace {

constexpr std::string_view kUnitMagic = "sw";
constexpr std::string_view kValueMagic = "sv";
constexpr std::size_t kUnitCrcAt = 48;
constexpr std::size_t kValueCrcAt = 4;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kValueHeaderBytes = 8;
constexpr std::size_t kCommitBytes = 24;

std::uint32_t crc_of(std::uint32_t before, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t frame_crc(std::string_view key, std::string_view frame, std::size_t crc_at) {
  const std::uint32_t header = crc_of(crc_of(0, key), frame.substr(0, crc_at));
  return crc_of(header, frame.substr(crc_at + kCrcBytes));
}

void append_frame_start(std::string& frame, std::string_view magic) {
  frame.append(magic);
  frame.push_back(static_cast<char>(kFrameFormat));
  frame.push_back('\0');
}

// Precondition: the four bytes of the check are there, with any content.
void set_crc(std::string_view key, std::string& frame, std::size_t crc_at) {
  std::string crc;
  append_little(crc, frame_crc(key, frame, crc_at));
  frame.replace(crc_at, kCrcBytes, crc);
}

boost::system::error_code check_frame(std::string_view key, std::string_view frame,
                                      std::string_view magic, std::size_t crc_at) {
  if (frame.size() < crc_at + kCrcBytes || frame.substr(0, magic.size()) != magic) {
    return JournalErrc::Damaged;
  }
  // Before the check: a newer format may keep it elsewhere.
  if (static_cast<std::uint8_t>(frame[2]) > kFrameFormat) {
    return JournalErrc::NewerFormat;
  }
  if (read_little<std::uint32_t>(frame, crc_at) != frame_crc(key, frame, crc_at)) {
    return JournalErrc::Damaged;
  }
  const bool known_flags = frame[3] == '\0';
  return known_flags ? boost::system::error_code() : make_error_code(JournalErrc::NewerFormat);
}

}  // namespace

std::string encode_unit(std::string_view key, const Unit& unit, std::uint64_t commit_no,
                        std::uint64_t epoch) {
  std::string frame;
  frame.reserve(kUnitHeaderBytes + unit.payload->size());
  append_frame_start(frame, kUnitMagic);
  append_little(frame, unit.count);
  append_little(frame, commit_no);
  append_little(frame, unit.first_seq);
  append_little(frame, epoch);
  append_little(frame, unit.chain_before);
  append_little(frame, unit.chain_after);
  append_little(frame, std::uint32_t{0});
  frame.append(*unit.payload);
  set_crc(key, frame, kUnitCrcAt);
  return frame;
}

Result<StoredUnitFrame> decode_unit(std::string_view key, std::string_view frame) {
  if (const auto error = check_frame(key, frame, kUnitMagic, kUnitCrcAt)) {
    return error;
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

std::string encode_value(std::string_view key, std::string_view bytes) {
  std::string frame;
  frame.reserve(kValueHeaderBytes + bytes.size());
  append_frame_start(frame, kValueMagic);
  append_little(frame, std::uint32_t{0});
  frame.append(bytes);
  set_crc(key, frame, kValueCrcAt);
  return frame;
}

Result<std::string_view> decode_value(std::string_view key, std::string_view frame) {
  if (const auto error = check_frame(key, frame, kValueMagic, kValueCrcAt)) {
    return error;
  }
  return frame.substr(kValueHeaderBytes);
}

std::string encode_commit(std::string_view key, const CommitMark& mark) {
  std::string bytes;
  append_little(bytes, mark.commit_no);
  append_little(bytes, mark.writes);
  append_little(bytes, mark.chain);
  return encode_value(key, bytes);
}

Result<CommitMark> decode_commit(std::string_view key, std::string_view frame) {
  const auto bytes = decode_value(key, frame);
  if (!bytes) {
    return bytes.error();
  }
  if (bytes->size() != kCommitBytes) {
    return make_error_code(JournalErrc::Damaged);
  }
  return CommitMark{read_little<std::uint64_t>(*bytes, 0), read_little<std::uint64_t>(*bytes, 8),
                    read_little<std::uint64_t>(*bytes, 16)};
}

}  // namespace swarmboard::persistence
