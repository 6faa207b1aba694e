#include "tests/faults/disk/platter.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sys/stat.h>
#include <system_error>
#include <vector>

#include "tests/faults/disk/disk_control.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSectorBytes = 512;

ino_t inode_of(const fs::path& path) {
  struct stat status {};

  if (::lstat(path.c_str(), &status) != 0) {
    throw fs::filesystem_error("looking at", path, std::error_code(errno, std::generic_category()));
  }
  return status.st_ino;
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) {
    throw fs::filesystem_error("writing", path, std::make_error_code(std::errc::io_error));
  }
}

// What of the unsynced content arrived: sectors of `written` over `durable`.
std::string merge(const std::string& durable, const std::string& written, PowerLoss::Bytes bytes,
                  std::mt19937_64& random) {
  if (bytes == PowerLoss::Bytes::Synced || durable == written) {
    return durable;
  }
  const auto sector_of = [](const std::string& content, std::size_t at) {
    return at < content.size() ? content.substr(at, kSectorBytes) : std::string();
  };
  std::vector<std::size_t> unsynced;  // Where the sectors begin that differ.
  for (std::size_t at = 0; at < written.size(); at += kSectorBytes) {
    if (sector_of(durable, at) != sector_of(written, at)) {
      unsynced.push_back(at);
    }
  }
  const std::size_t front = random() % (unsynced.size() + 1);
  std::string merged = durable;
  for (std::size_t i = 0; i < unsynced.size(); ++i) {
    if (bytes == PowerLoss::Bytes::Front ? i >= front : random() % 2 == 0) {
      continue;
    }
    const std::string piece = sector_of(written, unsynced[i]);
    merged.resize(std::max(merged.size(), unsynced[i] + piece.size()), '\0');
    merged.replace(unsynced[i], piece.size(), piece);
  }
  return merged;
}

// One loss of power.
class Loss {
 public:
  Loss(const fs::path& root, const fs::path& platter, const PowerLoss& loss,
       std::mt19937_64& random)
      : root_(root), platter_(platter), loss_(loss), random_(random) {
    for (const auto& entry : fs::directory_iterator(platter / kPlatterInodes)) {
      durable_[std::stoull(entry.path().filename())] = entry.path();
    }
    for (const auto& [inode, path] : durable_) {
      inode_of_content_[inode_of(path)] = inode;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) {
        written_[inode_of(entry.path())] = entry.path();
        bytes_before_ += entry.file_size();
      }
    }
  }

  // The folder as it is afterwards, below `after`.
  std::uint64_t carry_out(const fs::path& after) {
    fs::create_directories(after);
    const bool all = loss_.names == PowerLoss::Names::All;
    const fs::path names =
        all ? root_ : platter_ / kPlatterFolders / std::to_string(inode_of(root_));
    for (const auto& entry :
         fs::recursive_directory_iterator(names, fs::directory_options::follow_directory_symlink)) {
      const fs::path to = after / entry.path().lexically_relative(names);
      if (entry.is_directory()) {
        fs::create_directories(to);
      } else if (entry.is_regular_file()) {
        write_file(to, all ? of_written(entry.path()) : of_durable(entry.path()));
        bytes_after_ += fs::file_size(to);
      }
    }
    return bytes_before_ > bytes_after_ ? bytes_before_ - bytes_after_ : 0;
  }

 private:
  std::string of_written(const fs::path& path) {
    const auto durable = durable_.find(inode_of(path));
    return merge(durable == durable_.end() ? std::string() : content_of(durable->second),
                 content_of(path), loss_.bytes, random_);
  }

  std::string of_durable(const fs::path& path) {
    const std::string durable = content_of(path);
    const auto inode = inode_of_content_.find(inode_of(path));
    if (inode == inode_of_content_.end()) {
      return durable;  // Removed since, but the removal was not synced.
    }
    const auto written = written_.find(inode->second);
    return written == written_.end()
               ? durable
               : merge(durable, content_of(written->second), loss_.bytes, random_);
  }

  fs::path root_;
  fs::path platter_;
  PowerLoss loss_;
  std::mt19937_64& random_;
  std::map<ino_t, fs::path> durable_;
  std::map<ino_t, ino_t> inode_of_content_;
  std::map<ino_t, fs::path> written_;
  std::uint64_t bytes_before_ = 0;
  std::uint64_t bytes_after_ = 0;
};

}  // namespace

std::string describe(const PowerLoss& loss) {
  const std::string names = loss.names == PowerLoss::Names::Synced ? "synced names" : "all names";
  switch (loss.bytes) {
    case PowerLoss::Bytes::Synced:
      return names + ", synced bytes";
    case PowerLoss::Bytes::Front:
      return names + ", a part of the rest";
    case PowerLoss::Bytes::Sectors:
      break;
  }
  return names + ", any sectors of the rest";
}

Platter::Platter(fs::path root, fs::path platter)
    : root_(std::move(root)), platter_(std::move(platter)) {}

void Platter::begin() {
  fs::remove_all(platter_);
  fs::create_directories(platter_ / kPlatterInodes);
  const auto names_of = [this](const fs::path& folder) {
    return platter_ / kPlatterFolders / std::to_string(inode_of(folder));
  };
  fs::create_directories(names_of(root_));
  for (const auto& entry : fs::recursive_directory_iterator(root_)) {
    const fs::path name = names_of(entry.path().parent_path()) / entry.path().filename();
    if (entry.is_directory()) {
      fs::create_directories(names_of(entry.path()));
      fs::create_directory_symlink(names_of(entry.path()), name);
    } else if (entry.is_regular_file()) {
      const fs::path content = platter_ / kPlatterInodes / std::to_string(inode_of(entry.path()));
      fs::copy_file(entry.path(), content);
      fs::create_hard_link(content, name);
    }
  }
}

std::uint64_t Platter::lose_power(const PowerLoss& loss, std::mt19937_64& random) {
  const fs::path after = root_.string() + ".after";
  fs::remove_all(after);
  const std::uint64_t gone = Loss(root_, platter_, loss, random).carry_out(after);
  fs::remove_all(root_);
  fs::rename(after, root_);
  begin();
  return gone;
}

}  // namespace swarmboard::faults
