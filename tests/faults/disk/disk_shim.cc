// A library that is loaded under a program (LD_PRELOAD) and sees its writes, syncs, renames and
// removals below one folder. It keeps on a platter what a power loss would leave, and makes syncs
// slow, failing or lying, or ends the program at one operation, or sets its wall clock wrong, as
// disk_control.h says.
//
// It sees what goes through the C library by name: RocksDB's files and ours. Streams of the C
// library itself (RocksDB's info log) pass unseen; their files count as never synced.
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "tests/faults/disk/disk_control.h"
#include "tests/faults/disk/platter_write.h"

namespace swarmboard::faults {
namespace {

constexpr std::size_t kDescriptorsMax = 8192;

// True while the shim itself works with files on this thread.
thread_local bool inside = false;

struct Inside {
  Inside() { inside = true; }

  ~Inside() { inside = false; }

  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

// The function of that name behind this library.
template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

DiskControl* map_control() {
  static DiskControl nobody;
  const std::string path = variable(kDiskControl);
  if (path.empty()) {
    return &nobody;
  }
  const int descriptor = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR));
  void* const page =
      ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (page == MAP_FAILED) {
    std::perror("disk shim: its control file");
    std::abort();
  }
  ::syscall(SYS_close, descriptor);
  return static_cast<DiskControl*>(page);
}

struct Shim {
  DiskControl& control = *map_control();
  std::mutex mutex;
  PlatterWriter platter{variable(kDiskRoot), variable(kDiskPlatter)};
  std::array<std::atomic<bool>, kDescriptorsMax> watched{};
};

Shim& shim() {
  static Shim* const one = new Shim;  // Lives as long as the process: threads may outlive main.
  return *one;
}

std::string path_of(int descriptor) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

std::string resolve(int folder, const char* path) {
  if (path[0] == '/' || folder == AT_FDCWD) {
    return path;
  }
  return path_of(folder) + "/" + path;
}

bool is_watched(int descriptor) {
  return !inside && descriptor >= 0 && static_cast<std::size_t>(descriptor) < kDescriptorsMax &&
         shim().watched[static_cast<std::size_t>(descriptor)];
}

// One operation on the watched folder: counted, and perhaps the program's last.
class Operation {
 public:
  Operation() : number_(++shim().control.operations) { stop_if(0); }

  ~Operation() { stop_if(1); }

  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

 private:
  void stop_if(std::uint32_t after) const {
    const DiskControl& control = shim().control;
    if (control.stop_at == number_ && (control.stop_after != 0 ? 1U : 0U) == after) {
      ::syscall(SYS_exit_group, kExitAtDiskOperation);
    }
  }

  std::uint64_t number_;
};

struct stat status_of(int descriptor) {
  struct stat status {};

  ::fstat(descriptor, &status);
  return status;
}

void note_open(int descriptor, int flags, bool is_new) {
  if (static_cast<std::size_t>(descriptor) >= kDescriptorsMax) {
    std::fputs("disk shim: too many descriptors\n", stderr);
    std::abort();
  }
  const Inside here;
  Shim& all = shim();
  const std::lock_guard lock(all.mutex);
  const struct stat status = status_of(descriptor);
  all.watched[static_cast<std::size_t>(descriptor)] = true;
  if (is_new) {
    all.platter.created(status.st_ino);
  } else if ((flags & O_TRUNC) != 0) {
    all.platter.resized(status.st_ino);
  } else if ((flags & O_ACCMODE) != O_RDONLY) {
    all.platter.opened(status.st_ino, status.st_size);
  }
}

int open_watched(int folder, const char* name, int flags, mode_t mode) {
  static auto* const real_openat = real<int(int, const char*, int, ...)>("openat");
  if (inside || !shim().platter.watches(resolve(folder, name))) {
    return real_openat(folder, name, flags, mode);
  }

  struct stat before {};

  const bool is_new =
      (flags & O_CREAT) != 0 && ::fstatat(folder, name, &before, AT_SYMLINK_NOFOLLOW) != 0;
  const auto act = [&] {
    const int descriptor = real_openat(folder, name, flags, mode);
    if (descriptor >= 0) {
      note_open(descriptor, flags, is_new);
    }
    return descriptor;
  };
  if (!is_new && (flags & O_TRUNC) == 0) {
    return act();
  }
  const Operation operation;
  return act();
}

void note_write(int descriptor, std::int64_t from, ssize_t written) {
  if (written > 0) {
    const Inside here;
    const std::lock_guard lock(shim().mutex);
    shim().platter.wrote(status_of(descriptor).st_ino, from, from + written);
  }
}

// False: it fails.
bool sync_watched(int descriptor) {
  const Operation operation;
  const Inside here;
  Shim& all = shim();
  if (const std::uint32_t delay_ms = all.control.sync_delay_ms; delay_ms > 0) {
    ::poll(nullptr, 0, static_cast<int>(delay_ms));
  }
  const std::lock_guard lock(all.mutex);
  const struct stat status = status_of(descriptor);
  if (all.control.failing_syncs > 0) {
    --all.control.failing_syncs;
    all.platter.forget(status.st_ino);
    errno = EIO;
    return false;
  }
  if (all.control.lie != 0) {
    return true;
  }
  if (S_ISDIR(status.st_mode)) {
    all.platter.sync_folder(path_of(descriptor));
  } else {
    all.platter.sync_file(descriptor, status.st_ino);
  }
  return true;
}

// Removes or replaces a name; `act` does it.
template <class Act>
int unname(const std::string& path, Act act) {
  if (inside || !shim().platter.watches(path)) {
    return act();
  }
  const Operation operation;
  const Inside here;
  const std::lock_guard lock(shim().mutex);

  struct stat before {};

  const bool last =
      ::lstat(path.c_str(), &before) == 0 && S_ISREG(before.st_mode) && before.st_nlink == 1;
  const int result = act();
  if (result == 0 && last) {
    shim().platter.removed(before.st_ino);
  }
  return result;
}

bool is_watched_name(const std::string& path) {
  return !inside && shim().platter.watches(path);
}

int make_folder(const char* name, mode_t mode, int (*act)(const char*, mode_t)) {
  const Inside here;
  const std::lock_guard lock(shim().mutex);
  const int result = act(name, mode);

  struct stat made {};

  if (result == 0 && ::lstat(name, &made) == 0) {
    shim().platter.created_folder(made.st_ino);
  }
  return result;
}

int resize_watched(int descriptor, off_t bytes, int (*act)(int, off_t)) {
  if (!is_watched(descriptor)) {
    return act(descriptor, bytes);
  }
  const Operation operation;
  const Inside here;
  const std::lock_guard lock(shim().mutex);
  const int result = act(descriptor, bytes);
  shim().platter.resized(status_of(descriptor).st_ino);
  return result;
}

ssize_t pwrite_watched(int descriptor, const void* data, std::size_t bytes, off_t at) {
  static auto* const act = real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite64");
  if (!is_watched(descriptor)) {
    return act(descriptor, data, bytes, at);
  }
  const Operation operation;
  const ssize_t written = act(descriptor, data, bytes, at);
  note_write(descriptor, at, written);
  return written;
}

mode_t mode_in(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace
}  // namespace swarmboard::faults

// What stands before the C library. Names and types are those of the system's headers.
extern "C" {

namespace faults = swarmboard::faults;

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = faults::mode_in(flags, arguments);
  va_end(arguments);
  return faults::open_watched(AT_FDCWD, name, flags, mode);
}

int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = faults::mode_in(flags, arguments);
  va_end(arguments);
  return faults::open_watched(AT_FDCWD, name, flags, mode);
}

