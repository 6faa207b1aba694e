#include "server/app/play/child_process.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace swarmboard::play {
namespace {

constexpr int kRunPatienceMs = 60'000;

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Pointers into `words`, with the null at the end that the system wants.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    all.emplace_back(*entry);
  }
  return all;
}

}  // namespace

ChildProcess::ChildProcess(const ChildLaunch& launch) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "making a pipe");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (launch.error_file.empty()) {
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, launch.error_file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
  std::vector<std::string> words{launch.program.string()};
  words.insert(words.end(), launch.words.begin(), launch.words.end());
  std::vector<std::string> environment = environment_with(launch.environment);
  const int error = ::posix_spawn(&pid_, launch.program.c_str(), &actions, nullptr,
                                  pointers_to(words).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  output_ = ends[0];
  if (error != 0) {
    ::close(output_);
    pid_ = -1;
    throw std::system_error(error, std::generic_category(), "starting " + launch.program.string());
  }
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_, other.output_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (runs()) {
    send(SIGKILL);
    wait();
  }
}

std::optional<std::string> ChildProcess::read_more(int patience_ms) {
  pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, patience_ms) <= 0) {
    return std::nullopt;
  }
  std::array<char, 4096> chunk{};
  const ssize_t got = ::read(output_, chunk.data(), chunk.size());
  if (got <= 0) {
    return std::nullopt;
  }
  return std::string(chunk.data(), static_cast<std::size_t>(got));
}

void ChildProcess::send(int signal) const {
  ::kill(pid_, signal);
}

int ChildProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  ::close(std::exchange(output_, -1));
  return code_of(status);
}

std::optional<int> ChildProcess::wait_for(int patience_ms) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  const bool ended = descriptor >= 0 && ::poll(&waiting, 1, patience_ms) > 0;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  return ended ? std::optional(wait()) : std::nullopt;
}

Finished run_to_end(const ChildLaunch& launch) {
  ChildProcess child(launch);
  Finished finished;
  while (const auto more = child.read_more(kRunPatienceMs)) {
    finished.output += *more;
  }
  finished.code = child.wait();
  return finished;
}

}  // namespace swarmboard::play
