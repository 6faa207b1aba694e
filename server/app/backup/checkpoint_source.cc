#include "server/app/backup/checkpoint_source.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "persistence/checkpoints.h"
#include "server/app/backup/check_copy.h"
#include "server/app/backup/checkpoint_service.h"
#include "server/app/journal_wait.h"
#include "server/net/operator_door.h"

namespace swarmboard::app {
namespace {

namespace fs = std::filesystem;
using boost::system::error_code;

// Flushing what is in memory at the rate that leaves the syncs alone takes seconds.
constexpr int kAnswerPatienceS = 120;

std::string reason(int number) {
  return error_code(number, boost::system::system_category()).message();
}

// A connected socket, or -1 with errno. The name goes through a descriptor of the folder, because
// an address holds only about a hundred bytes.
int connect_door(const std::string& data) {
  const int folder = ::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return -1;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder) + '/' + net::kDoorFile;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  int connected = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connected >= 0 &&
      ::connect(connected, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const int why = errno;
    ::close(std::exchange(connected, -1));
    errno = why;
  }
  const int why = errno;
  ::close(folder);
  errno = why;
  return connected;
}

// The server's line; empty: it hung up or did not answer in time.
std::string ask_door(int socket) {
  const timeval patience{.tv_sec = kAnswerPatienceS, .tv_usec = 0};
  const std::string request = std::string(kCheckpointRequest) + '\n';
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(request.size())) {
    return {};
  }
  std::string line;
  std::array<char, 1024> chunk;
  while (line.find('\n') == std::string::npos) {
    const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) {
      return {};
    }
    line.append(chunk.data(), static_cast<std::size_t>(got));
  }
  line.resize(line.find('\n'));
  return line;
}

// What is wrong; empty: `folder` is a checkpoint now.
std::string checkpoint_stopped_store(const std::string& data, const std::string& folder) {
  persistence::Checkpoints* checkpoints = nullptr;
  const auto journal = open_alone(data, &checkpoints);
  if (!journal) {
    return journal.error().what;
  }
  std::error_code left_behind;  // The checkpoint says why its folder cannot be made.
  fs::remove_all(folder, left_behind);
  const auto error =
      wait_for<error_code>([&](auto done) { checkpoints->checkpoint(folder, std::move(done)); });
  (*journal)->close();
  return error ? "the checkpoint could not be made: " + error.message() : std::string();
}

}  // namespace

CheckpointSource::CheckpointSource(std::string folder, int socket)
    : folder_(std::move(folder)), socket_(socket) {}

CheckpointSource::CheckpointSource(CheckpointSource&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), socket_(std::exchange(other.socket_, -1)) {}

CheckpointSource::~CheckpointSource() {
  std::error_code left_behind;  // The server, or the next backup, removes what stays.
  if (!folder_.empty()) {
    fs::remove_all(folder_, left_behind);
  }
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

boost::system::result<CheckpointSource, Flaw> CheckpointSource::open(const std::string& data) {
  std::error_code none;
  if (!fs::exists(data + "/format", none) || !fs::is_directory(data + "/journal", none)) {
    return Flaw{"there is no store in " + data};
  }
  const std::string folder = data + '/' + kCheckpointFolder;
  const int socket = connect_door(data);
  if (socket < 0 && errno != ENOENT && errno != ECONNREFUSED) {
    return Flaw{"the server's door " + data + '/' + net::kDoorFile +
                " cannot be opened: " + reason(errno)};
  }
  if (socket < 0) {  // No server: the store is ours to open.
    const std::string problem = checkpoint_stopped_store(data, folder);
    if (!problem.empty()) {
      return Flaw{problem};
    }
    return CheckpointSource(folder, -1);
  }
  CheckpointSource source({}, socket);
  const std::string answer = ask_door(socket);
  if (answer != std::string("ok ") + kCheckpointFolder) {
    return Flaw{answer.empty() ? "the running server gave no answer; it may be stopping"
                               : answer.substr(answer.find(' ') + 1)};
  }
  source.folder_ = folder;
  return source;
}

}  // namespace swarmboard::app
