// Keys of the ordered store. Names are length-prefixed, so that no name is a prefix of another;
// sequences are big-endian, so that byte order is numeric order.
//
//   name     := len(team)[1] team len(stream)[1] stream
//   log      := name first_seq[8]
//   keyframe := name seq[8] state_version[4]
//   sealed   := 'S' name len(bucket)[1] bucket id
//   setting  := 'K' key
//   epoch    := 'E' epoch[8]        (epochs.h)
//   commit   := "Gcommit"           (how far the journal has come)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "persistence/journal.h"

namespace swarmboard::persistence {

[[nodiscard]] bool is_name(std::string_view name, bool may_be_empty);
[[nodiscard]] bool is_stream_name(const StreamName& name);

[[nodiscard]] std::string name_key(const StreamName& name);
// Takes a name off the front of `bytes`. Empty: there is none.
[[nodiscard]] std::optional<StreamName> take_name(std::string_view& bytes);
[[nodiscard]] std::string team_key(std::string_view team);
[[nodiscard]] std::string log_key(const StreamName& name, std::uint64_t first_seq);
[[nodiscard]] std::string keyframe_key(const StreamName& name, std::uint64_t seq,
                                       std::uint32_t state_version);
[[nodiscard]] std::string sealed_prefix(const StreamName& name, std::string_view bucket);
[[nodiscard]] std::string setting_key(std::string_view key);

struct LogPosition {
  StreamName name;
  std::uint64_t first_seq = 0;
};

[[nodiscard]] std::optional<LogPosition> parse_log_key(std::string_view key);

struct KeyframePosition {
  std::uint64_t seq = 0;
  std::uint32_t state_version = 0;
  bool operator==(const KeyframePosition&) const = default;
};

// Precondition: the key begins with `prefix`, the name's key.
[[nodiscard]] std::optional<KeyframePosition> parse_keyframe_key(std::string_view key,
                                                                 std::string_view prefix);

// The smallest key that is greater than every key with this prefix; empty when there is none.
[[nodiscard]] std::string after_prefix(std::string prefix);

}  // namespace swarmboard::persistence
