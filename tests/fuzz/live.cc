// Hostile connections against the real program: recorded messages, mutated, on many connections at
// once, with and without a hello, framed well and badly, ended cleanly and not. Meanwhile a
// bystander in the same session measures round trips, and the server's memory is watched.
//
// Ends with the figures; exit code 1 when the server ended or stopped answering, a round trip took
// longer than allowed, or memory grew by more than allowed after the first fifth.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "server/wire/codec.h"
#include "tests/fuzz/hostile_socket.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::fuzz {
namespace {

using integration::ChildServer;
using integration::DemoMember;
using Microseconds = std::chrono::microseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* kSession = "s1";
// While it measures, the bystander asks this often.
constexpr std::chrono::milliseconds kPingEvery{3};

struct Options {
  std::uint64_t connections = 300;
  unsigned threads = 3;
  std::uint64_t seed = 1;
  std::int64_t ping_ms_max = 100;
  std::int64_t growth_mb_max = 16;
  std::string messages;
};

std::vector<v1::ClientMessage> read_messages(const std::string& folder) {
  std::vector<v1::ClientMessage> messages;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (!messages.emplace_back().ParseFromIstream(&in)) {
      throw std::runtime_error(entry.path().string() + " is not a recorded message");
    }
  }
  if (messages.empty()) {
    throw std::runtime_error("there are no recorded messages in " + folder);
  }
  return messages;
}

// One who means harm: makes connections one after the other.
class Attacker {
 public:
  Attacker(const ChildServer& server, const std::vector<v1::ClientMessage>& messages,
           std::uint64_t seed)
      : port_(server.port()), messages_(messages), member_(server, "ben"), random_(seed) {}

  void attack() {
    HostileSocket socket(port_);
    std::string upgrade = HostileSocket::upgrade_request(port_);
    const bool broken_upgrade = one_in(8);
    if (broken_upgrade) {
      spoil(upgrade);
    }
    socket.send(upgrade);
    if (!socket.wait_for_head() || broken_upgrade) {
      return;
    }
    if (!one_in(3)) {
      enter(socket);
    }
    for (std::uint64_t pieces = 1 + below(6); pieces > 0 && socket.is_open(); --pieces) {
      socket.send(frame(payload()));
      socket.drop_what_came();
    }
    socket.end(one_in(2) ? HostileSocket::End::Close : HostileSocket::End::Reset);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  bool one_in(std::uint64_t n) { return below(n) == 0; }

  void enter(HostileSocket& socket) {
    v1::ClientMessage message;
    v1::Hello& hello = *message.add_frames()->mutable_hello();
    hello.set_proto_major(1);
    hello.set_client_id(std::to_string(random_()).append(16, '0').substr(0, 16));
    hello.set_ticket(member_.ticket());
    v1::Join& join = *message.add_frames()->mutable_join();
    join.set_sub(1);
    join.set_session_id(kSession);
    socket.send(HostileSocket::frame(0x82, message.SerializeAsString()));
  }

  std::string payload() {
    v1::ClientMessage message = messages_[below(messages_.size())];
    for (std::uint64_t changes = below(4); changes > 0; --changes) {
      mutate_message(message, random_());
    }
    std::uint64_t cmd_no = 0;
    for (v1::ClientFrame& each : *message.mutable_frames()) {
      if (each.has_submit() && each.submit().cmd_no() == 0) {
        each.mutable_submit()->set_cmd_no(++cmd_no);
        each.mutable_submit()->set_body_hash(wire::body_hash(each.submit().command()));
      }
    }
    std::string bytes = message.SerializePartialAsString();
    if (one_in(3)) {
      spoil(bytes);
    }
    return bytes;
  }

  std::string frame(const std::string& bytes) {
    constexpr std::uint8_t kBinary = 0x82;
    const auto first = one_in(6) ? static_cast<std::uint8_t>(below(256)) : kBinary;
    std::string framed = HostileSocket::frame(first, bytes);
    if (one_in(6)) {
      spoil(framed);
    }
    return framed;
  }

  // Changes, doubles or drops a few bytes.
  void spoil(std::string& bytes) {
    for (std::uint64_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
      const std::size_t at = below(bytes.size());
      switch (below(3)) {
        case 0:
          bytes[at] = static_cast<char>(below(256));
          break;
        case 1:
          bytes.insert(at, bytes.substr(at, below(40)));
          break;
        default:
          bytes.erase(at, below(40));
      }
    }
  }

  std::uint16_t port_;
  const std::vector<v1::ClientMessage>& messages_;
  DemoMember member_;
  std::mt19937_64 random_;
};

struct RoundTrips {
  std::vector<std::int64_t> us;
  bool lost = false;

