// What is checked before the RocksDB journal starts: one process, a known format, no damage,
// nothing lost that was acknowledged.
//
//   folder/lock        held as long as the journal is open
//   folder/format      "swarmboard journal format 1": read before anything else is touched
//   folder/watermark   how far writes were acknowledged (watermark.h)
//   folder/journal/    RocksDB
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_journal.h"
#include "persistence/rocksdb_parts.h"
#include "persistence/rocksdb_survey.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

constexpr int kJournalFormat = 1;
constexpr std::string_view kFormatStart = "swarmboard journal format ";

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

boost::system::error_code write_synced(const std::string& path, const std::string& text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return {errno, boost::system::system_category()};
  }
  errno = EIO;  // What a short write means.
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  const boost::system::error_code error(errno, boost::system::system_category());
  ::close(descriptor);
  return written ? boost::system::error_code() : error;
}

// Empty: unreadable.
std::optional<int> read_format(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  int format = 0;
  if (!line.starts_with(kFormatStart) ||
      std::from_chars(line.data() + kFormatStart.size(), line.data() + line.size(), format).ec !=
          std::errc()) {
    return std::nullopt;
  }
  return format;
}

// Empty: good, or written now because there is no store yet.
std::optional<OpenedJournal> check_format(const std::string& folder, bool has_store) {
  const std::string path = folder + "/format";
  const auto format = read_format(path);
  if (!format && !has_store) {
    const auto error =
        write_synced(path, std::string(kFormatStart) + std::to_string(kJournalFormat) + "\n");
    if (error) {
      return refused(error, "The file " + path + " cannot be written: " + error.message() + ".");
    }
    return std::nullopt;
  }
  if (!format) {
    DamageReport report;
    report.reason = "The file " + path + ", which names the format, is missing or unreadable.";
    return refused_for(std::move(report));
  }
  if (*format > kJournalFormat) {
    return refused(JournalErrc::NewerFormat,
                   "The journal in " + folder + " has format " + std::to_string(*format) +
                       "; this program reads formats up to " + std::to_string(kJournalFormat) +
                       ". Use the newer program.");
  }
  return std::nullopt;
}

std::string compare(const std::string& folder, const CommitMark& acknowledged,
                    const CommitMark& found) {
  if (found.writes < acknowledged.writes) {
    return "The journal in " + folder + " ends after " + std::to_string(found.writes) +
           " writes, but " + std::to_string(acknowledged.writes) + " were acknowledged.";
  }
  if (found.writes == acknowledged.writes && found != acknowledged) {
    return "The journal in " + folder +
           " and its watermark come from different histories: one of them was replaced.";
  }
  return {};
}

// The watermark of a new folder must be there before the first write can be.
boost::system::error_code begin_watermark(Watermark& watermark) {
  const auto error = watermark.note(CommitMark{});
  return error ? error : watermark.sync();
}

// Empty: the store holds everything that was acknowledged, and `found` says how far it goes.
std::optional<OpenedJournal> check_store(const RocksDbOptions& options,
                                         const std::string& store_folder, bool has_store,
                                         const Result<Watermark>& watermark, CommitMark& found) {
  const std::string& folder = options.folder;
  DamageReport report;
  if (!watermark || !watermark->mark()) {
    report.reason = "The file " + folder +
                    "/watermark, which tells how far the journal must reach, is missing or "
                    "unreadable.";
    return refused_for(std::move(report));
  }
  report.acknowledged = *watermark->mark();
  if (!has_store) {
    report.reason = "The folder " + store_folder + " is missing or empty.";
    return report.acknowledged.writes == 0
               ? std::nullopt
               : std::optional<OpenedJournal>(refused_for(std::move(report)));
  }
  const RocksDbStore::Peeked peeked = RocksDbStore::peek(store_folder, options.env);
  if (peeked.error && peeked.error != JournalErrc::Damaged) {
    return refused(peeked.error, peeked.detail);
  }
  report.found = peeked.commit;
  report.reason = peeked.error ? peeked.detail : compare(folder, report.acknowledged, report.found);
  if (!report.reason.empty()) {
    survey_damage(store_folder, folder + "/survey", report);
    return refused_for(std::move(report));
  }
  found = peeked.commit;
  return std::nullopt;
}

}  // namespace

OpenedJournal RocksDbJournal::open(RocksDbOptions options) {
  const std::string& folder = options.folder;
  const std::string store_folder = folder + "/journal";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return refused(error, "The folder " + folder + " cannot be made: " + error.message() + ".");
  }
  Parts parts;
  auto lock = FolderLock::take(folder + "/lock");
  if (!lock) {
    return refused(
        lock.error(),
        lock.error() == JournalErrc::InUse
            ? "Another process has the journal in " + folder + " open. Stop it first."
            : "The file " + folder + "/lock cannot be opened: " + lock.error().message() + ".");
  }
  parts.lock = std::move(*lock);
  const bool has_store = RocksDbStore::exists(store_folder);
  if (auto refusal = check_format(folder, has_store)) {
    return std::move(*refusal);
  }
  auto watermark = Watermark::open(folder + "/watermark");
  if (watermark && !watermark->mark() && !has_store) {
    if (const auto failed = begin_watermark(*watermark)) {
      return refused(
          failed, "The file " + folder + "/watermark cannot be written: " + failed.message() + ".");
    }
  }
  if (auto refusal = check_store(options, store_folder, has_store, watermark, parts.mark)) {
    return std::move(*refusal);
  }
  RocksDbStore::Opened opened = RocksDbStore::open(store_folder, options.env);
  if (!opened.store) {
    return refused(opened.error, opened.detail);
  }
  parts.store = std::move(opened.store);
  parts.watermark = std::make_unique<Watermark>(std::move(*watermark));
  OpenedJournal good;
  good.journal.reset(new RocksDbJournal(std::move(options), std::move(parts)));
  return good;
}

}  // namespace swarmboard::persistence
