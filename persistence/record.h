// What stands around bytes on disk: the frames of units and of other values, and the record of the
// last commit.
//
//   unit     := 's' 'w' format[1] flags[1] count[4] commit_no[8] first_seq[8] epoch[8]
//               chain_before[8] chain_after[8] crc[4] payload
//   value    := 's' 'v' format[1] flags[1] crc[4] bytes     (keyframes, sealed entries, settings)
//   commit   := a value whose bytes are  commit_no[8] writes[8] chain[8]
//   format   := 1
//   flags    := 0                 (compressed, encrypted, redacted: reserved)
//   crc      := CRC-32 of zlib over the key, then the frame without its crc
//
// All numbers little-endian. The check covers key, header and payload, so that a wrong count, a
// payload under another key and a copy error in memory are all found. Pure functions; any thread.
// Decoding fails with JournalErrc::Damaged or NewerFormat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "persistence/journal.h"

namespace swarmboard::persistence {

inline constexpr std::uint8_t kFrameFormat = 1;
inline constexpr std::size_t kUnitHeaderBytes = 52;

struct StoredUnitFrame {
  std::uint64_t commit_no = 0;
  std::uint64_t epoch = 1;
  Unit unit;  // `stream` is not part of the frame: it stands in the key.
};

[[nodiscard]] std::string encode_unit(std::string_view key, const Unit& unit,
                                      std::uint64_t commit_no, std::uint64_t epoch);
[[nodiscard]] Result<StoredUnitFrame> decode_unit(std::string_view key, std::string_view frame);

[[nodiscard]] std::string encode_value(std::string_view key, std::string_view bytes);
// The bytes lie within `frame`.
[[nodiscard]] Result<std::string_view> decode_value(std::string_view key, std::string_view frame);

// How far the journal has come: groups, synced writes of any kind, and a hash over all of them.
struct CommitMark {
  std::uint64_t commit_no = 0;
  std::uint64_t writes = 0;
  std::uint64_t chain = 0;
  bool operator==(const CommitMark&) const = default;
};

[[nodiscard]] std::string encode_commit(std::string_view key, const CommitMark& mark);
[[nodiscard]] Result<CommitMark> decode_commit(std::string_view key, std::string_view frame);

}  // namespace swarmboard::persistence
