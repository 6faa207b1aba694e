#include "tests/integration/child_server.h"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace swarmboard::integration {
namespace {

constexpr int kStartPatienceMs = 60'000;
constexpr std::string_view kListening = "swarmboard listening on http://127.0.0.1:";

struct Child {
  pid_t pid = -1;
  int output = -1;
};

// `error_file` empty: standard error goes where standard output goes.
Child spawn_program(std::vector<std::string> words, const std::string& error_file) {
  words.insert(words.begin(), SWARMBOARD_PROGRAM);
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  Child child;
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return child;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  if (error_file.empty()) {
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
  EXPECT_EQ(::posix_spawn(&child.pid, SWARMBOARD_PROGRAM, &actions, nullptr, argv.data(), environ),
            0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  child.output = pipe_ends[0];
  return child;
}

// What comes next; nothing at the end or when it takes too long.
std::optional<std::string> read_more(int descriptor, int patience_ms) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, patience_ms) <= 0) {
    return std::nullopt;
  }
  std::array<char, 4096> chunk;
  const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
  if (got <= 0) {
    return std::nullopt;
  }
  return std::string(chunk.data(), static_cast<std::size_t>(got));
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ChildServer::ChildServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "swarmboard-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

ChildServer::~ChildServer() {
  if (pid_ > 0) {
    end(SIGKILL);
  }
  if (testing::Test::HasFailure()) {
    ADD_FAILURE() << "the server's log:\n" << log();
  }
  std::error_code ignored;  // A folder that stays behind harms nobody.
  std::filesystem::remove_all(folder_, ignored);
}

bool ChildServer::start(const std::vector<std::string>& words) {
  std::vector<std::string> all{"serve", "--port", "0", "--data", (folder_ / "data").string()};
  all.insert(all.end(), words.begin(), words.end());
  const Child child = spawn_program(std::move(all), (folder_ / "log").string());
  pid_ = child.pid;
  output_ = child.output;
  std::string said;
  // What is said in one go, the owner link included, arrives in one piece: it is flushed once.
  while (said.find('\n') == std::string::npos) {
    const auto more = read_more(output_, kStartPatienceMs);
    if (!more) {
      return false;
    }
    said += *more;
  }
  if (!said.starts_with(kListening)) {
    return false;
  }
  port_ = static_cast<std::uint16_t>(std::stoul(said.substr(kListening.size())));
  greeting_ = said.substr(said.find('\n') + 1);
  return true;
}

void ChildServer::send(int signal) const {
  ::kill(pid_, signal);
}

int ChildServer::wait() {
  const int code = wait_for(pid_);
  pid_ = -1;
  ::close(output_);
  return code;
}

int ChildServer::end(int signal) {
  send(signal);
  return wait();
}

std::string ChildServer::log() const {
  std::ifstream in(folder_ / "log");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

net::HttpAnswer ChildServer::get(const std::string& target, const std::string& cookie) const {
  net::HttpCall call;
  call.port = port_;
  call.target = target;
  call.headers.emplace_back("Cookie", cookie.empty() ? "none=1" : cookie);
  return net::http_call(call);
}

net::HttpAnswer ChildServer::post(const std::string& target, const std::string& body,
                                  const std::string& cookie) const {
  net::HttpCall call;
  call.port = port_;
  call.method = "POST";
  call.target = target;
  call.body = body;
  call.headers = {{"X-Swarmboard", "1"}, {"Cookie", cookie.empty() ? "none=1" : cookie}};
  return net::http_call(call);
}

Finished run_program(const std::vector<std::string>& words) {
  const Child child = spawn_program(words, "");
  Finished finished;
  while (const auto more = read_more(child.output, kStartPatienceMs)) {
    finished.output += *more;
  }
  ::close(child.output);
  finished.code = wait_for(child.pid);
  return finished;
}

std::string cookie_of(const net::HttpAnswer& answer) {
  const std::string header = answer.header("Set-Cookie");
  return header.substr(0, header.find(';'));
}

}  // namespace swarmboard::integration
