#include "server/app/backup/manifest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "server/base/random.h"
#include "server/base/sha256.h"

namespace swarmboard::app {
namespace {

constexpr std::string_view kTitle = "swarmboard backup 1";
constexpr std::string_view kDigestWord = "digest ";
constexpr std::size_t kTakenChars = std::string_view("2026-03-01T08:00:00Z").size();
constexpr std::size_t kShortDigits = 8;
constexpr std::size_t kIdChars = std::string_view("20260301T080000Z-1a2b3c4d").size();
constexpr std::size_t kSha256Digits = 64;

std::string hex64(std::uint64_t number) {
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && !text.empty() ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto end = line.find(' ');
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) {
      return words;
    }
    line.remove_prefix(end + 1);
  }
}

// "2026-03-01T08:00:00Z": digits where digits belong.
bool is_time(std::string_view text) {
  static constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  return text.size() == kTakenChars &&
         std::equal(text.begin(), text.end(), kShape.begin(), [](char c, char shape) {
           return shape == '0' ? (c >= '0' && c <= '9') : c == shape;
         });
}

// No path of a manifest leads out of the backup.
bool is_file_path(std::string_view path) {
  static constexpr std::string_view kFolder = "journal/";
  if (path == "format" || path == "watermark" || path == "ends") {
    return true;
  }
  if (!path.starts_with(kFolder)) {
    return false;
  }
  path.remove_prefix(kFolder.size());
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  };
  return !path.empty() && path.front() != '.' && std::all_of(path.begin(), path.end(), fits);
}

bool parse_commit(const std::vector<std::string_view>& words, Manifest& manifest) {
  if (words.size() != 4) {
    return false;
  }
  const auto commit_no = number_of(words[1], 10);
  const auto writes = number_of(words[2], 10);
  const auto chain = number_of(words[3], 16);
  if (!commit_no || !writes || !chain) {
    return false;
  }
  manifest.commit = {*commit_no, *writes, *chain};
  return true;
}

bool parse_file(const std::vector<std::string_view>& words, Manifest& manifest) {
  if (words.size() != 4) {
    return false;
  }
  const auto bytes = number_of(words[1], 10);
  if (!bytes || words[2].size() != kSha256Digits || !is_hex(words[2]) || !is_file_path(words[3])) {
    return false;
  }
  manifest.files.push_back({std::string(words[3]), {*bytes, std::string(words[2])}});
  return true;
}

bool parse_stream(const std::vector<std::string_view>& words, Manifest& manifest) {
  if (words.size() != 6) {
    return false;
  }
  const auto slash = words[1].find('/');
  const auto epoch = number_of(words[2], 10);
  const auto seq = number_of(words[3], 10);
  const auto chain = number_of(words[4], 16);
  const auto state_hash = number_of(words[5], 16);
  if (slash == std::string_view::npos || !epoch || !seq || !chain || !state_hash) {
    return false;
  }
  manifest.streams.push_back(
      {{std::string(words[1].substr(0, slash)), std::string(words[1].substr(slash + 1))},
       {*epoch, *seq, *chain},
       *state_hash});
  return true;
}

bool parse_line(std::string_view line, Manifest& manifest) {
  const std::vector<std::string_view> words = words_of(line);
  if (words[0] == "taken") {
    manifest.taken = words.size() == 2 ? words[1] : std::string_view();
    return is_time(manifest.taken);
  }
  if (words[0] == "commit") {
    return parse_commit(words, manifest);
  }
  if (words[0] == "file") {
    return parse_file(words, manifest);
  }
  return words[0] == "stream" && parse_stream(words, manifest);
}

}  // namespace

std::string render_manifest(const Manifest& manifest) {
  std::string text(kTitle);
  text += "\ntaken " + manifest.taken + "\ncommit " + std::to_string(manifest.commit.commit_no) +
          ' ' + std::to_string(manifest.commit.writes) + ' ' + hex64(manifest.commit.chain) + '\n';
  for (const BackedUpFile& file : manifest.files) {
    text += "file " + std::to_string(file.digest.bytes) + ' ' + file.digest.sha256 + ' ' +
            file.path + '\n';
  }
  for (const BackedUpStream& stream : manifest.streams) {
    text += "stream " + stream.name.team + '/' + stream.name.stream + ' ' +
            std::to_string(stream.head.epoch) + ' ' + std::to_string(stream.head.seq) + ' ' +
            hex64(stream.head.chain) + ' ' + hex64(stream.state_hash) + '\n';
  }
  return text + std::string(kDigestWord) + to_hex(sha256(text)) + '\n';
}

boost::system::result<Manifest, Flaw> parse_manifest(std::string_view text) {
  const auto last = text.size() < 2 ? std::string_view::npos : text.rfind('\n', text.size() - 2);
  if (!text.ends_with('\n') || last == std::string_view::npos) {
    return Flaw{"the manifest is cut off"};
  }
  const std::string_view body = text.substr(0, last + 1);
  const std::string expected = std::string(kDigestWord) + to_hex(sha256(body)) + '\n';
  if (!text.starts_with(std::string(kTitle) + '\n')) {
    return Flaw{"the manifest is not one of a backup that this program reads"};
  }
  if (text.substr(last + 1) != expected) {
    return Flaw{"the manifest does not match its own digest"};
  }
  Manifest manifest;
  std::string_view lines = body.substr(kTitle.size() + 1);
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    if (!parse_line(lines.substr(0, end), manifest)) {
      return Flaw{"the manifest has a line that this program does not read: " +
                  std::string(lines.substr(0, end))};
    }
    lines.remove_prefix(end + 1);
  }
  if (manifest.taken.empty() || manifest.files.empty()) {
    return Flaw{"the manifest names no time or no files"};
  }
  return manifest;
}

std::string backup_id(std::string_view manifest_text) {
  static constexpr std::string_view kTaken = "\ntaken ";
  std::string id;
  for (const char c :
       manifest_text.substr(manifest_text.find(kTaken) + kTaken.size(), kTakenChars)) {
    if (c != '-' && c != ':') {
      id += c;
    }
  }
  const auto digest = manifest_text.rfind(kDigestWord) + kDigestWord.size();
  return id + '-' + std::string(manifest_text.substr(digest, kShortDigits));
}

bool is_backup_id(std::string_view id) {
  static constexpr std::string_view kShape = "00000000T000000Z-";
  return id.size() == kIdChars &&
         std::equal(kShape.begin(), kShape.end(), id.begin(),
                    [](char shape, char c) {
                      return shape == '0' ? (c >= '0' && c <= '9') : c == shape;
                    }) &&
         is_hex(id.substr(kShape.size()));
}

}  // namespace swarmboard::app
