#include "server/app/play/server_process.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdexcept>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace swarmboard::play {
namespace {

constexpr int kStartWaitMs = 60'000;
constexpr std::string_view kListening = "listening on ";

std::filesystem::path make_folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "swarmboard-play-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "making a temporary folder");
  }
  return pattern;
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "…listening on http://127.0.0.1:34567 …" -> the address; empty when it is not (wholly) there yet.
std::string address_in(const std::string& output) {
  const std::size_t at = output.find(kListening);
  if (at == std::string::npos) {
    return "";
  }
  const std::size_t from = at + kListening.size();
  const std::size_t to = output.find_first_of(" \n\r\t", from);
  return to == std::string::npos ? "" : output.substr(from, to - from);
}

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

// Reads the child's standard output until it names its address; empty when it ended or took too
// long.
std::string wait_for_address(int fd) {
  std::string output;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  while (poll(&waiting, 1, kStartWaitMs) > 0) {
    std::array<char, 4096> buffer{};
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got <= 0) {
      return "";
    }
    output.append(buffer.data(), static_cast<std::size_t>(got));
    if (std::string address = address_in(output); !address.empty()) {
      return address;
    }
  }
  return "";
}

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path program)
    : program_(std::move(program)), folder_(make_folder()) {
  start(0);
}

ServerProcess::~ServerProcess() {
  end(SIGTERM);
  std::error_code ignored;  // A folder that stays behind in /tmp harms nobody.
  std::filesystem::remove_all(folder_, ignored);
}

void ServerProcess::start(std::uint16_t port) {
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "making a pipe");
  }
  const std::string log = (folder_ / "server.log").string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::vector<std::string> words{program_.string(), "serve",
                                 "--demo",          "--script-clock",
                                 "--port",          std::to_string(port),
                                 "--data",          (folder_ / "data").string()};
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  const int error = posix_spawn(&pid_, program_.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  if (error != 0) {
    close(out[0]);
    pid_ = -1;
    throw std::system_error(error, std::generic_category(), "starting " + program_.string());
  }
  url_ = wait_for_address(out[0]);
  close(out[0]);  // What it says later is not needed; it ignores a closed pipe.
  if (url_.empty()) {
    end(SIGKILL);
    throw std::runtime_error("the server did not start; it said: " + text_of_file(log));
  }
}

void ServerProcess::end(int signal) {
  if (pid_ <= 0) {
    return;
  }
  kill(pid_, signal);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

void ServerProcess::kill_hard() {
  end(SIGKILL);
}

void ServerProcess::start_again() {
  start(port_of(url_));
}

}  // namespace swarmboard::play
