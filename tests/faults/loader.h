// One member's client under faults: several commands in flight over a real WebSocket, every one of
// them logged, everything sent again after a loss until it is settled.
//
// One thread, its own. What the server must never do (a gap, a history that ends before what this
// client saw) becomes a finding.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/app/play/person.h"
#include "tests/faults/history.h"

namespace swarmboard::faults {

struct Seat {
  std::string session;
  std::string member;
};

class Loader {
 public:
  // Enters as the member; not connected yet. Counts what is acknowledged.
  Loader(const std::string& url, Seat seat, std::uint64_t seed,
         std::atomic<std::uint64_t>& acknowledged);

  [[nodiscard]] const Seat& seat() const { return seat_; }

  // Set-up, with the server up. The first of a session opens it; the others join it.
  void open_session();
  void join_session();

  // Connects when it is not; false: there is no server.
  bool connect();
  // Tops up what is in flight, takes in what came.
  void work();
  // Begins nothing, and takes in what came; true when everything is settled.
  bool settle();
  // Keeps the connection alive.
  void rest();

  [[nodiscard]] bool is_connected() const { return person_.is_connected(); }

  // Operations on a stream of this client's; "" is the library.
  [[nodiscard]] std::vector<Operation> operations(const std::string& stream) const;
  [[nodiscard]] std::size_t ended(Ending ending) const;

  // What the server must never do.
  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }

  [[nodiscard]] play::Person& person() { return person_; }

 private:
  // Sends and logs one command on a stream.
  std::uint64_t submit(const std::string& stream, const v1::Command& command);
  void submit_and_wait(const std::string& stream, const v1::Command& command);
  void pump(int patience_ms);
  void harvest();
  void check_resume();
  [[nodiscard]] bool may_begin() const;
  [[nodiscard]] v1::Command next_command();
  [[nodiscard]] std::string some_text();
  // Runs something that ends when the connection does.
  template <class F>
  void guarded(F act);

  Seat seat_;
  std::mt19937_64 random_;
  play::Person person_;
  std::atomic<std::uint64_t>& acknowledged_;
  std::map<std::string, History> histories_;             // By stream.
  std::map<std::string, std::set<std::uint64_t>> open_;  // What is not settled.
  std::vector<std::string> notes_;                       // Ids that were asked for.
  std::uint64_t begun_ = 0;
  std::uint64_t begun_on_connection_ = 0;
  std::int64_t connected_us_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace swarmboard::faults
