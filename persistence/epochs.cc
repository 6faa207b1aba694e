#include "persistence/epochs.h"

#include <algorithm>
#include <utility>

#include "persistence/errc.h"
#include "persistence/fixed_bytes.h"
#include "persistence/keys.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kFixedBytes = sizeof(std::int64_t) + sizeof(std::uint32_t);

}  // namespace

void Epochs::add(EpochChange change) {
  if (change.streams.empty()) {
    of_all_ = std::max(of_all_, change.epoch);
  }
  for (const StreamName& name : change.streams) {
    std::uint64_t& epoch = of_stream_[name];
    epoch = std::max(epoch, change.epoch);
  }
  changes_.push_back(std::move(change));
}

std::uint64_t Epochs::of(const StreamName& name) const {
  const auto found = of_stream_.find(name);
  return found == of_stream_.end() ? of_all_ : std::max(of_all_, found->second);
}

std::uint64_t Epochs::last() const {
  return changes_.empty() ? 1 : changes_.back().epoch;
}

EpochChange Epochs::numbered(EpochChange change) const {
  const auto by_clock = static_cast<std::uint64_t>(std::max<std::int64_t>(change.at_ms, 0));
  change.epoch = std::max(last() + 1, by_clock);
  if (change.streams.size() > kEpochStreamsMax) {
    change.streams.clear();
  }
  change.why.resize(std::min(change.why.size(), kEpochWhyBytesMax));
  return change;
}

Head Epochs::raised(const StreamName& name, Head head) const {
  head.epoch = std::max(head.epoch, of(name));
  return head;
}

bool concerns(const EpochChange& change, std::string_view team) {
  return change.streams.empty() ||
         std::any_of(change.streams.begin(), change.streams.end(),
                     [&](const StreamName& name) { return name.team == team; });
}

bool has_good_names(const EpochChange& change) {
  return std::all_of(change.streams.begin(), change.streams.end(), is_stream_name);
}

std::string epoch_key(std::uint64_t epoch) {
  std::string key = kEpochPrefix;
  append_big(key, epoch);
  return key;
}

std::string encode_epoch(const EpochChange& change) {
  std::string bytes;
  append_little(bytes, change.at_ms);
  append_little(bytes, static_cast<std::uint32_t>(change.streams.size()));
  for (const StreamName& name : change.streams) {
    bytes += name_key(name);
  }
  bytes += change.why;
  return bytes;
}

Result<EpochChange> decode_epoch(std::string_view rest, std::string_view bytes) {
  if (rest.size() != sizeof(std::uint64_t) || bytes.size() < kFixedBytes) {
    return make_error_code(JournalErrc::Damaged);
  }
  EpochChange change;
  change.epoch = read_big(rest, 0);
  change.at_ms = read_little<std::int64_t>(bytes, 0);
  const auto count = read_little<std::uint32_t>(bytes, sizeof(std::int64_t));
  bytes.remove_prefix(kFixedBytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto name = take_name(bytes);
    if (!name) {
      return make_error_code(JournalErrc::Damaged);
    }
    change.streams.push_back(*std::move(name));
  }
  change.why = bytes;
  return change;
}

}  // namespace swarmboard::persistence