  [[nodiscard]] std::int64_t quantile(double share) {
    std::sort(us.begin(), us.end());
    return us.empty() ? 0
                      : us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
  }
};

RoundTrips watch(DemoMember& bystander, const std::atomic<bool>& over) {
  RoundTrips trips;
  while (!over) {
    v1::ClientFrame ping;
    ping.mutable_ping()->set_client_mono_us(trips.us.size() + 1);
    const auto sent = SteadyClock::now();
    bystander.send(ping);
    const auto pong =
        bystander.wait_for([](const v1::ServerFrame& frame) { return frame.has_pong(); });
    if (!pong) {
      trips.lost = true;
      return trips;
    }
    trips.us.push_back(std::chrono::duration_cast<Microseconds>(SteadyClock::now() - sent).count());
    bystander.take_what_comes(kPingEvery);
  }
  return trips;
}

std::int64_t resident_kib(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (in >> word) {
    if (word == "VmRSS:") {
      std::int64_t kib = 0;
      in >> kib;
      return kib;
    }
  }
  return 0;
}

class Siege {
 public:
  explicit Siege(const Options& options)
      : options_(options), messages_(read_messages(options.messages)) {}

  int run() {
    if (!server_.start({"--demo"})) {
      throw std::runtime_error("the server did not start: " + server_.log());
    }
    integration::load_sample_team(server_);
    DemoMember bystander(server_, "cleo");
    if (!bystander.connect() || !integration::begin_session(bystander, kSession)) {
      throw std::runtime_error("the bystander could not begin a session");
    }
    attack(options_.connections / 5, options_.seed);
    const std::int64_t before_kib = resident_kib(server_.pid());
    std::atomic<bool> over = false;
    RoundTrips trips;
    std::thread watcher([&] { trips = watch(bystander, over); });
    const auto began = SteadyClock::now();
    attack(options_.connections - options_.connections / 5, options_.seed + 1'000'000);
    const std::chrono::duration<double> took = SteadyClock::now() - began;
    over = true;
    watcher.join();
    const std::int64_t growth_kib = resident_kib(server_.pid()) - before_kib;
    const bool healthy = server_.get("/healthz").status == 200;
    const int exit_code = server_.end(SIGTERM);
    std::cout << options_.connections << " connections, "
              << static_cast<int>(static_cast<double>(options_.connections) * 0.8 / took.count())
              << "/s; bystander's round trip: " << trips.us.size() << " times, p50 "
              << trips.quantile(0.5) << " us, p99 " << trips.quantile(0.99) << " us, max "
              << trips.quantile(1) << " us; memory " << before_kib << " KiB, grown by "
              << growth_kib << " KiB; seed " << options_.seed << '\n';
    return judge(trips, growth_kib, healthy, exit_code);
  }

 private:
  void attack(std::uint64_t connections, std::uint64_t seed) {
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> left = connections;
    for (unsigned number = 0; number < options_.threads; ++number) {
      threads.emplace_back([&, number] {
        Attacker attacker(server_, messages_, seed + number);
        while (left.fetch_sub(1) - 1 < connections) {
          attacker.attack();
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  int judge(RoundTrips& trips, std::int64_t growth_kib, bool healthy, int exit_code) {
    int failures = 0;
    const auto fail = [&failures](const std::string& sentence) {
      ++failures;
      std::cerr << "fuzz_live: " << sentence << '\n';
    };
    if (trips.lost || trips.us.empty()) {
      fail("the bystander lost its connection");
    }
    if (trips.quantile(1) > options_.ping_ms_max * 1000) {
      fail("a round trip of the bystander took too long");
    }
    if (growth_kib > options_.growth_mb_max * 1024) {
      fail("memory grew by too much");
    }
    if (!healthy || exit_code != 0) {
      fail("the server did not stay well; exit code " + std::to_string(exit_code) + "; its log:\n" +
           server_.log());
    }
    return failures == 0 ? 0 : 1;
  }

  Options options_;
  std::vector<v1::ClientMessage> messages_;
  ChildServer server_;
};

}  // namespace
}  // namespace swarmboard::fuzz

int main(int argc, char** argv) {
  swarmboard::fuzz::Options options;
  CLI::App app("Hostile connections against the real server, on loopback.", "fuzz_live");
  app.add_option("--connections", options.connections)->check(CLI::Range(10, 2'000'000));
  app.add_option("--threads", options.threads)->check(CLI::Range(1, 32));
  app.add_option("--seed", options.seed);
  app.add_option("--ping-ms-max", options.ping_ms_max, "Longest round trip of the bystander");
  app.add_option("--growth-mb-max", options.growth_mb_max, "Most that the server may grow");
  app.add_option("--messages", options.messages, "Folder of recorded messages")->required();
  CLI11_PARSE(app, argc, argv);
  GTEST_FLAG_SET(throw_on_failure, true);
  try {
    return swarmboard::fuzz::Siege(options).run();
  } catch (const std::exception& error) {
    std::cerr << "fuzz_live: " << error.what() << '\n';
    return 1;
  }
}
