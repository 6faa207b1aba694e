#include "server/app/backup/restore.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "server/app/backup/backup.h"
#include "server/app/backup/check_copy.h"
#include "server/app/journal_wait.h"
#include "server/app/verify.h"
#include "server/base/random.h"
#include "server/base/system_clock.h"

namespace swarmboard::app {
namespace {

namespace fs = std::filesystem;
using Problem = std::string;  // A sentence; empty: none.

// For what RocksDB writes when it opens the copy.
constexpr std::uintmax_t kSpareBytes = 64ULL * 1024 * 1024;

Problem check_target(const fs::path& data) {
  std::error_code error;
  if (fs::exists(data, error) && (!fs::is_directory(data, error) || !fs::is_empty(data, error))) {
    return "the folder " + data.string() +
           " is not empty. Restore into a new folder, and start the server with that one; the old "
           "one may still be of use";
  }
  return error ? "the folder " + data.string() + " cannot be looked at: " + error.message()
               : Problem();
}

Problem check_digests(const std::string& from, const Manifest& manifest) {
  for (const BackedUpFile& file : manifest.files) {
    const auto digest = digest_of(from + '/' + file.path);
    if (!digest) {
      return "the file " + file.path + " cannot be read: " + digest.error().message();
    }
    if (*digest != file.digest) {
      return "the file " + file.path + " is not as it was when the backup was taken";
    }
  }
  return {};
}

Problem check_space(const fs::path& folder, const Manifest& manifest) {
  std::uintmax_t needed = kSpareBytes;
  for (const BackedUpFile& file : manifest.files) {
    needed += file.digest.bytes;
  }
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return error || space.available >= needed
             ? Problem()
             : "the disk of " + folder.string() +
                   " has too little free space: " + std::to_string(needed) + " bytes are needed";
}

Problem copy_files(const std::string& from, const std::string& to, const Manifest& manifest) {
  std::error_code error;
  if (!fs::create_directories(to + "/journal", error)) {
    return "the folder " + to + " cannot be made: " + error.message();
  }
  for (const BackedUpFile& file : manifest.files) {
    const auto copied = copy_synced(from + '/' + file.path, to + '/' + file.path);
    if (!copied || *copied != file.digest) {
      return "copying " + file.path +
             " failed: " + (copied ? "it changed meanwhile" : copied.error().message());
    }
  }
  return {};
}

// Every stream stands where the manifest says, with the same content.
Problem compare(const std::vector<BackedUpStream>& found, const Manifest& manifest) {
  const auto differs = [](const BackedUpStream& a, const BackedUpStream& b) {
    return a.name != b.name || a.head != b.head || a.state_hash != b.state_hash;
  };
  if (found.size() != manifest.streams.size()) {
    return "the copy has " + std::to_string(found.size()) + " streams and the backup " +
           std::to_string(manifest.streams.size());
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (differs(found[i], manifest.streams[i])) {
      return label_of(found[i].name) + " is not as it was when the backup was taken";
    }
  }
  return {};
}

// The journal numbers epochs by this time. Where the clock stands behind what is on record, a
// random step keeps two restores of the same backup apart.
std::int64_t epoch_time_ms(persistence::Journal& journal) {
  static constexpr std::uint64_t kStepMax = 1 << 20;
  const std::int64_t now_ms = SystemClock().wall_ms();
  const auto known = wait_for<persistence::Result<std::vector<persistence::EpochChange>>>(
      [&](auto done) { journal.epochs(std::move(done)); });
  if (!known || known->empty() || static_cast<std::int64_t>(known->back().epoch) < now_ms) {
    return now_ms;
  }
  return static_cast<std::int64_t>(known->back().epoch + 1 + random_u64() % kStepMax);
}

Problem begin_epoch(const std::string& data, const std::string& id) {
  const auto journal = open_alone(data);
  if (!journal) {
    return journal.error().what;
  }
  persistence::EpochChange change;
  change.at_ms = epoch_time_ms(**journal);
  change.why = "Restored from the backup " + id + ".";
  const auto raised = wait_for<persistence::Result<std::uint64_t>>(
      [&](auto done) { (*journal)->raise_epoch(std::move(change), std::move(done)); });
  (*journal)->close();
  return raised ? Problem() : "the new epoch cannot be begun: " + raised.error().message();
}

Problem sync_all(const std::string& folder) {
  const auto files = files_below(folder);
  if (!files) {
    return files.error().message();
  }
  std::vector<std::string> paths{folder + "/journal", folder};
  for (const std::string& file : *files) {
    paths.push_back(folder + '/' + file);
  }
  for (const std::string& path : paths) {
    if (const auto failed = sync_path(path)) {
      return path + " cannot be synced: " + failed.message();
    }
  }
  return {};
}

// From checked files to a folder with its name.
Problem build(const std::string& from, const RestoreConfig& config, const Manifest& manifest,
              const fs::path& partial, const fs::path& data) {
  Problem problem = copy_files(from, partial, manifest);
  if (problem.empty()) {
    const auto streams = check_copy(partial);
    problem = streams ? compare(*streams, manifest) : streams.error().what;
  }
  if (problem.empty()) {
    problem = begin_epoch(partial, config.id);
  }
  if (problem.empty()) {
    problem = sync_all(partial);
  }
  if (!problem.empty()) {
    return problem;
  }
  std::error_code error;
  fs::rename(partial, data, error);  // Takes the place of an empty folder.
  if (error) {
    return "the restored folder cannot be given its name: " + error.message();
  }
  const auto failed = sync_path(data.parent_path());
  return failed ? "the name of the folder may not be on disk: " + failed.message() : Problem();
}

Problem restore_into(const RestoreConfig& config, std::ostream& out) {
  std::error_code error;
  fs::path data = fs::absolute(config.data, error).lexically_normal();
  if (!data.has_filename()) {  // Written with a slash at its end.
    data = data.parent_path();
  }
  Problem problem = check_target(data);
  if (!problem.empty()) {
    return problem;
  }
  const auto manifest = read_backup(config.from, config.id);
  if (!manifest) {
    return manifest.error().what;
  }
  const std::string from = config.from + '/' + config.id + "/data";
  problem = check_digests(from, *manifest);
  if (!problem.empty()) {
    return "the backup " + config.id + " is damaged: " + problem;
  }
  fs::create_directories(data.parent_path(), error);
  if (error) {
    return "the folder " + data.parent_path().string() + " cannot be made: " + error.message();
  }
  problem = check_space(data.parent_path(), *manifest);
  if (!problem.empty()) {
    return problem;
  }
  // Only this program makes folders of this name: one that is there was not finished.
  const fs::path partial = data.parent_path() / ("." + data.filename().string() + ".restoring");
  fs::remove_all(partial, error);
  problem = build(from, config, *manifest, partial, data);
  if (!problem.empty()) {
    fs::remove_all(partial, error);
    return problem;
  }
  out << "restored " << manifest->streams.size() << " streams up to commit "
      << manifest->commit.commit_no << " into " << data.string()
      << ", in a new epoch: whoever saw more than the backup is told\n";
  return {};
}

}  // namespace

int restore(const RestoreConfig& config, std::ostream& out, std::ostream& err) {
  const Problem problem = restore_into(config, out);
  if (!problem.empty()) {
    err << "swarmboard: nothing was restored: " << problem << '\n';
    return 1;
  }
  return 0;
}

}  // namespace swarmboard::app
