#include "persistence/rocksdb_folder.h"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "persistence/errc.h"
#include "persistence/rocksdb_store.h"
#include "persistence/sync_folder.h"

namespace swarmboard::persistence {
namespace {

namespace fs = std::filesystem;

constexpr int kJournalFormat = 1;
constexpr std::string_view kFormatStart = "swarmboard journal format ";

FolderCheck refused(boost::system::error_code error, std::string detail) {
  FolderCheck check;
  check.error = error;
  check.detail = std::move(detail);
  return check;
}

FolderCheck damaged(DamageReport report) {
  FolderCheck check;
  check.error = JournalErrc::Damaged;
  check.detail = report.reason;
  check.damage = std::move(report);
  return check;
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

boost::system::error_code write_format(const std::string& folder) {
  return write_synced(folder + "/format",
                      std::string(kFormatStart) + std::to_string(kJournalFormat) + "\n");
}

// Empty: good, or written now because there is no store yet.
std::optional<FolderCheck> check_format(const std::string& folder, bool has_store,
                                        const CommitMark& acknowledged) {
  const std::string path = folder + "/format";
  const auto format = read_format(path);
  if (!format && !has_store) {
    const auto error = write_format(folder);
    if (error) {
      return refused(error, "The file " + path + " cannot be written: " + error.message() + ".");
    }
    return std::nullopt;
  }
  if (!format) {
    DamageReport report;
    report.reason = "The file " + path + ", which names the format, is missing or unreadable.";
    report.acknowledged = acknowledged;
    return damaged(std::move(report));
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

boost::system::error_code begin_watermark(Watermark& watermark, const CommitMark& mark) {
  const auto error = watermark.note(mark);
  return error ? error : watermark.sync();
}

// Whether the store holds everything that was acknowledged.
FolderCheck check_store(const RocksDbOptions& options, bool has_store,
                        const Result<Watermark>& watermark) {
  const std::string& folder = options.folder;
  DamageReport report;
  if (!watermark || !watermark->mark()) {
    report.reason = "The file " + folder +
                    "/watermark, which tells how far the journal must reach, is missing or "
                    "unreadable.";
    return damaged(std::move(report));
  }
  report.acknowledged = *watermark->mark();
  if (!has_store) {
    report.reason = "The folder " + store_folder(folder) + " is missing or empty.";
    return report.acknowledged.writes == 0 ? FolderCheck() : damaged(std::move(report));
  }
  const RocksDbStore::Peeked peeked = RocksDbStore::peek(store_folder(folder), options.env);
  if (peeked.error && peeked.error != JournalErrc::Damaged) {
    return refused(peeked.error, peeked.detail);
  }
  report.found = peeked.commit;
  report.reason = peeked.error ? peeked.detail : compare(folder, report.acknowledged, report.found);
  if (!report.reason.empty()) {
    return damaged(std::move(report));
  }
  FolderCheck good;
  good.mark = peeked.commit;
  return good;
}

}  // namespace

std::string store_folder(const std::string& folder) {
  return folder + "/journal";
}

std::string ends_file(const std::string& folder) {
  return folder + "/ends";
}

std::string watermark_file(const std::string& folder) {
  return folder + "/watermark";
}

std::string accepted_mark_file(const std::string& folder) {
  return folder + "/accepted/ready";
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

LockedFolder lock_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return {nullptr, error, "The folder " + folder + " cannot be made: " + error.message() + "."};
  }
  auto lock = FolderLock::take(folder + "/lock");
  if (lock) {
    return {*std::move(lock), {}, {}};
  }
  return {nullptr, lock.error(),
          lock.error() == JournalErrc::InUse
              ? "Another process has the journal in " + folder + " open. Stop it first."
              : "The file " + folder + "/lock cannot be opened: " + lock.error().message() + "."};
}

FolderCheck check_folder(const RocksDbOptions& options) {
  const std::string& folder = options.folder;
  if (fs::exists(accepted_mark_file(folder))) {
    return refused(JournalErrc::Damaged,
                   "An accept-loss in " + folder + " was interrupted. Run it again: it goes on.");
  }
  const bool has_store = RocksDbStore::exists(store_folder(folder));
  // Opening would make it: a lost one is not replaced by an empty one.
  const bool lost_watermark = has_store && !fs::exists(watermark_file(folder));
  auto watermark = lost_watermark ? Result<Watermark>(make_error_code(JournalErrc::Damaged))
                                  : Watermark::open(watermark_file(folder));
  const CommitMark acknowledged =
      watermark && watermark->mark() ? *watermark->mark() : CommitMark();
  if (auto refusal = check_format(folder, has_store, acknowledged)) {
    return std::move(*refusal);
  }
  if (watermark && !watermark->mark() && !has_store) {
    // It must be there before the first write can be.
    if (const auto failed = begin_watermark(*watermark, {})) {
      return refused(failed, "The file " + watermark_file(folder) +
                                 " cannot be written: " + failed.message() + ".");
    }
  }
  FolderCheck check = check_store(options, has_store, watermark);
  if (!check.error) {
    check.watermark = std::make_unique<Watermark>(*std::move(watermark));
  }
  return check;
}

boost::system::error_code begin_folder(const std::string& folder, const CommitMark& mark) {
  if (const auto error = write_format(folder)) {
    return error;
  }
  auto watermark = Watermark::open(watermark_file(folder));
  const auto error = watermark ? begin_watermark(*watermark, mark) : watermark.error();
  return error ? error : sync_folder(folder);
}

}  // namespace swarmboard::persistence
