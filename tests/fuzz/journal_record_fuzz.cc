// Stored bytes as a disk may give them back: frames of units, values and the commit record, and the
// keys they lie under. Accepted bytes are exactly those that would be written again.
#include <cstdint>

#include "persistence/errc.h"
#include "persistence/keys.h"
#include "persistence/record.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::persistence {
namespace {

using fuzz::require;

bool is_damage(boost::system::error_code ec) {
  return ec == JournalErrc::Damaged || ec == JournalErrc::NewerFormat;
}

void check_frames(std::string_view key, std::string_view frame) {
  const auto unit = decode_unit(key, frame);
  require(unit || is_damage(unit.error()), "a unit that is not accepted is damaged or newer");
  require(!unit || encode_unit(key, unit->unit, unit->commit_no, unit->epoch) == frame,
          "an accepted unit is what would be written");
  const auto value = decode_value(key, frame);
  require(value || is_damage(value.error()), "a value that is not accepted is damaged or newer");
  require(!value || encode_value(key, *value) == frame,
          "an accepted value is what would be written");
  const auto commit = decode_commit(key, frame);
  require(commit || is_damage(commit.error()), "a commit that is not accepted is damaged or newer");
  require(!commit || encode_commit(key, *commit) == frame,
          "an accepted commit record is what would be written");
}

// The input as the content of good frames, and those with one byte changed.
void check_damage(std::string_view key, fuzz::BytesReader in) {
  StoredUnitFrame stored;
  stored.commit_no = in.number<std::uint64_t>();
  stored.epoch = in.number<std::uint64_t>();
  stored.unit.first_seq = in.number<std::uint64_t>();
  stored.unit.count = in.number<std::uint32_t>();
  stored.unit.chain_before = in.number<std::uint64_t>();
  stored.unit.chain_after = in.number<std::uint64_t>();
  const auto at = in.number<std::uint16_t>();
  const auto flip = static_cast<char>(in.byte() | 1);
  stored.unit.payload = std::make_shared<const std::string>(in.rest());
  std::string frame = encode_unit(key, stored.unit, stored.commit_no, stored.epoch);
  check_frames(key, frame);
  require(decode_unit(key, frame).has_value(), "what was written is read");
  require(!decode_unit(std::string(key) + "x", frame), "a unit under another key is damaged");
  frame[at % frame.size()] = static_cast<char>(frame[at % frame.size()] ^ flip);
  require(!decode_unit(key, frame), "a changed byte is found");
}

void check_keys(std::string_view key) {
  if (const auto position = parse_log_key(key)) {
    require(log_key(position->name, position->first_seq) == key, "a log key is what it parses to");
  }
  const auto size = static_cast<std::uint8_t>(key.empty() ? 0 : key.front());
  const std::string_view prefix = key.substr(0, size);
  if (const auto position = parse_keyframe_key(key, prefix)) {
    require(key.size() == prefix.size() + 12, "a keyframe's position has its width");
    static_cast<void>(position);
  }
  const std::string after = after_prefix(std::string(prefix));
  require(after.empty() || (after > prefix && after > key.substr(0, prefix.size())),
          "what follows a prefix is greater than all that begins with it");
}

}  // namespace
}  // namespace swarmboard::persistence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace swarmboard::persistence;  // NOLINT(google-build-using-namespace): one function.
  swarmboard::fuzz::BytesReader in(data, size);
  const bool raw = in.byte() % 2 == 0;
  const std::string_view key = in.piece();
  check_keys(key);
  if (raw) {
    check_frames(key, in.rest());
  } else {
    check_damage(key, in);
  }
  return 0;
}
