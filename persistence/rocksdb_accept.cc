#include "persistence/rocksdb_accept.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_folder.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_store.h"
#include "persistence/rocksdb_survey.h"
#include "persistence/sync_folder.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> kReplaced = {"journal", "watermark", "ends", "format"};

std::string accepted_folder(const std::string& folder) {
  return folder + "/accepted";
}

AcceptedLoss refused(std::string detail) {
  AcceptedLoss refusal;
  refusal.detail = std::move(detail);
  return refusal;
}

// Precondition: the folder is locked.
Examined examine_locked(const std::string& folder) {
  RocksDbOptions options;
  options.folder = folder;
  FolderCheck check = check_folder(options);
  if (check.error && !check.damage) {
    return {check.error, std::move(check.detail), {}, 0};
  }
  if (!check.damage && !RocksDbStore::exists(store_folder(folder))) {
    return {};  // Nothing was ever written.
  }
  DamageReport report = check.damage.value_or(unread_report(folder, check.mark));
  survey_damage(folder, report);
  if (!check.damage && !report.surveyed) {
    return {JournalErrc::Io, std::move(report.reason), {}, 0};
  }
  const bool is_whole =
      !check.damage && report.surveyed && report.streams.empty() && report.values_unreadable == 0;
  const std::uint64_t keyframes_unreadable = report.keyframes_unreadable;
  return {
      {}, {}, is_whole ? std::optional<DamageReport>() : std::move(report), keyframes_unreadable};
}

// The epoch of the streams that lost events; the record keeps the report. Throws what std::promise
// throws: nothing here.
Result<std::uint64_t> put_on_record(const std::string& folder, const DamageReport& report,
                                    std::int64_t now_ms) {
  RocksDbOptions options;
  options.folder = folder;
  options.free_bytes_min = 0;
  options.free_percent_min = 0;
  options.ballast_bytes = 0;
  const OpenedJournal opened = RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    return opened.error;
  }
  EpochChange change;
  change.at_ms = now_ms;
  change.why = "Accepted loss " + id_of(report) + ": " + describe_loss(report);
  if (report.ends_known) {
    for (const DamagedStream& stream : report.streams) {
      change.streams.push_back(stream.name);
    }
  }
  std::promise<Result<std::uint64_t>> raised;
  opened.journal->raise_epoch(std::move(change),
                              [&raised](Result<std::uint64_t> epoch) { raised.set_value(epoch); });
  const Result<std::uint64_t> epoch = raised.get_future().get();
  opened.journal->close();
  return epoch;
}

// Every step may find that it was done before a crash. Empty, or why it could not be finished.
std::string put_in_place(const std::string& folder, const std::string& kept) {
  const std::string accepted = accepted_folder(folder);
  std::error_code error;
  fs::create_directories(kept, error);
  for (const char* item : kReplaced) {
    const fs::path fresh = fs::path(accepted) / item;
    const fs::path place = fs::path(folder) / item;
    if (error || !fs::exists(fresh)) {
      continue;
    }
    if (fs::exists(place)) {
      fs::rename(place, fs::path(kept) / item, error);
    }
    if (!error) {
      fs::rename(fresh, place, error);
    }
  }
  for (const std::string& synced : {kept, folder}) {
    error = error ? error : std::error_code(sync_folder(synced));
  }
  if (!error) {
    fs::remove(accepted_mark_file(folder), error);
  }
  std::error_code left_behind;  // Empty but for a lock: harmless.
  if (!error) {
    fs::remove_all(accepted, left_behind);
    fs::remove_all(folder + "/quarantine", left_behind);
  }
  return error ? "The files in " + folder + " could not be moved: " + error.message() +
                     ". Mend that and run the command again: it goes on."
               : std::string();
}

AcceptedLoss finish(const std::string& folder, std::uint64_t epoch) {
  AcceptedLoss loss;
  loss.epoch = epoch;
  loss.kept = folder + "/damaged-" + std::to_string(epoch);
  loss.detail = put_in_place(folder, loss.kept);
  loss.accepted = loss.detail.empty();
  return loss;
}

}  // namespace

Examined examine(const std::string& folder) {
  const bool has_journal = std::any_of(kReplaced.begin(), kReplaced.end(), [&](const char* item) {
    return fs::exists(fs::path(folder) / item);
  });
  if (!has_journal && !fs::exists(accepted_mark_file(folder))) {
    return {JournalErrc::Io, "There is no journal in " + folder + ".", {}, 0};
  }
  LockedFolder locked = lock_folder(folder);
  if (locked.lock == nullptr) {
    return {locked.error, std::move(locked.detail), {}, 0};
  }
  return examine_locked(folder);
}

AcceptedLoss accept_loss(const std::string& folder, const std::string& report_id,
                         std::int64_t now_ms) {
  const LockedFolder locked = lock_folder(folder);
  if (locked.lock == nullptr) {
    return refused(locked.detail);
  }
  std::uint64_t epoch = 0;
  if (std::ifstream(accepted_mark_file(folder)) >> epoch) {
    return finish(folder, epoch);
  }
  Examined examined = examine_locked(folder);
  if (examined.error) {
    return refused(std::move(examined.detail));
  }
  if (!examined.damage) {
    return refused("Nothing is missing in " + folder + ": there is no loss to accept.");
  }
  if (id_of(*examined.damage) != report_id) {
    return refused(describe(*examined.damage));
  }
  DamageReport report;
  report.reason = examined.damage->reason;
  report.acknowledged = examined.damage->acknowledged;
  report.found = examined.damage->found;
  const std::string accepted = accepted_folder(folder);
  if (const std::string problem = salvage(folder, accepted, report); !problem.empty()) {
    return refused("What is whole cannot be saved: " + problem + ".");
  }
  const auto raised = put_on_record(accepted, *examined.damage, now_ms);
  if (!raised) {
    return refused("The loss cannot be put on record: " + raised.error().message() + ".");
  }
  if (const auto error = write_synced(accepted_mark_file(folder), std::to_string(*raised) + "\n")) {
    return refused("The folder " + accepted + " cannot be written: " + error.message() + ".");
  }
  return finish(folder, *raised);
}

}  // namespace swarmboard::persistence
