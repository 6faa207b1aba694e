// All clients of a fault test, each on a thread of its own, steered together.
//
// Owner: a fault test, on its thread. Loaders may be touched after settle(), freeze() and
// wait_cut() and before the next work().
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/loader.h"

namespace swarmboard::faults {

struct CrowdShape {
  std::string sessions_prefix = "s";
  std::size_t sessions = 3;
  std::size_t members_per_session = 3;
};

class Crowd {
 public:
  // Loads the members into the sample team, opens the sessions, joins everybody.
  Crowd(const std::string& url, const CrowdShape& shape, std::uint64_t seed);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Everybody writes, connecting again whenever there is a server.
  void work();
  // As work(); returns when that many more commands were acknowledged than were at the call.
  // Throws std::runtime_error when that takes too long.
  void work_until_acknowledged(std::uint64_t more);
  // Nobody begins anything new; returns when everything is settled, false when that takes too long.
  [[nodiscard]] bool settle(int patience_ms = 30'000);
  // Everybody stands still at once, with what is in flight; not for long: pings are not answered.
  void freeze();
  // Nobody connects again; returns when all have noticed that the server is gone.
  void wait_cut();

  // Commands acknowledged so far; any time.
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

  [[nodiscard]] std::vector<std::string> sessions() const;
  [[nodiscard]] std::vector<Operation> operations(const std::string& stream) const;
  [[nodiscard]] std::size_t ended(Ending ending) const;
  [[nodiscard]] std::vector<std::string> findings() const;
  [[nodiscard]] std::vector<Loader*> of(const std::string& session) const;

 private:
  enum class Mode { Freeze, Work, Settle, Cut, Stop };

  struct Slot {
    std::unique_ptr<Loader> loader;
    Mode reached = Mode::Freeze;  // Where it has come to.
    std::thread thread;
  };

  void run(Slot& slot);
  [[nodiscard]] static bool step(Loader& loader, Mode mode);
  bool change(Mode mode, int patience_ms);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Mode mode_ = Mode::Freeze;
  std::atomic<std::uint64_t> acknowledged_{0};  // By all loaders.
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace swarmboard::faults
