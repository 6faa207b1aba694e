// The scripted session is stopped before and after each of its writes, syncs, renames and removals,
// and then the disk forgets what was not synced (or not). Every time the journal opens and holds
// everything that was acknowledged.
#include <algorithm>
#include <iostream>
#include <random>
#include <set>
#include <utility>

#include "persistence/rocksdb_journal.h"
#include "tests/faults/crash/script_log.h"
#include "tests/faults/disk/shim_disk.h"
#include "tests/faults/kinds.h"

namespace swarmboard::faults {
namespace {

namespace fs = std::filesystem;

struct Point {
  std::uint64_t operation = 0;  // 0: to the end.
  bool after = false;
};

// One life and death of the script.
class Stop {
 public:
  Stop(const Task& task, const Point& point)
      : ground_(task.tools, "crash-point", point.operation),
        disk_(task.tools.disk_shim, ground_.disk(), ground_.folder()) {
    disk_.control().stop_at = point.operation;
    disk_.control().stop_after = point.after ? 1 : 0;
    play::ChildLaunch launch;
    launch.program = task.tools.crash_script;
    launch.words = {ground_.data().string()};
    launch.environment = disk_.environment();
    launch.error_file = ground_.folder() / "script.log";
    const play::Finished finished = play::run_to_end(launch);
    code_ = finished.code;
    log_ = read_script_log(finished.output);
  }

  [[nodiscard]] std::uint64_t operations() { return disk_.control().operations; }

  [[nodiscard]] int code() const { return code_; }

  [[nodiscard]] Ground& ground() { return ground_; }

  [[nodiscard]] const ScriptLog& log() const { return log_; }

  void lose_power(const PowerLoss& loss, std::mt19937_64& random) {
    disk_.platter().lose_power(loss, random);
  }

  // Everything that the script was told is on disk.
  void check() {
    try {
      persistence::RocksDbOptions options;
      options.folder = ground_.data().string();
      const auto opened = persistence::RocksDbJournal::open(std::move(options));
      ground_.check(opened.journal != nullptr, "the journal was not opened: " + opened.detail);
      if (opened.journal != nullptr) {
        check_journal(*opened.journal);
        opened.journal->close();
      }
    } catch (const StreamError& error) {
      ground_.check(false, error.what());
    }
  }

 private:
  void check_journal(persistence::Journal& journal) {
    const Streams streams = read_streams(journal, kTeam);
    for (const auto& [name, operations] : log_.operations) {
      const auto found = streams.find(name);
      const ReadStream stream = found == streams.end() ? ReadStream() : found->second;
      for (const Violation& violation : check_history(operations, stream.entries)) {
        ground_.check(false, "\"" + name + "\": " + violation.what);
      }
      for (const std::string& sentence : stream.unexplained) {
        ground_.check(false, "\"" + name + "\": " + sentence);
      }
    }
    const std::set<std::string> settings = read_settings(journal);
    for (const std::string& key : log_.settings) {
      ground_.check(settings.contains(key), "the setting " + key + " is not there");
    }
    const std::set<std::string> cards = read_cards(journal, kTeam, "s1");
    for (const std::string& card : log_.cards) {
      ground_.check(cards.contains(card), "the card " + card + " is not there");
    }
  }

  Ground ground_;
  ShimDisk disk_;
  int code_ = 0;
  ScriptLog log_;
};

// In turn: a disk that keeps only what was synced, one that keeps more, and none that fails.
void lose_something(Stop& stop, std::uint64_t turn, std::mt19937_64& random) {
  if (turn % 3 == 0) {
    stop.lose_power({}, random);
  } else if (turn % 3 == 1) {
    stop.lose_power({.names = PowerLoss::Names::All, .bytes = PowerLoss::Bytes::Front}, random);
  }
}

std::uint64_t count_operations(const Task& task) {
  Stop whole(task, {});
  if (whole.code() != 0 || !whole.log().ended) {
    whole.ground().check(false, "the script ended with code " + std::to_string(whole.code()));
  }
  whole.check();
  if (!whole.ground().findings().empty()) {
    report("crash-points", task.seed, "the whole script", whole.ground());
    throw std::runtime_error("the script itself does not work");
  }
  return whole.operations();
}

}  // namespace

// `rounds` 0: every point. Otherwise so many, evenly spread, from a point that the seed chooses.
std::uint64_t crash_point_rounds(const Task& task) {
  const std::uint64_t operations = count_operations(task);
  const std::uint64_t points = operations * 2;  // Before and after each.
  const std::uint64_t rounds = task.rounds == 0 ? points : std::min(task.rounds, points);
  std::uint64_t failed = 0;
  std::uint64_t stopped = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t turn = (task.seed + round * points / rounds) % points;
    std::mt19937_64 random(turn);
    Stop stop(task, {.operation = turn / 2 + 1, .after = turn % 2 == 1});
    stopped += stop.code() == kExitAtDiskOperation ? 1 : 0;
    // Threads differ a little from run to run: the last operations may not come.
    stop.ground().check(stop.code() == kExitAtDiskOperation || stop.log().ended,
                        "the script ended with code " + std::to_string(stop.code()));
    lose_something(stop, turn, random);
    stop.check();
    if (!stop.ground().findings().empty()) {
      failed += report("crash-points", turn,
                       std::string(turn % 2 == 1 ? "after" : "before") + " operation " +
                           std::to_string(turn / 2 + 1),
                       stop.ground());
    }
  }
  std::cout << "crash-points: " << operations << " operations, " << rounds << " points tried, "
            << stopped << " stopped there, seed " << task.seed << '\n';
  return failed;
}

}  // namespace swarmboard::faults
