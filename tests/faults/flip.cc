// Damage to one file of a data folder: a flipped bit, a cut, a removal. `verify` and `serve` must
// refuse, report, or have everything; never less without a word, never another content.
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <signal.h>
#include <vector>

#include "tests/faults/kinds.h"

#include "swarmboard/v1/command.pb.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

constexpr int kExitCannotStart = 1;
constexpr std::uint64_t kRoundsOnOneFolder = 50;
constexpr std::uint64_t kAcknowledgedInOneLife = 120;

// What a file of the data folder is to the journal.
std::string kind_of_file(const fs::path& path) {
  const std::string name = path.filename();
  if (name.starts_with("LOG") || name == "LOCK" || name == "lock") {
    return {};  // Holds nothing.
  }
  for (const std::string ending : {".log", ".sst"}) {
    if (name.ends_with(ending)) {
      return ending.substr(1);
    }
  }
  return name.substr(0, name.find('-'));  // MANIFEST-000005, OPTIONS-000007
}

std::map<std::string, std::vector<fs::path>> files_by_kind(const fs::path& folder) {
  std::map<std::string, std::vector<fs::path>> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string kind = entry.is_regular_file() ? kind_of_file(entry.path()) : std::string();
    if (!kind.empty()) {
      found[kind].push_back(entry.path());
    }
  }
  return found;
}

void flip_bit(const fs::path& path, std::uint64_t bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto at = static_cast<std::streamoff>(bit / 8);
  file.seekg(at);
  const int byte = file.get();
  file.seekp(at);
  file.put(static_cast<char>(byte ^ (1 << (bit % 8))));
}

// Where the records of a RocksDB log end, the last one left out: a cut there leaves a log that
// looks whole. Blocks of 32 KiB; each record has a checksum of four bytes, its length,
// little-endian, in two, its type, and, when the file is used again, the log's number in four
// (RocksDB, "Write Ahead Log File Format").
std::vector<std::uint64_t> record_ends(const fs::path& log) {
  constexpr std::uint64_t kBlockBytes = 32 * 1024;
  constexpr std::uint64_t kHeaderBytes = 7;
  constexpr char kFirstRecycledType = 5;
  std::ifstream file(log, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<std::uint64_t> ends;
  for (std::uint64_t at = 0; at + kHeaderBytes <= bytes.size();) {
    const std::uint64_t left_in_block = kBlockBytes - at % kBlockBytes;
    if (left_in_block < kHeaderBytes) {
      at += left_in_block;
      continue;
    }
    const auto byte = [&](std::uint64_t offset) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + offset]));
    };
    const char type = bytes[at + 6];
    if (type == 0) {
      break;  // Space that was set aside.
    }
    at += kHeaderBytes + (type >= kFirstRecycledType ? 4 : 0) + byte(4) + (byte(5) << 8);
    ends.push_back(at);
  }
  if (!ends.empty()) {
    ends.pop_back();
  }
  return ends;
}

// Damages one file; says what it did.
std::string damage_something(const fs::path& folder, std::mt19937_64& random) {
  const auto kinds = files_by_kind(folder);
  const auto kind = std::next(kinds.begin(), static_cast<long>(random() % kinds.size()));
  const fs::path& path = kind->second[random() % kind->second.size()];
  const std::string name = path.lexically_relative(folder).string();
  const std::uint64_t bytes = fs::file_size(path);
  const std::uint64_t how = random() % 10;
  if (how < 6 && bytes > 0) {
    const std::uint64_t bit = random() % (bytes * 8);
    flip_bit(path, bit);
    return name + ": bit " + std::to_string(bit) + " flipped";
  }
  if (how < 8 && bytes > 0) {
    const std::vector<std::uint64_t> ends =
        kind->first == "log" ? record_ends(path) : std::vector<std::uint64_t>();
    const std::uint64_t keep = ends.empty() ? random() % bytes : ends[random() % ends.size()];
    fs::resize_file(path, keep);
    return name + ": cut from " + std::to_string(bytes) + " to " + std::to_string(keep) + " bytes";
  }
  fs::remove(path);
  return name + ": removed";
}

// Several lives, so that there are tables, keyframes and a log with something in it.
void fill(Ground& ground) {
  ground.start();
  ground.gather({.sessions = 2, .members_per_session = 2});
  for (const int signal : {SIGKILL, SIGTERM, SIGKILL}) {
    if (!ground.server().child().runs()) {
      ground.start();
    }
    ground.crowd().work_until_acknowledged(kAcknowledgedInOneLife);
    ground.server().end(signal);
    ground.crowd().wait_cut();
  }
  copy_folder(ground.data(), ground.folder() / "whole");
}

// What the damaged server did.
struct Served {
  bool all = true;       // Every board was there with everything acknowledged.
  std::string reported;  // How it said that something is missing; empty: it did not.
};

class FlipRound {
 public:
  FlipRound(Ground& ground, std::string when) : ground_(ground), when_(std::move(when)) {}

