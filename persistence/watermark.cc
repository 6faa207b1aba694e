#include "persistence/watermark.h"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <zlib.h>

#include "persistence/errc.h"
#include "persistence/fixed_bytes.h"
#include "persistence/sync_folder.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kSlotBytes = 64;
constexpr std::size_t kSlotDistance = 4096;  // A page each, so that no page holds both.
constexpr std::size_t kCommitAt = 8;
constexpr std::size_t kCommitBytes = 32;
constexpr std::size_t kCrcAt = 60;
constexpr std::string_view kMagic = "swmark01";

std::uint32_t slot_crc(std::string_view slot) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(slot.data()), kCrcAt));
}

std::string encode_slot(const CommitMark& mark) {
  std::string slot(kMagic);
  slot.append(encode_commit(kMagic, mark));
  slot.resize(kCrcAt, '\0');
  append_little(slot, slot_crc(slot));
  return slot;
}

std::optional<CommitMark> decode_slot(std::string_view slot) {
  if (slot.size() != kSlotBytes || !slot.starts_with(kMagic) ||
      read_little<std::uint32_t>(slot, kCrcAt) != slot_crc(slot)) {
    return std::nullopt;
  }
  const auto mark = decode_commit(kMagic, slot.substr(kCommitAt, kCommitBytes));
  return mark ? std::optional(*mark) : std::nullopt;
}

boost::system::error_code last_error() {
  return {errno, boost::system::system_category()};
}

}  // namespace

Result<Watermark> Watermark::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return last_error();
  }
  Watermark watermark(descriptor, std::nullopt, 0);  // Closes the file on every way out.
  std::string bytes(kSlotDistance + kSlotBytes, '\0');
  const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (got < 0) {
    return last_error();
  }
  if (got == 0) {
    if (const auto error = sync_folder(folder_of(path))) {
      return error;
    }
  }
  bytes.resize(static_cast<std::size_t>(got));
  for (int slot = 0; slot < 2; ++slot) {
    const std::size_t at = static_cast<std::size_t>(slot) * kSlotDistance;
    const auto found = at < bytes.size()
                           ? decode_slot(std::string_view(bytes).substr(at, kSlotBytes))
                           : std::nullopt;
    if (found && (!watermark.mark_ || found->writes > watermark.mark_->writes)) {
      watermark.mark_ = found;
      watermark.slot_ = 1 - slot;
    }
  }
  if (!watermark.mark_ && !bytes.empty()) {
    return make_error_code(JournalErrc::Damaged);
  }
  // What was found may never have been synced, and the next note() overwrites the slot before it.
  if (::fdatasync(descriptor) != 0) {
    return last_error();
  }
  return watermark;
}

Watermark::Watermark(int descriptor, std::optional<CommitMark> mark, int slot)
    : descriptor_(descriptor), mark_(mark), slot_(slot) {}

Watermark::Watermark(Watermark&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      mark_(other.mark_),
      slot_(other.slot_),
      unsynced_(other.unsynced_) {}

Watermark::~Watermark() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

boost::system::error_code Watermark::note(const CommitMark& mark) {
  const std::string slot = encode_slot(mark);
  const auto at = static_cast<off_t>(slot_) * static_cast<off_t>(kSlotDistance);
  const ssize_t written = ::pwrite(descriptor_, slot.data(), slot.size(), at);
  if (written < 0) {
    return last_error();
  }
  if (written != static_cast<ssize_t>(slot.size())) {
    return make_error_code(JournalErrc::Io);
  }
  mark_ = mark;
  unsynced_ = true;
  return {};
}

boost::system::error_code Watermark::sync() {
  if (!unsynced_) {
    return {};
  }
  if (::fdatasync(descriptor_) != 0) {
    return last_error();
  }
  slot_ = 1 - slot_;
  unsynced_ = false;
  return {};
}

}  // namespace swarmboard::persistence
