#include "server/app/backup/backup.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "persistence/folder_lock.h"
#include "persistence/watermark.h"
#include "server/app/backup/check_copy.h"
#include "server/app/backup/checkpoint_source.h"
#include "server/base/random.h"
#include "server/base/system_clock.h"

namespace swarmboard::app {
namespace {

namespace fs = std::filesystem;
using Problem = std::string;  // A sentence; empty: none.

constexpr std::string_view kPartial = ".partial-";
constexpr std::uintmax_t kManifestBytesMax = 64 * 1024 * 1024;

std::string utc_now() {
  const std::time_t seconds = static_cast<std::time_t>(SystemClock().wall_ms() / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// Below the data folder it would be part of what it saves, and lost together with it.
bool is_within(const fs::path& inner, const fs::path& outer) {
  std::error_code none;
  const fs::path relative =
      fs::weakly_canonical(inner, none).lexically_relative(fs::weakly_canonical(outer, none));
  return !relative.empty() && *relative.begin() != "..";
}

// Log files of the store's own and locks: they say nothing of what it holds.
bool is_left_out(const std::string& path) {
  return path == "lock" || path == "journal/LOCK" || path.starts_with("journal/LOG");
}

Problem copy_checkpoint(const CheckpointSource& source, const std::string& to) {
  const auto files = files_below(source.folder());
  std::error_code error;
  if (!files || !fs::create_directories(to + "/journal", error)) {
    return "the copy cannot be begun: " +
           (files ? std::string(error.message()) : files.error().message());
  }
  for (const std::string& file : *files) {
    const auto copied = copy_synced(source.folder() + '/' + file, to + '/' + file);
    if (!copied) {
      return "copying " + file + " failed: " + copied.error().message();
    }
  }
  return {};
}

// The files as they are now, synced, with the digests of what the disk then gives back.
Problem list_files(const std::string& data, Manifest& manifest) {
  const auto files = files_below(data);
  if (!files) {
    return "the copy cannot be listed: " + files.error().message();
  }
  for (const std::string& file : *files) {
    const std::string path = data + '/' + file;
    std::error_code error;
    if (is_left_out(file)) {
      fs::remove(path, error);
      if (error) {
        return file + " cannot be removed: " + error.message();
      }
      continue;
    }
    const auto synced = sync_path(path);
    const auto digest = digest_of(path);
    if (synced || !digest) {
      return file + " cannot be synced: " + (synced ? synced : digest.error()).message();
    }
    manifest.files.push_back({file, *digest});
  }
  return {};
}

// Fills `manifest` from a finished copy.
Problem describe_copy(const std::string& data, Manifest& manifest) {
  auto streams = check_copy(data);
  if (!streams) {
    return streams.error().what;
  }
  manifest.streams = std::move(*streams);
  {
    const auto watermark = persistence::Watermark::open(data + "/watermark");
    if (!watermark || !watermark->mark()) {
      return "the watermark of the copy cannot be read";
    }
    manifest.commit = *watermark->mark();
  }
  manifest.taken = utc_now();
  return list_files(data, manifest);
}

// Gives a finished copy its name. `id` is set when this succeeds.
Problem publish(const std::string& to, const std::string& partial, const Manifest& manifest,
                std::string& id) {
  const std::string text = render_manifest(manifest);
  if (const auto failed = write_synced(partial + "/manifest", text)) {
    return "the manifest cannot be written: " + failed.message();
  }
  for (const char* const folder : {"/data/journal", "/data", ""}) {
    if (const auto failed = sync_path(partial + folder)) {
      return "the copy cannot be synced: " + failed.message();
    }
  }
  id = backup_id(text);
  std::error_code error;
  fs::rename(partial, to + '/' + id, error);
  if (error) {
    return "the copy cannot be given its name: " + error.message();
  }
  const auto failed = sync_path(to);
  return failed ? "the name of the backup may not be on disk: " + failed.message() : Problem();
}

Problem take(const BackupConfig& config, std::ostream& out) {
  const std::string partial = config.to + '/' + std::string(kPartial) + to_hex(random_bytes(8));
  Manifest manifest;
  std::string id;
  bool is_online = false;
  Problem problem;
  {
    auto source = CheckpointSource::open(config.data);
    if (!source) {
      return source.error().what;
    }
    is_online = source->is_online();
    problem = copy_checkpoint(*source, partial + "/data");
  }  // The server need not keep the checkpoint while the copy is checked.
  if (problem.empty()) {
    problem = describe_copy(partial + "/data", manifest);
  }
  if (problem.empty()) {
    problem = publish(config.to, partial, manifest, id);
  }
  if (!problem.empty()) {
    std::error_code left_behind;  // The next backup removes it.
    fs::remove_all(partial, left_behind);
    return problem;
  }
  out << id << '\n'
      << manifest.streams.size() << " streams up to commit " << manifest.commit.commit_no << ", "
      << manifest.files.size() << " files, taken of a " << (is_online ? "running" : "stopped")
      << " server, opened and checked\n";
  return {};
}

Problem take_into_folder(const BackupConfig& config, std::ostream& out) {
  std::error_code error;
  if (is_within(config.to, config.data)) {
    return "the folder for backups, " + config.to +
           ", lies inside the data folder: choose one on another disk";
  }
  fs::create_directories(config.to, error);
  if (error) {
    return "the folder " + config.to + " cannot be made: " + error.message();
  }
  const auto lock = persistence::FolderLock::take(config.to + "/.lock");
  if (!lock) {
    return "the folder " + config.to +
           " cannot be used (is another backup being taken?): " + lock.error().message();
  }
  for (fs::directory_iterator entry(config.to, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kPartial)) {
      std::error_code left_behind;  // Costs space and nothing else.
      fs::remove_all(entry->path(), left_behind);
    }
  }
  return take(config, out);
}

int list(const BackupConfig& config, std::ostream& out, std::ostream& err) {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator entry(config.to, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (is_backup_id(entry->path().filename().string())) {
      ids.push_back(entry->path().filename().string());
    }
  }
  if (error) {
    err << "swarmboard: the folder " << config.to << " cannot be read: " << error.message() << '\n';
    return 1;
  }
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    const auto manifest = read_backup(config.to, id);
    if (manifest) {
      std::uint64_t bytes = 0;
      for (const BackedUpFile& file : manifest->files) {
        bytes += file.digest.bytes;
      }
      out << id << "  " << manifest->streams.size() << " streams, " << bytes << " bytes\n";
    } else {
      out << id << "  NOT USABLE: " << manifest.error().what << '\n';
    }
  }
  return 0;
}

}  // namespace

boost::system::result<Manifest, Flaw> read_backup(const std::string& to, const std::string& id) {
  const std::string folder = to + '/' + id;
  std::error_code error;
  if (!is_backup_id(id) || !fs::is_directory(folder, error)) {
    return Flaw{"there is no backup " + id + " in " + to};
  }
  const std::uintmax_t bytes = fs::file_size(folder + "/manifest", error);
  if (error || bytes > kManifestBytesMax) {
    return Flaw{"the manifest of the backup " + id + " is missing or cannot be read"};
  }
  std::ifstream file(folder + "/manifest", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto manifest = parse_manifest(text);
  if (!manifest) {
    return manifest;
  }
  if (backup_id(text) != id) {
    return Flaw{"the folder " + id + " holds the backup " + backup_id(text)};
  }
  const auto files = files_below(folder + "/data");
  if (!files) {
    return Flaw{"the files of the backup cannot be listed: " + files.error().message()};
  }
  for (const BackedUpFile& listed : manifest->files) {
    const std::uintmax_t size = fs::file_size(folder + "/data/" + listed.path, error);
    if (error || size != listed.digest.bytes) {
      return Flaw{"the file " + listed.path + " is missing or cut off"};
    }
  }
  if (files->size() != manifest->files.size()) {
    return Flaw{"there are files in it that its manifest does not name"};
  }
  return manifest;
}

int backup(const BackupConfig& config, std::ostream& out, std::ostream& err) {
  if (config.list) {
    return list(config, out, err);
  }
  const Problem problem = take_into_folder(config, out);
  if (!problem.empty()) {
    err << "swarmboard: no backup was taken: " << problem << '\n';
    return 1;
  }
  return 0;
}

}  // namespace swarmboard::app
