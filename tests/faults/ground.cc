#include "tests/faults/ground.h"

#include <algorithm>
#include <signal.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "server/board/snapshot.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFindingsShownMax = 10;
constexpr std::int64_t kTogetherUsMax = 10'000'000;

fs::path make_folder(const std::string& kind, std::uint64_t seed) {
  std::string pattern = (fs::temp_directory_path() /
                         ("swarmboard-faults-" + kind + "-" + std::to_string(seed) + "-XXXXXX"))
                            .string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "making a temporary folder");
  }
  return pattern;
}

}  // namespace

Ground::Ground(Tools tools, const std::string& kind, std::uint64_t seed)
    : tools_(std::move(tools)),
      seed_(seed),
      folder_(make_folder(kind, seed)),
      server_(tools_.program, folder_, folder_ / "disk" / "data") {
  fs::create_directories(disk());
}

Ground::~Ground() {
  crowd_.reset();
  if (server_.child().runs()) {
    server_.end(SIGKILL);
  }
  if (findings_.empty() || !keeps_folder_) {
    std::error_code ignored;  // A folder that stays behind in /tmp harms nobody.
    fs::remove_all(folder(), ignored);
  }
}

void Ground::start(const std::vector<std::string>& words,
                   const std::vector<std::string>& environment) {
  std::vector<std::string> all = {"--demo", "--team", kTeam};
  if (std::ranges::find(words, "--free-mb-min") == words.end()) {
    all.insert(all.end(), {"--free-mb-min", "1"});
  }
  all.insert(all.end(), words.begin(), words.end());
  server_.start(all, environment);
}

void Ground::gather(const CrowdShape& shape) {
  crowd_.reset();
  crowd_ = std::make_unique<Crowd>(server_.url(), shape, seed_ * 1000 + ++crowds_ * 100);
}

void Ground::dismiss() {
  crowd_.reset();
}

void Ground::check(bool good, const std::string& finding) {
  if (!good && findings_.size() < kFindingsShownMax) {
    findings_.push_back(finding);
  }
}

void Ground::check_stream(const std::string& name, const ReadStream& stream,
                          const std::string& when) {
  const std::string where = when + ", \"" + name + "\": ";
  for (const Violation& violation : check_history(crowd_->operations(name), stream.entries)) {
    check(false, where + violation.what);
  }
  for (const std::string& sentence : stream.unexplained) {
    check(false, where + sentence);
  }
  const std::vector<Operation> openings = crowd_->operations("");
  check(stream.opened_by.empty() || std::ranges::any_of(openings,
                                                        [&](const Operation& asked) {
                                                          return asked.content == stream.opened_by;
                                                        }),
        where + "nobody asked to open this session");
}

void Ground::check_streams(const Streams& streams, const std::string& when) {
  std::vector<std::string> names = crowd_->sessions();
  names.emplace_back();  // The library.
  for (const std::string& name : names) {
    const auto found = streams.find(name);
    check_stream(name, found == streams.end() ? ReadStream() : found->second, when);
  }
}

void Ground::check_crowd(const std::string& when) {
  for (const std::string& finding : crowd_->findings()) {
    check(false, when + ": " + finding);
  }
}

void Ground::check_disk(const std::string& when) {
  const fs::path copy = folder() / "copy";
  check(fs::exists(data()), when + ": the data folder is gone");
  if (!fs::exists(data())) {
    return;
  }
  copy_folder(data(), copy);
  try {
    const DiskRead read = read_disk(copy, kTeam);
    check(read.refused.empty(), when + ": the journal was not opened: " + read.refused);
    if (read.refused.empty()) {
      check_streams(read.streams, when);
    }
  } catch (const StreamError& error) {
    check(false, when + ": " + error.what());
  }
  check_crowd(when);
}

void Ground::check_session(const std::string& session, const std::string& when) {
  const std::vector<Loader*> members = crowd_->of(session);
  play::Person newcomer(server_.url(), members.front()->seat().member);
  newcomer.connect();
  newcomer.follow(session);
  check_stream(session, read_replay(newcomer, session), when + ", replayed");
  std::vector<play::Person*> people{&newcomer};
  for (Loader* loader : members) {
    people.push_back(&loader->person());
  }
  // The server's own events may still be on their way.
  const auto together = [&] {
    return std::ranges::all_of(people, [&](const play::Person* person) {
      return person->stream(session).seq() == newcomer.stream(session).seq();
    });
  };
  const std::int64_t deadline_us = now_us() + kTogetherUsMax;
  while (!together() && now_us() < deadline_us) {
    for (play::Person* person : people) {
      person->pump(std::chrono::milliseconds(1));
    }
  }
  const auto expected = board::state_hash(newcomer.stream(session).state);
  for (const play::Person* person : people) {
    const auto& mine = person->stream(session);
    check(board::state_hash(mine.state) == expected,
          when + ": the board of " + person->member() + " at event " + std::to_string(mine.seq()) +
              " differs from that of a newcomer at event " +
              std::to_string(newcomer.stream(session).seq()));
  }
}

void Ground::check_served(const std::string& when) {
  for (const std::string& session : crowd_->sessions()) {
    try {
      check_session(session, when);
    } catch (const std::runtime_error& error) {
      check(false, when + ", \"" + session + "\": " + error.what());
    }
  }
  check_crowd(when);
}

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    // The operator's door is a socket: of the running program, not of the data.
    if (!entry.is_socket()) {
      fs::copy(entry.path(), to / entry.path().filename(), fs::copy_options::recursive);
    }
  }
}

}  // namespace swarmboard::faults
