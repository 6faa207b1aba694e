// The frame of one stored unit: what stands around the payload on disk.
//
//   frame    := magic[2] format[1] flags[1] count[4] commit_no[8] first_seq[8] epoch[8]
//               chain_before[8] chain_after[8] crc[4] payload
//   magic    := 's' 'w'
//   format   := 1
//   flags    := 0            (compressed, encrypted, redacted: reserved)
//   crc      := CRC-32 (zlib) over the whole frame with crc = 0
//
// All numbers little-endian. The check covers header and payload, so that a wrong count, a swapped
// payload and a copy error in memory are all found. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "persistence/journal.h"

namespace swarmboard::persistence {

inline constexpr std::uint8_t kUnitFormat = 1;
inline constexpr std::size_t kUnitHeaderBytes = 52;

struct StoredUnitFrame {
  std::uint64_t commit_no = 0;
  std::uint64_t epoch = 1;
  Unit unit;  // `stream` is not part of the frame: it stands in the key.
};

[[nodiscard]] std::string encode_unit(const Unit& unit, std::uint64_t commit_no,
                                      std::uint64_t epoch);
// Fails with JournalErrc::Damaged (check, length) or NewerFormat.
[[nodiscard]] Result<StoredUnitFrame> decode_unit(std::string_view frame);

}  // namespace swarmboard::persistence
