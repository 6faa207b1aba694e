#include "server/app/play/server_process.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace swarmboard::play {
namespace {

constexpr int kStartWaitMs = 60'000;
constexpr int kEndWaitMs = 5'000;  // After it closed its output.
constexpr std::string_view kListening = "listening on ";

std::filesystem::path make_folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "swarmboard-play-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "making a temporary folder");
  }
  return pattern;
}

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path program, std::filesystem::path folder)
    : program_(std::move(program)), folder_(std::move(folder)), owns_folder_(folder_.empty()) {
  if (owns_folder_) {
    folder_ = make_folder();
  }
  data_ = folder_ / "data";
}

ServerProcess::ServerProcess(std::filesystem::path program, std::filesystem::path folder,
                             std::filesystem::path data)
    : ServerProcess(std::move(program), std::move(folder)) {
  data_ = std::move(data);
}

ServerProcess::~ServerProcess() {
  if (child_.runs()) {
    end(SIGTERM);
  }
  if (owns_folder_) {
    std::error_code ignored;  // A folder that stays behind in /tmp harms nobody.
    std::filesystem::remove_all(folder_, ignored);
  }
}

std::uint16_t ServerProcess::port() const {
  return url_.empty() ? std::uint16_t{0}
                      : static_cast<std::uint16_t>(std::stoul(url_.substr(url_.rfind(':') + 1)));
}

std::string ServerProcess::log() const {
  std::ifstream in(folder_ / "server.log", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void ServerProcess::start(const std::vector<std::string>& words,
                          const std::vector<std::string>& environment) {
  ChildLaunch launch;
  launch.program = program_;
  launch.error_file = folder_ / "server.log";
  launch.environment = environment;
  launch.words = {"serve", "--port", std::to_string(port()), "--data", data_.string()};
  launch.words.insert(launch.words.end(), words.begin(), words.end());
  child_ = ChildProcess(launch);
  std::string said;
  // What is said in one go, the owner link included, arrives in one piece: it is flushed once.
  while (said.find('\n') == std::string::npos) {
    const auto more = child_.read_more(kStartWaitMs);
    if (!more) {
      break;
    }
    said += *more;
  }
  const std::size_t line = said.find('\n');
  const std::size_t at = said.find(kListening);
  if (line == std::string::npos || at > line) {
    const auto code = child_.wait_for(kEndWaitMs);
    throw StartFailure("the server did not start; it said: " + log(), code ? *code : end(SIGKILL));
  }
  url_ = said.substr(at + kListening.size(), line - at - kListening.size());
  greeting_ = said.substr(line + 1);
}

int ServerProcess::end(int signal) {
  child_.send(signal);
  return child_.wait();
}

}  // namespace swarmboard::play
