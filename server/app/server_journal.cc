// The server's journal: how it is opened, what is said of its past, and the end when it fails.
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_journal.h"
#include "server/app/delivery.h"
#include "server/app/server.h"
#include "server/base/log.h"

namespace swarmboard::app {
namespace {

namespace fs = std::filesystem;
using Problem = std::optional<std::string>;

constexpr std::uint64_t kMegabyte = 1024ULL * 1024;
// How long a server whose journal failed takes to say goodbye.
constexpr std::int64_t kLastWordsPatienceUs = 1'000'000;
constexpr std::uint32_t kLastWordsSpreadMs = 5'000;

// Whether the server can start from it: its sign-in data, its teams and its own team's library.
// Damage in one of the sessions is no matter here: it closes that board alone.
bool can_be_read(persistence::Journal& journal, const std::string& team) {
  using persistence::Result;
  Delivery<Result<std::vector<persistence::SealedEntry>>> settings;
  journal.settings({}, settings.deliver());
  Delivery<Result<std::vector<std::string>>> teams;
  journal.teams(teams.deliver());
  const auto stored = settings.wait();
  const auto listed = teams.wait();
  const auto damaged = [](const auto& answer) {
    return answer && answer->has_error() && answer->error() == persistence::JournalErrc::Damaged;
  };
  if (damaged(stored) || damaged(listed)) {
    return false;
  }
  std::uint64_t next = 1;
  while (true) {
    Delivery<Result<persistence::UnitPage>> page;
    journal.read({team, {}}, next, {}, page.deliver());
    const auto read = page.wait();
    if (damaged(read)) {
      return false;
    }
    if (!read || read->has_error() || (*read)->units.empty()) {
      return true;
    }
    next = (*read)->units.back().first_seq + (*read)->units.back().count;
  }
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void log_lines(const std::string& report) {
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    log::error("damage", {{"what", line}});
  }
}

}  // namespace

// Nothing may be acknowledged any more, and nothing in memory may be trusted. Whoever restarts the
// process finds on disk what was acknowledged. Clients are told to come back, where that works at
// once.
void Server::end_after_journal_failure(const std::string& why) {
  if (ending_.exchange(true)) {
    return;
  }
  log::error("the journal failed; the server stops at once", {{"why", why}});
  log::flush();
  // On a thread of its own: the caller is one of those that are to say goodbye.
  std::thread([this] {
    drain(kLastWordsSpreadMs, kLastWordsPatienceUs);
    std::_Exit(kExitJournalFailed);
  }).detach();
}

// What happened to this journal before: restored backups and accepted losses.
Problem Server::tell_epochs() {
  Delivery<persistence::Result<std::vector<persistence::EpochChange>>> found;
  journal_->epochs(found.deliver());
  const auto changes = found.wait();
  if (!changes || changes->has_error()) {
    return "the record of epochs cannot be read: " +
           (changes ? changes->error().message() : std::string("the journal does not answer"));
  }
  for (const persistence::EpochChange& change : **changes) {
    log::warn("the journal has a new epoch on record", {{"epoch", change.epoch},
                                                        {"at_ms", change.at_ms},
                                                        {"streams", change.streams.size()},
                                                        {"why", first_line(change.why)}});
  }
  return std::nullopt;
}

Problem Server::open_journal() {
  std::error_code ec;
  const bool is_new = !fs::exists(config_.data, ec);
  fs::create_directories(config_.data, ec);
  if (ec) {
    return "the data folder " + config_.data + " cannot be made: " + ec.message();
  }
  if (::access(config_.data.c_str(), R_OK | W_OK | X_OK) != 0) {
    return "the data folder " + config_.data +
           " is not writable for this user. Change its owner, or choose another with --data";
  }
  const fs::space_info space = fs::space(config_.data, ec);
  if (!ec && is_new && space.available < config_.free_mb_min * kMegabyte) {
    return "only " + std::to_string(space.available / kMegabyte) +
           " MB are free for the new data "
           "folder " +
           config_.data + " and at least " + std::to_string(config_.free_mb_min) +
           " are needed. Free some space, or lower --free-mb-min";
  }
  persistence::RocksDbOptions options;
  options.folder = config_.data;
  options.pause_us_max = config_.commit_pause_us;
  // The operator's figure alone: a share of a large disk would stop a server with room for years.
  options.free_bytes_min = config_.free_mb_min * kMegabyte;
  options.free_percent_min = 0;
  persistence::OpenedJournal opened = persistence::RocksDbJournal::open(options);
  if (opened.journal != nullptr && !can_be_read(*opened.journal, config_.team)) {
    opened.journal.reset();
    opened.damage.emplace();
  }
  if (opened.journal == nullptr && opened.damage) {
    log::error("the journal is damaged: it is opened in quarantine, to read only");
    opened = persistence::RocksDbJournal::open_quarantined(std::move(options));
  }
  if (opened.journal == nullptr) {
    return "the journal in " + config_.data +
           " was not opened: " + (opened.detail.empty() ? opened.error.message() : opened.detail);
  }
  if (opened.damage) {
    quarantine_ = std::move(opened.detail);
    log_lines(quarantine_);
  }
  journal_ = std::move(opened.journal);
  checkpoint_service_ =
      std::make_unique<CheckpointService>(*journal_, *opened.checkpoints, config_.data);
  return std::nullopt;
}

}  // namespace swarmboard::app
