#include "persistence/keys.h"

#include <algorithm>

#include "persistence/fixed_bytes.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kSeqBytes = 8;

void append_word(std::string& out, std::string_view word) {
  out.push_back(static_cast<char>(word.size()));
  out.append(word);
}

std::optional<std::string_view> take_word(std::string_view& key) {
  if (key.empty()) {
    return std::nullopt;
  }
  const auto size = static_cast<std::uint8_t>(key.front());
  key.remove_prefix(1);
  if (size > key.size()) {
    return std::nullopt;
  }
  const std::string_view word = key.substr(0, size);
  key.remove_prefix(size);
  return word;
}

}  // namespace

bool is_name(std::string_view name, bool may_be_empty) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return (may_be_empty || !name.empty()) && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), allowed);
}

bool is_stream_name(const StreamName& name) {
  return is_name(name.team, false) && is_name(name.stream, true);
}

std::string team_key(std::string_view team) {
  std::string key;
  append_word(key, team);
  return key;
}

std::string name_key(const StreamName& name) {
  std::string key = team_key(name.team);
  append_word(key, name.stream);
  return key;
}

std::string log_key(const StreamName& name, std::uint64_t first_seq) {
  std::string key = name_key(name);
  append_big(key, first_seq);
  return key;
}

std::string keyframe_key(const StreamName& name, std::uint64_t seq, std::uint32_t state_version) {
  std::string key = log_key(name, seq);
  append_little(key, state_version);
  return key;
}

std::string sealed_prefix(const StreamName& name, std::string_view bucket) {
  std::string key = "S" + name_key(name);
  append_word(key, bucket);
  return key;
}

std::string setting_key(std::string_view key) {
  return "K" + std::string(key);
}

std::optional<StreamName> take_name(std::string_view& bytes) {
  const auto team = take_word(bytes);
  const auto stream = team ? take_word(bytes) : std::nullopt;
  if (!stream) {
    return std::nullopt;
  }
  return StreamName{std::string(*team), std::string(*stream)};
}

std::optional<LogPosition> parse_log_key(std::string_view key) {
  auto name = take_name(key);
  if (!name || key.size() != kSeqBytes) {
    return std::nullopt;
  }
  return LogPosition{*std::move(name), read_big(key, 0)};
}

std::optional<KeyframePosition> parse_keyframe_key(std::string_view key, std::string_view prefix) {
  key.remove_prefix(prefix.size());
  if (key.size() != kSeqBytes + sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  return KeyframePosition{read_big(key, 0), read_little<std::uint32_t>(key, kSeqBytes)};
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xff) {
    prefix.pop_back();
  }
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(prefix.back() + 1);
  }
  return prefix;
}

}  // namespace swarmboard::persistence
