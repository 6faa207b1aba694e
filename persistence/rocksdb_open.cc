// How the RocksDB journal is opened: one process, a known format, no damage, nothing lost that was
// acknowledged. And how what is whole of a damaged one is opened to be read.
#include <filesystem>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_folder.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"
#include "persistence/rocksdb_survey.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

OpenedJournal refused(boost::system::error_code error, std::string detail) {
  OpenedJournal opened;
  opened.error = error;
  opened.detail = std::move(detail);
  return opened;
}

OpenedJournal refused_for(DamageReport report) {
  OpenedJournal opened;
  opened.error = JournalErrc::Damaged;
  opened.detail = describe(report);
  opened.damage = std::move(report);
  return opened;
}

// The ends of all streams: from their file if it is as new as the store, otherwise from the store.
Result<KnownEnds> ends_of(const std::string& folder, const RocksDbStore& store,
                          const CommitMark& mark) {
  KnownEnds known = StreamEnds::read(ends_file(folder));
  if (known.bytes > 0 && known.commit_no == mark.commit_no) {
    return known;
  }
  known = {};
  known.commit_no = mark.commit_no;
  const auto teams = store.names({});
  if (!teams) {
    return teams.error();
  }
  for (const std::string& team : *teams) {
    const auto streams = store.names(team);
    if (!streams) {
      return streams.error();
    }
    for (const std::string& stream : *streams) {
      const auto end = store.head({team, stream});
      if (!end) {
        return end.error();
      }
      known.ends[{team, stream}] = *end;
    }
  }
  return known;
}

std::string quarantine_folder(const std::string& folder) {
  return folder + "/quarantine";
}

}  // namespace

OpenedJournal RocksDbJournal::open(RocksDbOptions options) {
  const std::string folder = options.folder;
  LockedFolder locked = lock_folder(folder);
  if (locked.lock == nullptr) {
    return refused(locked.error, std::move(locked.detail));
  }
  FolderCheck check = check_folder(options);
  if (check.damage) {
    survey_damage(folder, *check.damage);
    return refused_for(*std::move(check.damage));
  }
  if (check.error) {
    return refused(check.error, std::move(check.detail));
  }
  std::error_code left_behind;  // By a server that ended in quarantine; harmless.
  fs::remove_all(quarantine_folder(folder), left_behind);
  Parts parts;
  parts.locks.push_back(std::move(locked.lock));
  return start(std::move(options), std::move(check), std::move(parts));
}

OpenedJournal RocksDbJournal::start(RocksDbOptions options, FolderCheck check, Parts parts) {
  RocksDbStore::Opened opened = RocksDbStore::open(store_folder(options.folder), options.env);
  const auto refused_after_survey = [&](std::string reason) {
    DamageReport report = unread_report(options.folder, check.mark);
    report.reason = std::move(reason);
    opened.store.reset();
    survey_damage(options.folder, report);
    return refused_for(std::move(report));
  };
  if (opened.error == JournalErrc::Damaged) {
    return refused_after_survey(opened.detail);
  }
  if (!opened.store) {
    return refused(opened.error, opened.detail);
  }
  auto ends = ends_of(options.folder, *opened.store, check.mark);
  if (!ends && ends.error() == JournalErrc::Damaged) {
    return refused_after_survey("The list of streams in " + options.folder + " cannot be read.");
  }
  if (!ends) {
    return refused(ends.error(), "The ends of the streams cannot be read.");
  }
  parts.store = std::move(opened.store);
  parts.watermark = std::move(check.watermark);
  parts.ends = std::make_unique<StreamEnds>(ends_file(options.folder), *std::move(ends));
  parts.mark = check.mark;
  OpenedJournal good;
  auto journal =
      std::unique_ptr<RocksDbJournal>(new RocksDbJournal(std::move(options), std::move(parts)));
  good.checkpoints = journal.get();
  good.journal = std::move(journal);
  return good;
}

OpenedJournal RocksDbJournal::open_quarantined(RocksDbOptions options) {
  const std::string folder = options.folder;
  LockedFolder outer = lock_folder(folder);
  if (outer.lock == nullptr) {
    return refused(outer.error, std::move(outer.detail));
  }
  DamageReport report;
  {
    FolderCheck check = check_folder(options);
    if (check.error && !check.damage) {
      return refused(check.error, std::move(check.detail));
    }
    report = check.damage.value_or(unread_report(folder, check.mark));
  }
  const std::string whole = quarantine_folder(folder);
  if (const std::string problem = salvage(folder, whole, report); !problem.empty()) {
    OpenedJournal refusal = refused_for(std::move(report));
    refusal.detail += "\nWhat is whole cannot be served: " + problem + ".";
    return refusal;
  }
  LockedFolder inner = lock_folder(whole);
  if (inner.lock == nullptr) {
    return refused(inner.error, std::move(inner.detail));
  }
  options.folder = whole;
  options.quarantine = report;
  FolderCheck check = check_folder(options);
  if (check.error) {
    return refused(check.error, std::move(check.detail));
  }
  Parts parts;
  parts.locks.push_back(std::move(outer.lock));
  parts.locks.push_back(std::move(inner.lock));
  OpenedJournal opened = start(std::move(options), std::move(check), std::move(parts));
  if (opened.journal == nullptr) {
    return opened;
  }
  opened.detail = describe(report);
  opened.damage = std::move(report);
  return opened;
}

}  // namespace swarmboard::persistence
