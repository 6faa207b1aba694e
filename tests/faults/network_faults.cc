// Members whose side of the connection does not do its part: some never read, one says nothing any
// more.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <poll.h>
#include <string>

#include "server/app/play/http_client.h"
#include "tests/faults/kinds.h"
#include "tests/faults/stuck_reader.h"

namespace swarmboard::faults {
namespace {

constexpr std::size_t kStuckReaders = 20;
constexpr std::size_t kBytesPerStuckReaderMax = 512 * 1024;
constexpr int kTurnMs = 250;
// Without progress for 15 s a reader is dropped; before that its buffers must be full.
constexpr std::int64_t kLetGoUsMax = 45'000'000;
constexpr std::int64_t kSlowestUsMax = 5'000'000;

constexpr std::int64_t kSuspectUsMax = 8'000'000;
constexpr std::int64_t kGoneUsMax = 30'000'000;

std::size_t resident_bytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) {
      return std::stoull(line.substr(6)) * 1024;
    }
  }
  return 0;
}

// A figure of /metrics; 0 when it is not there.
std::uint64_t figure(Ground& ground, const std::string& name) {
  const std::string body = play::HttpClient(ground.server().url()).get("/metrics").body;
  const std::size_t at = body.find("\nswarmboard_" + name + " ");
  return at == std::string::npos ? 0 : std::stoull(body.substr(body.find(' ', at) + 1));
}

std::int64_t slowest_us(const Crowd& crowd, std::int64_t since_us) {
  std::int64_t slowest = 0;
  for (const std::string& session : crowd.sessions()) {
    for (const Operation& operation : crowd.operations(session)) {
      if (operation.invoked_us > since_us && operation.ending != Ending::Unknown) {
        slowest = std::max(slowest, operation.ended_us - operation.invoked_us);
      }
    }
  }
  return slowest;
}

std::string slow_readers_round(Ground& ground) {
  const std::string session = ground.crowd().sessions().front();
  const std::string member = ground.crowd().of(session).front()->seat().member;
  ground.crowd().work_until_acknowledged(50);
  const std::size_t before = resident_bytes(ground.server().child().pid());
  const std::int64_t began_us = now_us();
  std::vector<std::unique_ptr<StuckReader>> readers;
  for (std::size_t i = 0; i < kStuckReaders; ++i) {
    readers.push_back(std::make_unique<StuckReader>(ground.server().port(), member, session));
  }
  std::size_t most = before;
  while (figure(ground, "links_stuck_total") < kStuckReaders && now_us() - began_us < kLetGoUsMax) {
    for (const auto& reader : readers) {
      reader->say_alive();
    }
    most = std::max(most, resident_bytes(ground.server().child().pid()));
    ::poll(nullptr, 0, kTurnMs);
  }
  const std::int64_t took_us = now_us() - began_us;
  ground.check(figure(ground, "links_stuck_total") == kStuckReaders,
               "the stuck readers were not let go of: " +
                   std::to_string(figure(ground, "links_stuck_total")));
  ground.check(most - before < kStuckReaders * kBytesPerStuckReaderMax,
               "memory grew by " + std::to_string((most - before) / 1024) + " KiB");
  ground.check(ground.crowd().settle(), "not everything was settled in time");
  const std::int64_t slowest = slowest_us(ground.crowd(), began_us);
  ground.check(slowest < kSlowestUsMax,
               "a command of others took " + std::to_string(slowest / 1000) + " ms");
  ground.check_served("beside stuck readers");
  return std::to_string(kStuckReaders) + " stuck readers gone after " +
         std::to_string(took_us / 1'000'000) + " s, memory +" +
         std::to_string((most - before) / 1024) + " KiB, slowest command of others " +
         std::to_string(slowest / 1000) + " ms";
}

// One member stops to speak without a goodbye; another watches.
std::string silent_peer_round(Ground& ground) {
  const std::string session = ground.crowd().sessions().front();
  const auto members = ground.crowd().of(session);
  ground.check(ground.crowd().settle(), "not everything was settled in time");
  const std::string silent_member = members.front()->seat().member;
  play::Person& watcher = members.back()->person();
  const std::int64_t began_us = now_us();
  const auto here = [&] {
    const auto& seen = watcher.stream(session).here;
    const auto found = seen.find(silent_member);
    return found == seen.end() ? v1::CONNECTEDNESS_UNSPECIFIED : found->second;
  };
  ground.check(watcher.pump_until([&] { return here() == v1::CONNECTEDNESS_RECONNECTING; },
                                  std::chrono::milliseconds(kSuspectUsMax / 1000)),
               "not shown as reconnecting within 8 s");
  const std::int64_t suspect_us = now_us() - began_us;
  ground.check(watcher.pump_until([&] { return figure(ground, "links_silent_total") >= 1; },
                                  std::chrono::milliseconds(kGoneUsMax / 1000)),
               "its connection was not let go of within 30 s");
  return "reconnecting after " + std::to_string(suspect_us / 1000) + " ms, let go of after " +
         std::to_string((now_us() - began_us) / 1000) + " ms";
}

using Round = std::string (*)(Ground&);

std::uint64_t run_rounds(const Task& task, const std::string& kind, Round round_of_kind,
                         const CrowdShape& shape) {
  std::uint64_t failed = 0;
  for (std::uint64_t round = 0; round < task.rounds; ++round) {
    const std::uint64_t seed = task.seed + round;
    Ground ground(task.tools, kind, seed);
    ground.start();
    ground.gather(shape);
    const std::string figures = round_of_kind(ground);
    failed += report(kind, seed, figures, ground);
  }
  return failed;
}

}  // namespace

std::uint64_t slow_reader_rounds(const Task& task) {
  return run_rounds(task, "slow-reader", slow_readers_round,
                    {.sessions = 1, .members_per_session = 4});
}

std::uint64_t silent_peer_rounds(const Task& task) {
  return run_rounds(task, "silent-peer", silent_peer_round,
                    {.sessions = 1, .members_per_session = 2});
}

}  // namespace swarmboard::faults