int close(int descriptor) {
  static auto* const act = faults::real<int(int)>("close");
  if (faults::is_watched(descriptor)) {
    faults::shim().watched[static_cast<std::size_t>(descriptor)] = false;
  }
  return act(descriptor);
}

ssize_t write(int descriptor, const void* data, std::size_t bytes) {
  static auto* const act = faults::real<ssize_t(int, const void*, std::size_t)>("write");
  if (!faults::is_watched(descriptor)) {
    return act(descriptor, data, bytes);
  }
  const faults::Operation operation;
  const ssize_t written = act(descriptor, data, bytes);
  faults::note_write(descriptor, ::lseek(descriptor, 0, SEEK_CUR) - written, written);
  return written;
}

ssize_t pwrite(int descriptor, const void* data, std::size_t bytes, off_t at) {
  return faults::pwrite_watched(descriptor, data, bytes, at);
}

ssize_t pwrite64(int descriptor, const void* data, std::size_t bytes, off_t at) {
  return faults::pwrite_watched(descriptor, data, bytes, at);
}

int fsync(int descriptor) {
  static auto* const act = faults::real<int(int)>("fsync");
  if (!faults::is_watched(descriptor)) {
    return act(descriptor);
  }
  return faults::sync_watched(descriptor) ? 0 : -1;
}

int fdatasync(int descriptor) {
  static auto* const act = faults::real<int(int)>("fdatasync");
  if (!faults::is_watched(descriptor)) {
    return act(descriptor);
  }
  return faults::sync_watched(descriptor) ? 0 : -1;
}

int ftruncate(int descriptor, off_t bytes) noexcept {
  static auto* const act = faults::real<int(int, off_t)>("ftruncate64");
  return faults::resize_watched(descriptor, bytes, act);
}

int ftruncate64(int descriptor, off_t bytes) noexcept {
  static auto* const act = faults::real<int(int, off_t)>("ftruncate64");
  return faults::resize_watched(descriptor, bytes, act);
}

int rename(const char* from, const char* to) noexcept {
  static auto* const act = faults::real<int(const char*, const char*)>("rename");
  return faults::unname(to, [&] { return act(from, to); });
}

int unlink(const char* name) noexcept {
  static auto* const act = faults::real<int(const char*)>("unlink");
  return faults::unname(name, [&] { return act(name); });
}

int unlinkat(int folder, const char* name, int flags) noexcept {
  static auto* const act = faults::real<int(int, const char*, int)>("unlinkat");
  return faults::unname(faults::resolve(folder, name), [&] { return act(folder, name, flags); });
}

int remove(const char* name) noexcept {
  static auto* const act = faults::real<int(const char*)>("remove");
  return faults::unname(name, [&] { return act(name); });
}

int mkdir(const char* name, mode_t mode) noexcept {
  static auto* const act = faults::real<int(const char*, mode_t)>("mkdir");
  if (!faults::is_watched_name(name)) {
    return act(name, mode);
  }
  const faults::Operation operation;
  return faults::make_folder(name, mode, act);
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static auto* const act = faults::real<int(clockid_t, timespec*)>("clock_gettime");
  const int result = act(clock, now);
  if (clock == CLOCK_REALTIME && result == 0) {
    now->tv_sec += faults::shim().control.wall_ms_ahead / 1000;
  }
  return result;
}

}  // extern "C"
