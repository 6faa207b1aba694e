#include "persistence/stream_ends.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <unistd.h>
#include <utility>
#include <zlib.h>

#include "persistence/fixed_bytes.h"
#include "persistence/keys.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kRecordHeaderBytes = 8;
constexpr std::size_t kCommitBytes = 8;
constexpr std::size_t kEndBytes = 16;
// A file of this size is written anew, unless most of it is needed.
constexpr std::uint64_t kRewriteBytes = 4 * 1024 * 1024;
constexpr std::size_t kRecordBytesWanted = 64 * 1024;

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string body_start(std::uint64_t commit_no) {
  std::string body;
  append_little(body, commit_no);
  return body;
}

void append_end(std::string& body, const StreamName& name, const Head& end) {
  body += name_key(name);
  append_little(body, end.seq);
  append_little(body, end.chain);
}

std::string record_of(std::string_view body) {
  std::string record;
  append_little(record, static_cast<std::uint32_t>(body.size()));
  append_little(record, crc_of(body));
  record += body;
  return record;
}

// False: it is not a body.
bool read_body(std::string_view body, KnownEnds& known) {
  if (body.size() < kCommitBytes) {
    return false;
  }
  const auto commit_no = read_little<std::uint64_t>(body, 0);
  body.remove_prefix(kCommitBytes);
  while (!body.empty()) {
    const auto name = take_name(body);
    if (!name || body.size() < kEndBytes) {
      return false;
    }
    known.ends[*name] = {1, read_little<std::uint64_t>(body, 0),
                         read_little<std::uint64_t>(body, sizeof(std::uint64_t))};
    body.remove_prefix(kEndBytes);
  }
  known.commit_no = commit_no;
  return true;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string file_of(const KnownEnds& known) {
  std::string file;
  std::string body = body_start(known.commit_no);
  for (const auto& [name, end] : known.ends) {
    append_end(body, name, end);
    if (body.size() >= kRecordBytesWanted) {
      file += record_of(body);
      body = body_start(known.commit_no);
    }
  }
  return file + record_of(body);
}

}  // namespace

KnownEnds StreamEnds::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  KnownEnds known;
  std::string_view rest = bytes;
  while (rest.size() >= kRecordHeaderBytes) {
    const auto size = read_little<std::uint32_t>(rest, 0);
    if (size > rest.size() - kRecordHeaderBytes) {
      break;
    }
    const std::string_view body = rest.substr(kRecordHeaderBytes, size);
    if (crc_of(body) != read_little<std::uint32_t>(rest, 4) || !read_body(body, known)) {
      break;
    }
    rest.remove_prefix(kRecordHeaderBytes + size);
  }
  known.bytes = bytes.size() - rest.size();
  return known;
}

StreamEnds::StreamEnds(std::string path, KnownEnds known)
    : path_(std::move(path)), known_(std::move(known)), body_(body_start(0)) {
  rewrite();
}

StreamEnds::StreamEnds(StreamEnds&& other) noexcept
    : path_(std::move(other.path_)),
      known_(std::move(other.known_)),
      body_(std::move(other.body_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      broken_(other.broken_),
      unsynced_(other.unsynced_) {}

StreamEnds::~StreamEnds() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void StreamEnds::add(const StreamName& name, const Head& end) {
  known_.ends[name] = end;
  append_end(body_, name, end);
}

void StreamEnds::note(std::uint64_t commit_no) {
  known_.commit_no = commit_no;
  body_.replace(0, kCommitBytes, body_start(commit_no));
  const std::string record = record_of(body_);
  body_.resize(kCommitBytes);
  unsynced_ = true;
  if (!broken_) {
    broken_ = !write_all(descriptor_, record);
    known_.bytes += record.size();
  }
}

void StreamEnds::sync() {
  if (!unsynced_) {
    return;
  }
  const std::uint64_t needed = 128 * known_.ends.size();  // More or less.
  if (broken_ || known_.bytes > std::max(kRewriteBytes, 4 * needed)) {
    rewrite();
  } else {
    broken_ = ::fdatasync(descriptor_) != 0;
  }
  unsynced_ = broken_;
}

// Beside the old file, which counts until the new one is whole.
void StreamEnds::rewrite() {
  const std::string file = file_of(known_);
  const std::string fresh = path_ + ".new";
  const int descriptor =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  broken_ = descriptor < 0 || !write_all(descriptor, file) || ::fdatasync(descriptor) != 0 ||
            std::rename(fresh.c_str(), path_.c_str()) != 0;
  if (broken_) {
    unsynced_ = true;
    if (descriptor >= 0) {
      ::close(descriptor);
    }
    return;
  }
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  descriptor_ = descriptor;
  known_.bytes = file.size();
}

}  // namespace swarmboard::persistence