  // Returns what happened, in a word or two.
  std::string run() {
    const bool sound = verify();
    Served served;
    try {
      ground_.start();
      served = look();
    } catch (const play::StartFailure& failure) {
      ground_.check(failure.code == kExitCannotStart,
                    when_ + ": the server ended with code " + std::to_string(failure.code));
      served = {.all = false, .reported = "not started"};
    }
    if (ground_.server().child().runs()) {
      ground_.server().end(SIGKILL);
    }
    ground_.check(served.all || !served.reported.empty(),
                  when_ + ": something acknowledged is missing without a word");
    ground_.check(served.all || !sound,
                  when_ + ": `verify` found no damage and the server " + served.reported);
    return std::string(sound ? "verify: sound, " : "verify: damage, ") +
           (served.all ? "all served" : served.reported);
  }

 private:
  bool verify() {
    const fs::path copy = ground_.folder() / "copy";
    copy_folder(ground_.data(), copy);
    play::ChildLaunch launch;
    launch.program = ground_.tools().program;
    launch.words = {"verify", "--data", copy.string()};
    const play::Finished finished = play::run_to_end(launch);
    ground_.check(finished.code == 0 || finished.code == 1,
                  when_ + ": `verify` ended with code " + std::to_string(finished.code));
    ground_.check(!finished.output.empty(), when_ + ": `verify` said nothing");
    return finished.code == 0;
  }

  Served look() {
    Served served;
    for (const std::string& session : ground_.crowd().sessions()) {
      const std::string how = look_at(session);
      served.all = served.all && how.empty();
      if (!how.empty() && how != kSilently) {
        served.reported = how;
      } else if (how == kSilently) {
        return {.all = false, .reported = {}};
      }
    }
    return served;
  }

  // Empty: everything is there. kSilently: it is not, and the board works as if it were.
  std::string look_at(const std::string& session) {
    const std::string member = ground_.crowd().of(session).front()->seat().member;
    std::unique_ptr<play::Person> person;
    try {
      person = std::make_unique<play::Person>(ground_.server().url(), member);
      person->connect();
    } catch (const play::PlayFailure&) {
      return "nobody let in";  // Which the log and /readyz explain.
    }
    try {
      person->follow("");
      if (!person->follow(session)) {
        return takes_commands(*person, "") ? kSilently : "read-only";
      }
      if (has_everything(read_replay(*person, session), session)) {
        return {};
      }
      return takes_commands(*person, session) ? kSilently : "read-only";
    } catch (const StreamError&) {
      return "a board not shown";
    } catch (const play::PlayFailure&) {
      return "a board not opened";
    }
  }

  // Whatever is there must be right; true when nothing is missing.
  bool has_everything(const ReadStream& stream, const std::string& session) {
    bool all = true;
    for (const Violation& violation :
         check_history(ground_.crowd().operations(session), stream.entries)) {
      all = all && violation.kind != Violation::Kind::Lost;
      ground_.check(violation.kind == Violation::Kind::Lost, when_ + ": " + violation.what);
    }
    for (const std::string& sentence : stream.unexplained) {
      ground_.check(false, when_ + ": " + sentence);
    }
    return all;
  }

  static bool takes_commands(play::Person& person, const std::string& stream) {
    v1::Command command;
    if (stream.empty()) {
      v1::OpenSession& open = *command.mutable_open_session();
      open.set_session_id("probe");
      open.set_template_id("objection_clinic_45");
      open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
      open.mutable_topic()->set_title("Is it writable?");
    } else {
      command.mutable_edit_record()->set_create(true);
      command.mutable_edit_record()->mutable_record()->set_id("probe");
      v1::Note& note = *command.mutable_edit_record()->mutable_record()->mutable_note();
      note.set_kind(v1::NOTE_KIND_COMMENT);
      note.set_text("Is it writable?");
    }
    const std::uint64_t number = person.submit_ahead(stream, command);
    const auto* outcome = person.model().outcome(stream, number);
    person.pump_until(
        [&] {
          outcome = person.model().outcome(stream, number);
          return outcome != nullptr;
        },
        kProbePatience);
    return outcome != nullptr && outcome->accepted();
  }

  static constexpr const char* kSilently = "silently less";
  static constexpr std::chrono::milliseconds kProbePatience{2'000};

  Ground& ground_;
  std::string when_;
};

}  // namespace

std::uint64_t flip_rounds(const Task& task) {
  std::uint64_t failed = 0;
  std::map<std::string, int> outcomes;
  std::unique_ptr<Ground> ground;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    std::mt19937_64 random(seed);
    if (ground == nullptr || round % kRoundsOnOneFolder == 0 || !ground->findings().empty()) {
      ground = std::make_unique<Ground>(task.tools, "flip", seed);
      fill(*ground);
    }
    copy_folder(ground->folder() / "whole", ground->data());
    const std::string what = damage_something(ground->data(), random);
    const std::string outcome = FlipRound(*ground, what).run();
    ++outcomes[outcome];
    failed += report("flip", seed, what + "; " + outcome, *ground);
  }
  for (const auto& [outcome, count] : outcomes) {
    std::cout << "flip: " << count << " times: " << outcome << '\n';
  }
  return failed;
}

}  // namespace swarmboard::faults
