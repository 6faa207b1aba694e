#include "persistence/watermark.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <zlib.h>

#include "persistence/fixed_bytes.h"

namespace swarmboard::persistence {
namespace {

constexpr std::size_t kSlotBytes = 64;
constexpr std::size_t kCrcAt = 60;
constexpr std::string_view kMagic = "swmark01";

std::uint32_t slot_crc(std::string_view slot) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(slot.data()), kCrcAt));
}

std::string encode_slot(std::uint64_t commit_no) {
  std::string slot(kMagic);
  append_little(slot, commit_no);
  slot.resize(kCrcAt, '\0');
  append_little(slot, slot_crc(slot));
  return slot;
}

std::optional<std::uint64_t> decode_slot(std::string_view slot) {
  if (slot.substr(0, kMagic.size()) != kMagic ||
      read_little<std::uint32_t>(slot, kCrcAt) != slot_crc(slot)) {
    return std::nullopt;
  }
  return read_little<std::uint64_t>(slot, kMagic.size());
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
  std::array<char, 2 * kSlotBytes> bytes{};
  const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (got < 0) {
    const boost::system::error_code error = last_error();
    ::close(descriptor);
    return error;
  }
  std::uint64_t newest = 0;
  int next_slot = 0;
  for (int slot = 0; slot < 2; ++slot) {
    const auto at = static_cast<std::size_t>(slot) * kSlotBytes;
    if (static_cast<std::size_t>(got) < at + kSlotBytes) {
      break;
    }
    const auto found = decode_slot(std::string_view(bytes.data() + at, kSlotBytes));
    if (found && *found >= newest) {
      newest = *found;
      next_slot = 1 - slot;
    }
  }
  return Watermark(descriptor, newest, next_slot);
}

Watermark::Watermark(int descriptor, std::uint64_t commit_no, int next_slot)
    : descriptor_(descriptor), commit_no_(commit_no), next_slot_(next_slot) {}

Watermark::Watermark(Watermark&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      commit_no_(other.commit_no_),
      next_slot_(other.next_slot_) {}

Watermark::~Watermark() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

boost::system::error_code Watermark::store(std::uint64_t commit_no) {
  const std::string slot = encode_slot(commit_no);
  const auto at = static_cast<off_t>(next_slot_) * static_cast<off_t>(kSlotBytes);
  const ssize_t written = ::pwrite(descriptor_, slot.data(), slot.size(), at);
  if (written != static_cast<ssize_t>(slot.size()) || ::fdatasync(descriptor_) != 0) {
    return last_error();
  }
  commit_no_ = commit_no;
  next_slot_ = 1 - next_slot_;
  return {};
}

}  // namespace swarmboard::persistence
