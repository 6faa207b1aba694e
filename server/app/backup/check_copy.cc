#include "server/app/backup/check_copy.h"

#include <utility>

#include "persistence/checkpoints.h"
#include "persistence/rocksdb_journal.h"
#include "server/app/verify.h"

namespace swarmboard::app {
namespace {

// The first finding; the operator reads the rest with `verify`.
std::string first_damage(const StoreFinding& found) {
  if (!found.damage.empty()) {
    return found.damage.front();
  }
  for (const StreamFinding& stream : found.streams) {
    if (!stream.damage.empty()) {
      return label_of(stream.name) + ": " + stream.damage.front();
    }
  }
  return {};
}

}  // namespace

boost::system::result<std::unique_ptr<persistence::Journal>, Flaw> open_alone(
    const std::string& data, persistence::Checkpoints** checkpoints) {
  persistence::RocksDbOptions options;
  options.folder = data;
  options.free_bytes_min = 0;
  options.free_percent_min = 0;
  options.ballast_bytes = 0;
  persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    return Flaw{"the journal in " + data + " was not opened: " +
                (opened.detail.empty() ? opened.error.message() : opened.detail)};
  }
  if (checkpoints != nullptr) {
    *checkpoints = opened.checkpoints;
  }
  return std::move(opened.journal);
}

boost::system::result<std::vector<BackedUpStream>, Flaw> check_copy(const std::string& data) {
  if (const auto error = persistence::scrub_store(data)) {
    return Flaw{"a block of the copied store cannot be read: " + error.message()};
  }
  const auto journal = open_alone(data);
  if (!journal) {
    return journal.error();
  }
  const StoreFinding found = check_store(**journal);
  (*journal)->close();
  if (!found.is_whole()) {
    return Flaw{first_damage(found)};
  }
  std::vector<BackedUpStream> streams;
  for (const StreamFinding& stream : found.streams) {
    streams.push_back({stream.name, stream.head, stream.state_hash});
  }
  return streams;
}

}  // namespace swarmboard::app
